"""Picture files, whoever made them, as pixels: upright, opaque, in RGB, in memory that has an end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from include.contract.errors import CorruptInput

FORMATS = ("JPEG", "PNG", "WEBP")
MOST_MEGAPIXELS = 80
"""Larger pictures are refused before they are decoded, at about the size that Pillow warns of."""
LONGEST_SIDE_PX = 4096
"""Of what is handed on: more than any card shows, and what can be enlarged."""
_REDUCIBLE = ("L", "LA", "RGB", "RGBA", "CMYK")

Rgb = NDArray[np.uint8]


def open_picture(path: Path, what: str) -> Rgb:
    """The picture at `path`, height × width × 3, made smaller by a whole factor when it is huge.

    :param what: the input's name, for messages.
    :raises CorruptInput: not a picture of an allowed format, damaged, or too large to decode.
    """
    with opened(path, what) as picture:
        return np.asarray(_opaque(_handy(picture)))


@contextmanager
def opened(path: Path, what: str) -> Iterator[Image.Image]:
    """The picture at `path`, its header read and its pixels still to be decoded.

    :param what: the input's name, for messages.
    :raises CorruptInput: not a picture of an allowed format, damaged, or too large to decode; also for what Pillow
        finds wrong while it is open.
    """
    try:
        with Image.open(path, formats=FORMATS) as picture:
            _check_size(picture, what)
            yield picture
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise CorruptInput(f"{what}: does not decode as a picture ({', '.join(FORMATS)}): {error}") from error


def _check_size(picture: Image.Image, what: str) -> None:
    megapixels = picture.width * picture.height / 1e6
    if megapixels > MOST_MEGAPIXELS:
        raise CorruptInput(
            f"{what}: has {picture.width}x{picture.height} px, {megapixels:.0f} megapixels; allowed: at most "
            f"{MOST_MEGAPIXELS}: bring a smaller picture"
        )


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
