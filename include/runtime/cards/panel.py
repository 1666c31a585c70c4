"""The panel under a card's picture: what is written on it and where."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from include.contract.cards import CardFormat, ProductText
from include.contract.errors import CheckFailed
from include.runtime.cards.lettering import Lettering, Style, set_text
from include.runtime.cards.tones import Tone
from include.runtime.media.typesetting import Align, Typesetter

HEADING = Style(weight=600, largest_px=29, smallest_px=21, lines=1, spacing=1.3)
NAME = Style(weight=700, largest_px=64, smallest_px=42, lines=2, spacing=1.16)
CAPTION = Style(weight=400, largest_px=35, smallest_px=30, lines=3, spacing=1.36)
PRICE = Style(weight=700, largest_px=46, smallest_px=30, lines=1, spacing=1.2)
BADGE_SHARE = 0.056
"""Size of the badge's text, as a share of the card's shortest side: its letters are at least a twentieth of it high."""
_UNITS = {CardFormat.SQUARE: 1.0, CardFormat.PORTRAIT: 1.1, CardFormat.STORY: 1.24}
"""Factor of all sizes: taller cards have room for larger text."""
SIDE_PX = 64
"""Free at the left and the right."""
CORNER_PX = 28
"""Free between the badge and the edges of the card."""
_TOP_PX, _BOTTOM_PX = 40, 50
_HEADING_GAP_PX, _CAPTION_GAP_PX = 6, 14
_PILL_PADDING_PX = (34, 17)
_BADGE_PADDING_PX = (22, 8)
_BADGE_ROOM_SHARE = 0.45
"""Of the card's width that the badge may take."""
_BADGE_WIDTHS = 24
"""How many widths are tried to find the narrowest for two lines."""
_MOST_SHARE = 0.62
"""Of the card's height that the panel may take; longer text is set smaller as a whole."""
_SMALLER, _LEAST_UNIT = 0.93, 0.4


@dataclass(frozen=True)
class PanelText:
    """One text of the panel."""

    lettering: Lettering
    tone: Tone
    top_px: int
    """Under the panel's upper edge."""


@dataclass(frozen=True)
class Pill:
    """A short text on a pill: the price, half on the picture, or the badge in its corner."""

    lettering: Lettering
    width_px: int
    height_px: int

    @property
    def radius_px(self) -> float:
        """Of its corners: one line's ends are half circles."""
        return self.height_px / (2 * self.lettering.lines)


@dataclass(frozen=True)
class Panel:
    """All that is written on a card."""

    height_px: int
    align: Align
    lines: tuple[PanelText, ...]
    pill: Pill | None

    @property
    def is_within(self) -> bool:
        """Whether no line is wider than the room it has."""
        set_texts = [line.lettering for line in self.lines] + ([self.pill.lettering] if self.pill else [])
        return all(one.block.width_px <= one.block.layout_px for one in set_texts)


def lay_out(text: ProductText, shape: CardFormat, setter: Callable[[int], Typesetter]) -> Panel:
    """The panel of a card, as high as its text needs.

    :param setter: gives the typesetter of a weight.
    :raises CheckFailed: the text is too much for the card at any size.
    """
    width_px, height_px = shape.size_px
    unit = _UNITS[shape]
    while unit > _LEAST_UNIT:
        panel = _at(text, width_px - 2 * SIDE_PX, setter, unit)
        if panel.is_within and panel.height_px <= height_px * _MOST_SHARE:
            return panel
        unit *= _SMALLER
    raise CheckFailed(f"the text of {text.name[:60]!r} does not fit on a card of format `{shape.value}`; shorten it")


def badge_of(words: str, shape: CardFormat, setter: Callable[[int], Typesetter], align: Align) -> Pill:
    """What a card says in its corner of how it was made: in one line where that is short, else in two of like length.

    Words of which one alone is wider than the badge's room are set as wide as that one is.
    """
    across_px, down_px = _BADGE_PADDING_PX
    size_px = BADGE_SHARE * min(shape.size_px)
    style = Style(weight=600, largest_px=size_px, smallest_px=size_px, lines=1, spacing=1.24)
    room_px = _BADGE_ROOM_SHARE * shape.size_px[0] - 2 * across_px

    def at(width_px: float) -> Lettering:
        return set_text(words, style, setter(style.weight), 1.0, width_px, align)

    lettering = at(shape.size_px[0])
    if lettering.block.width_px > room_px:
        least_px, most_px = lettering.block.paragraph.MinIntrinsicWidth, lettering.block.width_px
        tried = (at(least_px + (most_px - least_px) * step / _BADGE_WIDTHS + 1) for step in range(_BADGE_WIDTHS + 1))
        lettering = next(one for one in tried if one.lines <= 2)
    return _around(lettering, across_px, down_px)


def _at(text: ProductText, width_px: int, setter: Callable[[int], Typesetter], unit: float) -> Panel:
    """The panel with all sizes times `unit`."""
    align = Align.RIGHT if setter(NAME.weight).reads_from_right(text.name) else Align.LEFT
    pill = _pill(text.price_text, setter, unit, width_px, align) if text.price_text else None
    top_px = round(_TOP_PX * unit) + (pill.height_px // 3 if pill else 0)
    lines: list[PanelText] = []
    for words, style, tone, gap_px in (
        (text.brand or text.category, HEADING, Tone.ACCENT, 0),
        (text.name, NAME, Tone.INK, _HEADING_GAP_PX),
        (text.caption, CAPTION, Tone.SOFT, _CAPTION_GAP_PX),
    ):
        if words:
            top_px += round(gap_px * unit) if lines else 0
            lettering = set_text(words, style, setter(style.weight), unit, width_px, align)
            lines.append(PanelText(lettering, tone, top_px))
            top_px += round(lettering.block.height_px)
    return Panel(top_px + round(_BOTTOM_PX * unit), align, tuple(lines), pill)


def _pill(price: str, setter: Callable[[int], Typesetter], unit: float, width_px: int, align: Align) -> Pill:
    across_px, down_px = (round(padding_px * unit) for padding_px in _PILL_PADDING_PX)
    lettering = set_text(price, PRICE, setter(PRICE.weight), unit, width_px - 2 * across_px, align)
    return _around(lettering, across_px, down_px)


def _around(lettering: Lettering, across_px: int, down_px: int) -> Pill:
    return Pill(
        lettering,
        width_px=round(lettering.block.width_px) + 2 * across_px,
        height_px=round(lettering.block.height_px) + 2 * down_px,
    )
