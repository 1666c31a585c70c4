"""Text at a size at which it fits."""

from __future__ import annotations

from dataclasses import dataclass

from include.runtime.composition.typesetting import Align, Block, Typesetter

_STEP = 0.94
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

    @property
    def overhang_px(self) -> int:
        """Room around the block in its coverage."""
        return round(self.size_px * _OVERHANG)


def set_text(text: str, style: Style, setter: Typesetter, unit: float, width_px: float, align: Align) -> Lettering:
    """`text` as large as `style` allows within `width_px`; nothing of it is cut off.

    :param unit: factor of all sizes.
    """
    line = " ".join(text.split())
    size_px = style.largest_px
    while True:
        block = setter.set([line], size_px * unit, width_px, style.spacing, align)
        lines = round(block.height_px / (size_px * unit * style.spacing))
        if size_px <= style.smallest_px or (lines <= style.lines and block.width_px <= width_px):
            return Lettering(block, size_px * unit)
        size_px = max(style.smallest_px, size_px * _STEP)
