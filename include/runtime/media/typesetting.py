"""Text becomes coverage masks: any script the fonts have, shaped, in reading order, at a weight and size."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

import numpy as np
import skia
from numpy.typing import NDArray

from include.contract.direction import Direction, direction_of, reads_from_right
from include.runtime.languages.breaks import kept_together

_WEIGHT_AXIS = 0x77676874
"""'wght' as OpenType writes a tag."""
LATIN_FONT, CJK_FONT = "latin", "cjk"
_CJK_FACE = {"ja": 0, "ko": 1, "zh": 2, "zh-TW": 3, "zh-HK": 4}
"""Index in the Noto Sans CJK collection: each language draws the shared ideographs its own way."""
_UNDRAWN = ("Cc", "Cf", "Zs", "Zl", "Zp", "Mn")
_RTL_START, _ISOLATE_END = "\u2067", "\u2069"


class Align(Enum):
    """Where lines that are shorter than the longest one stand."""

    CENTRE = skia.textlayout.TextAlign.kCenter
    LEFT = skia.textlayout.TextAlign.kLeft
    RIGHT = skia.textlayout.TextAlign.kRight


_SLACK_AT_LEFT = {Align.LEFT: 0.0, Align.CENTRE: 0.5, Align.RIGHT: 1.0}
"""Share of a line's free room that stands left of it."""


@dataclass(frozen=True)
class Part:
    """Some characters of a line."""

    line: int
    begin: int
    end: int


@dataclass(frozen=True)
class Block:
    """Text set in lines."""

    paragraph: skia.textlayout.Paragraph
    align: Align
    width_px: float
    """Of the longest line."""
    height_px: float
    layout_px: float

    def coverage(self, margin_px: int) -> NDArray[np.uint8]:
        """Mask of the text with `margin_px` around it; both sides are even."""
        width = _even(self.width_px + 2 * margin_px)
        height = _even(self.height_px + 2 * margin_px)
        pixels = np.zeros((height, width, 4), np.uint8)
        surface = skia.Surface(pixels)
        slack_px = width - 2 * margin_px - self.layout_px
        left_px = margin_px + slack_px * _SLACK_AT_LEFT[self.align]
        self.paragraph.paint(surface.getCanvas(), left_px, margin_px)
        surface.flushAndSubmit()
        return np.ascontiguousarray(pixels[..., 3])


def _even(length: float) -> int:
    return 2 * int(np.ceil(length / 2))


class Typesetter:
    """Sets text in the fonts given, and in no others: what a machine has installed never shows."""

    def __init__(self, fonts: Mapping[str, Path], language: str, weight: int) -> None:
        """`fonts`: names to variable font files, with `latin` and `cjk` among them; `weight`: 100 to 900."""
        order = [LATIN_FONT, CJK_FONT, *sorted(set(fonts) - {LATIN_FONT, CJK_FONT})]
        face = _CJK_FACE.get(language, _CJK_FACE.get(language.split("-")[0], 2))
        self._faces = {name: _face(fonts[name], weight, face if name == CJK_FONT else 0) for name in order}
        provider = skia.textlayout.TypefaceFontProvider()
        for name, typeface in self._faces.items():
            provider.registerTypeface(typeface, name)
        self._fonts = skia.textlayout.FontCollection()
        self._fonts.setDefaultFontManager(provider)
        self._order = order
        self._language = language

    def missing(self, text: str) -> list[str]:
        """The characters of `text` that no font can draw, in order, each once."""
        drawn = (one for one in text if unicodedata.category(one) not in _UNDRAWN)
        return [one for one in dict.fromkeys(drawn) if not self._can_draw(one)]

    def _can_draw(self, character: str) -> bool:
        return any(face.unicharToGlyph(ord(character)) for face in self._faces.values())

    def set(
        self,
        lines: Sequence[str],
        size_px: float,
        width_px: float,
        spacing: float = 1.0,
        align: Align = Align.CENTRE,
        only: Part | None = None,
    ) -> Block:
        """`lines` at `size_px`, broken further where one is wider than `width_px`.

        :param only: all that is to be seen of them; it stands where it does if all is.
        """
        seen, unseen = (self._style(size_px, spacing, colour) for colour in (skia.ColorWHITE, skia.ColorTRANSPARENT))
        page = skia.textlayout.ParagraphStyle()
        page.setTextAlign(align.value)
        page.setTextStyle(unseen if only else seen)
        builder = skia.textlayout.ParagraphBuilder.make(page, self._fonts, skia.Unicodes.ICU.Make())
        before, part, after = self._divided(lines, only)
        builder.addText(before)
        builder.pushStyle(seen)
        builder.addText(part)
        builder.pop()
        builder.addText(after)
        paragraph = builder.Build()
        paragraph.layout(width_px)
        return Block(paragraph, align, paragraph.LongestLine, paragraph.Height, width_px)

    def _style(self, size_px: float, spacing: float, colour: int) -> skia.textlayout.TextStyle:
        style = skia.textlayout.TextStyle()
        style.setFontFamilies(self._order)
        style.setFontSize(size_px)
        style.setLocale(self._language)
        style.setColor(colour)
        style.setHeight(spacing)
        style.setHeightOverride(True)
        style.setHalfLeading(True)
        return style

    def _divided(self, lines: Sequence[str], part: Part | None) -> tuple[str, str, str]:
        """All of `lines` as Skia is to read them: what is before `part`, the part, and what is after it."""
        read = [self._directed(line) for line in lines]
        if part is None:
            return "\n".join(read), "", ""
        line = read[part.line]
        begin, end = (_place(lines[part.line], line, place) for place in (part.begin, part.end))
        before, after = read[: part.line], read[part.line + 1 :]
        return "\n".join([*before, line[:begin]]), line[begin:end], "\n".join([line[end:], *after])

    def reads_from_right(self, text: str) -> bool:
        """Whether a text in the typesetter's language that begins as `text` does is set from right to left."""
        return direction_of(self._language) is Direction.RIGHT_TO_LEFT or reads_from_right(text)

    def _directed(self, line: str) -> str:
        """`line` as Skia is to read it: its words kept whole, isolated as right-to-left when that is how it reads."""
        line = kept_together(line, self._language)
        return f"{_RTL_START}{line}{_ISOLATE_END}" if self.reads_from_right(line) else line


def _place(line: str, directed: str, place: int) -> int:
    """Where the first `place` characters of `line` end in what Skia reads, which has signs of its own between them."""
    at = 0
    for character in line[:place]:
        at = directed.index(character, at) + 1
    return at


def _face(path: Path, weight: int, index: int) -> skia.Typeface:
    typeface = skia.Typeface.MakeFromFile(str(path), index)
    arguments = skia.FontArguments()
    variation = skia.FontArguments.VariationPosition
    # Skia points into this list until the clone is made; as a temporary it would be gone by then.
    axes = variation.Coordinates([variation.Coordinate(_WEIGHT_AXIS, weight)])
    arguments.setVariationDesignPosition(variation(axes))
    return typeface.makeClone(arguments)
