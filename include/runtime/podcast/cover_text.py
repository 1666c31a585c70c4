"""The words on a cover: the show's name above, the episode's title below, over the darkened edges of the picture."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from include.runtime.cards.card import write
from include.runtime.cards.lettering import Style, set_text
from include.runtime.media.typesetting import Align, Typesetter
from include.runtime.pictures.opening import Rgb

SHOW = Style(weight=600, largest_px=46, smallest_px=30, lines=2, spacing=1.2)
TITLE = Style(weight=750, largest_px=112, smallest_px=44, lines=4, spacing=1.12)
"""Sizes for a cover of 1080 pixels, as on cards; directories show covers as small as 55 pixels."""
_WIDTH_PX = 1080
_SIDE_SHARE = 0.075
_PAPER = (250, 247, 240)
_DARKEST = 0.78
"""How much the picture's lower edge is darkened, so that white text is legible on any picture."""
_TOP_DARKEST = 0.55
_TOP_SHARE = 0.24
_STEPS = 1024
"""Of brightness."""


def lettered(square: Rgb, show: str, title: str, setter: Callable[[int], Typesetter]) -> Rgb:
    """`square` with both names.

    :param setter: gives the typesetter of a weight.
    """
    side_px = square.shape[0]
    unit, margin_px = side_px / _WIDTH_PX, round(side_px * _SIDE_SHARE)
    align = Align.RIGHT if setter(TITLE.weight).reads_from_right(title) else Align.LEFT
    above, below = (
        set_text(text, style, setter(style.weight), unit, side_px - 2 * margin_px, align)
        for text, style in ((show, SHOW), (title, TITLE))
    )
    title_top_px = side_px - margin_px - round(below.block.height_px)
    cover = _darkened(square, title_top_px / side_px)
    for lettering, top_px in ((above, margin_px), (below, title_top_px)):
        write(cover, lettering, _PAPER, top_px, align, margin_px)
    return cover


def _darkened(square: Rgb, title_top: float) -> Rgb:
    """Darker towards the upper edge, and from above the title, which begins at `title_top`, towards the lower edge.

    In whole steps of brightness: the last bit of a power depends on the processor.
    """
    down = np.linspace(0, 1, square.shape[0])
    start = max(_TOP_SHARE, title_top - 0.22)
    below = np.clip((down - start) / (1 - start), 0, 1) ** 0.8 * _DARKEST
    above = np.clip(1 - down / _TOP_SHARE, 0, 1) * _TOP_DARKEST
    light = np.rint((1 - np.maximum(below, above)) * _STEPS).astype(np.int32)
    dark: Rgb = ((square * light[:, None, None] + _STEPS // 2) // _STEPS).astype(np.uint8)
    return dark
