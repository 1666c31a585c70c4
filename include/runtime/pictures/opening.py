"""Picture files, whoever made them, as pixels: upright, opaque, in RGB, in memory that has an end."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from include.runtime.foreign.pictures import opened_picture

LONGEST_SIDE_PX = 4096
"""Of what is handed on: more than any card shows, and what can be enlarged."""
_REDUCIBLE = ("L", "LA", "RGB", "RGBA", "CMYK")

Rgb = NDArray[np.uint8]


def open_picture(path: Path, what: str) -> Rgb:
    """The picture at `path`, height × width × 3, made smaller by a whole factor when it is huge.

    :param what: the input's name, for messages.
    :raises CorruptInput: not a picture of an allowed format, damaged, or too large to decode.
    """
    with opened_picture(path, what) as picture:
        return np.asarray(_opaque(_handy(picture)))


def _handy(picture: Image.Image) -> Image.Image:
    """`picture` decoded and upright, no longer than the longest side that is handed on."""
    picture.draft("RGB", (LONGEST_SIDE_PX, LONGEST_SIDE_PX))
    factor = -(-max(picture.size) // LONGEST_SIDE_PX)
    smaller = picture.reduce(factor) if factor > 1 and picture.mode in _REDUCIBLE else picture
    return ImageOps.exif_transpose(smaller)


def _opaque(picture: Image.Image) -> Image.Image:
    """`picture` in RGB of 8 bits, on white where it is transparent."""
    if picture.mode.startswith("I;16"):
        return Image.fromarray((np.asarray(picture) // 257).astype(np.uint8)).convert("RGB")
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    with_alpha = picture.convert("RGBA")
    white = Image.new("RGBA", with_alpha.size, "white")
    return Image.alpha_composite(white, with_alpha).convert("RGB")
