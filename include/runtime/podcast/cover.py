"""The cover: a square JPEG as podcast directories take it, 1400 to 3000 pixels wide."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

from include.contract.digital_source import made_of
from include.runtime.labels.marks import save_marked
from include.runtime.labels.reading import picture_source
from include.runtime.media.typesetting import Typesetter
from include.runtime.pictures.cropping import best_crop
from include.runtime.pictures.opening import open_picture
from include.runtime.podcast.cover_text import lettered

NARROWEST_PX, WIDEST_PX = 1400, 3000
_QUALITY = 88


def write_cover(image: Path, show: str, title: str, setter: Callable[[int], Typesetter], path: Path) -> int:
    """Write the best square of `image`, with the names of show and episode, to `path`; returns its width in pixels.

    :param setter: gives the typesetter of a weight.
    :raises CorruptInput: not a picture.
    """
    rgb = open_picture(image, "image/01")
    square = best_crop(rgb, 1, 1).of(rgb)
    width_px = min(max(int(square.shape[0]), NARROWEST_PX), WIDEST_PX)
    picture = Image.fromarray(square)
    if picture.size != (width_px, width_px):
        picture = picture.resize((width_px, width_px), Image.Resampling.LANCZOS, reducing_gap=None)
    picture = Image.fromarray(lettered(np.asarray(picture), show, title, setter))
    source = made_of(picture_source(image, "image/01"))
    save_marked(picture, path, "JPEG", source, quality=_QUALITY, optimize=True, progressive=True)
    return width_px
