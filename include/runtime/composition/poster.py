"""The film's poster: a frame as a JPEG file."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from include.contract.digital_source import DigitalSource
from include.runtime.composition.planes import RGB_TO_YUV, Planes
from include.runtime.labels.marks import save_marked

QUALITY = 90


def write_poster(planes: Planes, path: Path, source: DigitalSource) -> None:
    """Write `planes` as an RGB JPEG to `path`; its metadata say what made the film."""
    size = (planes.y.shape[1], planes.y.shape[0])
    u, v = (cv2.resize(plane, size, interpolation=cv2.INTER_LINEAR) for plane in (planes.u, planes.v))
    back = np.linalg.inv(RGB_TO_YUV[:, :3])
    matrix = np.column_stack([back, -back @ RGB_TO_YUV[:, 3]])
    rgb = cv2.transform(cv2.merge([planes.y, u, v]), matrix)
    save_marked(Image.fromarray(rgb), path, "JPEG", source, quality=QUALITY, subsampling=0, optimize=True)
