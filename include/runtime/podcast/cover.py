"""The cover: a square JPEG as podcast directories take it, 1400 to 3000 pixels wide."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from include.contract.digital_source import made_of
from include.runtime.labels.marks import save_marked
from include.runtime.labels.reading import picture_source
from include.runtime.pictures.cropping import best_crop
from include.runtime.pictures.opening import open_picture

NARROWEST_PX, WIDEST_PX = 1400, 3000
_QUALITY = 88


def write_cover(image: Path, path: Path) -> int:
    """Write the best square of `image` to `path`; gives its width in pixels.

    :raises CorruptInput: not a picture.
    """
    rgb = open_picture(image, "image/01")
    square = best_crop(rgb, 1, 1).of(rgb)
    width_px = min(max(int(square.shape[0]), NARROWEST_PX), WIDEST_PX)
    picture = Image.fromarray(square)
    if picture.size != (width_px, width_px):
        picture = picture.resize((width_px, width_px), Image.Resampling.LANCZOS, reducing_gap=None)
    source = made_of(picture_source(image, "image/01"))
    save_marked(picture, path, "JPEG", source, quality=_QUALITY, optimize=True, progressive=True)
    return width_px
