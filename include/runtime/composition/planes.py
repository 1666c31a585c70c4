"""Pictures as the encoder wants them: 8-bit Y, U and V planes, 4:2:0, BT.709, limited range.

Only planes are moved per frame, never RGB. Luma is stored at twice the frame's resolution: sampling that linearly
keeps a slow sub-pixel move evenly sharp, where sampling at the frame's own resolution would pulse.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import cv2
import numpy as np
from cv2.typing import MatLike
from PIL import ImageOps

from include.runtime.composition.camera import MAX_ZOOM, Window
from include.runtime.foreign.pictures import opened_picture

Plane: TypeAlias = MatLike
"""8-bit samples, shape (height, width)."""
Picture: TypeAlias = MatLike
"""8-bit R'G'B', shape (height, width, 3)."""

BLACK_Y, WHITE_Y, NEUTRAL = 16, 235, 128
LUMA_SCALE = 2
_EXIF_ORIENTATION = 0x0112
MAX_EXCESS = 1.5
"""How much is kept of a still that is longer than the frame, as a multiple of the frame."""

# Rec. ITU-R BT.709-6, items 3.2 to 3.4, scaled to 8-bit limited range: full-range R'G'B' to Y'CbCr.
_KR, _KB = 0.2126, 0.0722
_KG = 1 - _KR - _KB
RGB_TO_YUV = np.array(
    [
        [219 / 255 * _KR, 219 / 255 * _KG, 219 / 255 * _KB, BLACK_Y],
        [-112 / 255 * _KR / (1 - _KB), -112 / 255 * _KG / (1 - _KB), 112 / 255, NEUTRAL],
        [112 / 255, -112 / 255 * _KG / (1 - _KR), -112 / 255 * _KB / (1 - _KR), NEUTRAL],
    ]
)


def compute_alike() -> None:
    """Have OpenCV compute the same on any processor, in the thread that calls this: each has its own setting."""
    cv2.setNumThreads(1)
    cv2.ipp.setUseIPP(False)  # its code, and so its rounding, differs between processors


@dataclass(frozen=True)
class Planes:
    """A picture; `u` and `v` have half of `y`'s width and height."""

    y: Plane
    u: Plane
    v: Plane

    @staticmethod
    def empty(width: int, height: int) -> Planes:
        """Planes to write into; what they hold at first is undefined."""
        return Planes(
            np.empty((height, width), np.uint8),
            np.empty((height // 2, width // 2), np.uint8),
            np.empty((height // 2, width // 2), np.uint8),
        )

    def each(self) -> tuple[Plane, Plane, Plane]:
        """The three, luma first."""
        return self.y, self.u, self.v


@dataclass(frozen=True)
class Still:
    """A picture that a camera can move over."""

    planes: Planes
    """`y` at `LUMA_SCALE` samples per frame pixel, `u` and `v` at half of that."""
    width: float
    height: float
    """Its size in frame pixels at zoom 1; it covers the frame in both directions."""


def load_rgb(path: Path, name: str) -> Picture:
    """The picture at `path`, upright, shape (height, width, 3).

    :raises CorruptInput: it cannot be decoded, or is too large; the message says `name`.
    """
    with opened_picture(path, f"input {name}") as image:
        return np.asarray(ImageOps.exif_transpose(image).convert("RGB"))


def still_shape(
    path: Path, name: str, frame: tuple[int, int]
) -> tuple[tuple[float, float], tuple[float, float, float, float]]:
    """Size of the still that the picture at `path` becomes, and which part of it that is; from its header alone.

    :return: width and height as `Still` has them; left, top, width and height as shares of the picture's.
    """
    with opened_picture(path, f"input {name}") as image:
        width, height = image.size[::-1] if image.getexif().get(_EXIF_ORIENTATION, 1) >= 5 else image.size
    (left, top, right, bottom), size = _covering((width, height), frame)
    part = left / width, top / height, (right - left) / width, (bottom - top) / height
    return (size[0] / MAX_ZOOM, size[1] / MAX_ZOOM), part


def cover(rgb: Picture, frame: tuple[int, int]) -> Picture:
    """`rgb` cropped to at most `MAX_EXCESS` frames, with `MAX_ZOOM` samples per frame pixel."""
    (left, top, right, bottom), size = _covering((rgb.shape[1], rgb.shape[0]), frame)
    shrinks = size[0] < right - left
    interpolation = cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC
    return cv2.resize(rgb[top:bottom, left:right], size, interpolation=interpolation)


def _covering(size: tuple[int, int], frame: tuple[int, int]) -> tuple[tuple[int, int, int, int], tuple[int, int]]:
    """Which part of a picture of `size` is kept (left, top, right, bottom), and the size it is scaled to."""
    per_px = max(frame[0] / size[0], frame[1] / size[1])
    crop = [min(side, max(1, round(seen * MAX_EXCESS / per_px))) for side, seen in zip(size, frame, strict=True)]
    left, top = (size[0] - crop[0]) // 2, (size[1] - crop[1]) // 2
    width, height = (math.ceil(max(side * per_px, seen) * MAX_ZOOM) for side, seen in zip(crop, frame, strict=True))
    return (left, top, left + crop[0], top + crop[1]), (width, height)


def to_still(rgb: Picture) -> Still:
    """`rgb`, as `cover` gives it, as a still."""
    height, width = rgb.shape[0] / MAX_ZOOM, rgb.shape[1] / MAX_ZOOM
    luma_size = (round(width * LUMA_SCALE), round(height * LUMA_SCALE))
    chroma_size = (round(width * LUMA_SCALE / 2), round(height * LUMA_SCALE / 2))
    y, u, v = cv2.split(cv2.transform(rgb, RGB_TO_YUV))
    planes = Planes(
        cv2.resize(y, luma_size, interpolation=cv2.INTER_CUBIC),
        cv2.resize(u, chroma_size, interpolation=cv2.INTER_AREA),
        cv2.resize(v, chroma_size, interpolation=cv2.INTER_AREA),
    )
    return Still(planes, width, height)


def film(still: Still, window: Window, target: Planes) -> None:
    """Write what the camera sees of `still` through `window` into `target`."""
    height, width = target.y.shape
    left, top = window.centre_x - width / window.zoom / 2, window.centre_y - height / window.zoom / 2
    for source, seen, step in zip(still.planes.each(), target.each(), (1, 2, 2), strict=True):
        scale_x, scale_y = source.shape[1] / still.width, source.shape[0] / still.height
        # H.264's default chroma lies on the left luma column and between two luma rows.
        middle_x, middle_y = 0.5, step / 2
        matrix = np.array(
            [
                [step / window.zoom * scale_x, 0.0, (left + middle_x / window.zoom) * scale_x - 0.5],
                [0.0, step / window.zoom * scale_y, (top + middle_y / window.zoom) * scale_y - 0.5],
            ]
        )
        cv2.warpAffine(
            source,
            matrix,
            (seen.shape[1], seen.shape[0]),
            dst=seen,
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_REPLICATE,
        )


def mix(target: Planes, other: Planes, share: float) -> None:
    """Cross-fade: `share` of `other` into `target`."""
    for below, above in zip(target.each(), other.each(), strict=True):
        cv2.addWeighted(below, 1 - share, above, share, 0, dst=below)


def push(target: Planes, other: Planes, share: float) -> None:
    """Move `target` out of the frame to the left by `share`; `other` follows it."""
    columns = round(share * target.u.shape[1])
    for leaving, coming, step in zip(target.each(), other.each(), (2, 1, 1), strict=True):
        gone = columns * step
        leaving[:, : leaving.shape[1] - gone] = leaving[:, gone:]
        leaving[:, leaving.shape[1] - gone :] = coming[:, :gone]


def darken(target: Planes, share: float) -> None:
    """Fade `target` towards black by `share`."""
    for plane, black in zip(target.each(), (BLACK_Y, NEUTRAL, NEUTRAL), strict=True):
        cv2.convertScaleAbs(plane, dst=plane, alpha=1 - share, beta=share * black)
