"""The film's poster: a frame as a JPEG file."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from include.runtime.composition.planes import RGB_TO_YUV, Planes

QUALITY = 90


def write_poster(planes: Planes, path: Path) -> None:
    """Write `planes` as an RGB JPEG at `path`."""
    size = (planes.y.shape[1], planes.y.shape[0])
    u, v = (cv2.resize(plane, size, interpolation=cv2.INTER_LINEAR) for plane in (planes.u, planes.v))
    back = np.linalg.inv(RGB_TO_YUV[:, :3])
    matrix = np.column_stack([back, -back @ RGB_TO_YUV[:, 3]])
    rgb = cv2.transform(cv2.merge([planes.y, u, v]), matrix)
    Image.fromarray(rgb).save(path, "JPEG", quality=QUALITY, subsampling=0, optimize=True)
