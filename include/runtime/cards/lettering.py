"""Text at a size at which it fits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from include.runtime.media.typesetting import Align, Block, Typesetter

_STEP = 0.94
_FEWER_LINES = 0.8
"""Text is set down to this share of its largest size before it takes another line."""
_OVERHANG = 0.5
"""Room around a block for what reaches out of its lines, as a share of the size."""


@dataclass(frozen=True)
class Style:
    """How one part of a card is set. Sizes are pixels on a card of 1080 across."""

    weight: int
    largest_px: float
    smallest_px: float
    lines: int
    """As many at most while a smaller size is left; at the smallest it takes what it needs."""
    spacing: float


@dataclass(frozen=True)
class Lettering:
    """A text that is set."""

    block: Block
    size_px: float
    spacing: float

    @property
    def lines(self) -> int:
        """How many it takes."""
        return round(self.block.height_px / (self.size_px * self.spacing))

    @property
    def overhang_px(self) -> int:
        """Room around the block in its coverage."""
        return round(self.size_px * _OVERHANG)


def set_text(text: str, style: Style, setter: Typesetter, unit: float, width_px: float, align: Align) -> Lettering:
    """`text` as large as `style` allows within `width_px`; nothing of it is cut off.

    :param unit: factor of all sizes.
    """
    line = " ".join(text.split())

    def at(size_px: float) -> Lettering:
        block = setter.set([line], size_px * unit, width_px, style.spacing, align)
        return Lettering(block, size_px * unit, style.spacing)

    for lines in range(1, style.lines + 1):
        least_px = (
            style.smallest_px if lines == style.lines else max(style.smallest_px, style.largest_px * _FEWER_LINES)
        )
        for size_px in _sizes(style.largest_px, least_px):
            lettering = at(size_px)
            if lettering.lines <= lines and lettering.block.width_px <= width_px:
                return lettering
    return at(style.smallest_px)


def _sizes(largest_px: float, least_px: float) -> Iterator[float]:
    while largest_px > least_px:
        yield largest_px
        largest_px *= _STEP
    yield least_px
