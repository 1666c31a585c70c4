"""Subtitles burned into the picture: one overlay per cue, or per word of it, drawn when it is first needed."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from include.contract.params import ClipStillParams
from include.contract.values import Aspect, SubtitlePosition, SubtitleStyle
from include.runtime.composition.overlays import Layer, Overlay, flatten, shadow
from include.runtime.composition.planes import Plane
from include.runtime.composition.subtitles import FLICKER_S, LINE_UNITS, SubtitleCue
from include.runtime.composition.word_groups import word_groups
from include.runtime.media.typesetting import Block, Part, Typesetter


@dataclass(frozen=True)
class SafeArea:
    """Shares of the frame: the width that a line may take, and what stays free below the text and above it."""

    width: float
    bottom: float
    top: float


LINES_AREA = {
    Aspect.WIDE: SafeArea(0.72, 0.065, 0.065),
    Aspect.SQUARE: SafeArea(0.88, 0.075, 0.075),
    Aspect.UPRIGHT: SafeArea(0.86, 0.17, 0.14),
}
"""Players of upright films put their controls at the bottom."""
WORDS_AREA = {**LINES_AREA, Aspect.UPRIGHT: SafeArea(0.74, 0.25, 0.14)}
"""Platforms put buttons at the right of upright films, and the post's text at the bottom: a quarter of TikTok's."""
LINE_SPACING = 1.28
UNITS_PER_EM = 1.66
"""How many characters of average bold Latin text are as wide as its size: what a full line needs."""
WORD_SIZE = 1.6
"""How much larger single words are than lines."""
INK = (8, 10, 14)
BOX_OPACITY, BOX_MARGIN = 0.78, 0.3
"""Of the box behind subtitles; the margin as a share of the text's size."""


def safe_area(params: ClipStillParams) -> SafeArea:
    """Where subtitles of the style may stand."""
    areas = LINES_AREA if params.subtitle_style is SubtitleStyle.LINES else WORDS_AREA
    return areas[params.aspect]


def line_units(params: ClipStillParams) -> int:
    """Columns of a line."""
    narrower = safe_area(params).width / LINES_AREA[params.aspect].width
    return int(LINE_UNITS[params.aspect] * narrower / params.subtitle_size)


def shown_cues(cues: Sequence[SubtitleCue], params: ClipStillParams) -> Sequence[SubtitleCue]:
    """What is seen of `cues` at a time in the style."""
    is_word = params.subtitle_style is SubtitleStyle.WORD
    return word_groups(cues, int(line_units(params) / WORD_SIZE)) if is_word else cues


def text_px(params: ClipStillParams, width: int) -> float:
    """Size of the text in a frame of that width."""
    usual_px = LINES_AREA[params.aspect].width * width / LINE_UNITS[params.aspect] * UNITS_PER_EM
    return usual_px * (params.subtitle_size * (WORD_SIZE if params.subtitle_style is SubtitleStyle.WORD else 1))


def lit_until(cue: SubtitleCue, number: int) -> float:
    """Until when its word of that number has the colour of what is heard: a short silence belongs to the word."""
    end_s = cue.words[number].end_s
    following = next((word.start_s for word in cue.words[number + 1 :] if word.end_s > word.start_s), None)
    if following is None:
        return end_s + FLICKER_S
    return following if following - end_s < FLICKER_S else end_s


class Captions:
    """The overlay of each moment."""

    def __init__(self, cues: Sequence[SubtitleCue], typesetter: Typesetter, params: ClipStillParams) -> None:
        self._params, self._typesetter = params, typesetter
        self._cues = shown_cues(cues, params)
        self._starts_s = [cue.start_s for cue in self._cues]
        self._set: tuple[int, _Text] | None = None
        self._drawn: tuple[tuple[int, int | None], Overlay] | None = None

    def at(self, time_s: float) -> Overlay | None:
        """The overlay seen at `time_s`; None between cues."""
        index = bisect_right(self._starts_s, time_s) - 1
        if index < 0 or time_s >= self._cues[index].end_s:
            return None
        is_highlighted = self._params.subtitle_style is SubtitleStyle.HIGHLIGHT
        word = _heard(self._cues[index], time_s) if is_highlighted else None
        if self._drawn is None or self._drawn[0] != (index, word):
            self._drawn = (index, word), self._draw(index, word)
        return self._drawn[1]

    def _draw(self, index: int, word: int | None) -> Overlay:
        if self._set is None or self._set[0] != index:
            self._set = index, _Text(self._cues[index], self._typesetter, self._params)
        return self._set[1].overlay(word)


def _heard(cue: SubtitleCue, time_s: float) -> int | None:
    """The number of the word that is heard."""
    begun = [number for number, word in enumerate(cue.words) if word.start_s <= time_s and word.end_s > word.start_s]
    return begun[-1] if begun and time_s < lit_until(cue, begun[-1]) else None


class _Text:
    """A cue as it is set."""

    def __init__(self, cue: SubtitleCue, typesetter: Typesetter, params: ClipStillParams) -> None:
        self._cue, self._typesetter, self._params = cue, typesetter, params
        self._frame = params.aspect.frame_px(params.short_side_px)
        area = safe_area(params)
        self._size_px = text_px(params, self._frame[0])
        block = self._block()
        safe_px = area.width * self._frame[0]
        if block.width_px > safe_px:
            self._size_px *= safe_px / block.width_px * 0.99
            block = self._block()
        self._margin = round(self._size_px * 0.4)
        self._whole = block.coverage(self._margin)

    def _block(self, only: Part | None = None) -> Block:
        return self._typesetter.set(self._cue.lines, self._size_px, 4 * self._frame[0], LINE_SPACING, only=only)

    def overlay(self, word: int | None) -> Overlay:
        """The cue, its word of that number in the colour of what is heard."""
        text, colour = self._whole, _rgb(self._params.subtitle_colour)
        layers = [Layer(text, colour)]
        if word is not None:
            one = self._cue.words[word]
            # Never more than the whole has: shapes do not depend on which word is heard.
            heard = np.minimum(text, self._block(Part(one.line, one.begin, one.end)).coverage(self._margin))
            layers = [
                Layer(cv2.subtract(text, heard), colour),
                Layer(heard, _rgb(self._params.subtitle_highlight)),
            ]
        left = (self._frame[0] - text.shape[1]) // 4 * 2
        return flatten([*self._behind(), *layers], left, self._top())

    def _top(self) -> int:
        height, area, rows = self._frame[1], safe_area(self._params), len(self._whole)
        match self._params.subtitle_position:
            case SubtitlePosition.TOP:
                return max(0, round(height * area.top - self._margin) // 2 * 2)
            case SubtitlePosition.MIDDLE:
                return max(0, (height - rows) // 4 * 2)
        return round(height * (1 - area.bottom) - rows + self._margin) // 2 * 2

    def _behind(self) -> list[Layer]:
        """What sets the text off the picture: a box, or a dark halo and edge."""
        text, size_px = self._whole, self._size_px
        if self._params.subtitle_box:
            return [Layer(_box(text, self._margin, size_px), _rgb(self._params.subtitle_box))]
        halo = Layer((shadow(text, size_px * 0.05, size_px * 0.14) * 0.62).astype("uint8"), INK)
        return [halo, Layer((shadow(text, size_px * 0.035, size_px * 0.025) * 0.85).astype("uint8"), INK)]


def _box(text: Plane, margin: int, size_px: float) -> Plane:
    """A rectangle around all but the outer part of the margin."""
    box, free = np.zeros_like(text), max(0, margin - round(size_px * BOX_MARGIN))
    box[free : len(box) - free, free : box.shape[1] - free] = round(255 * BOX_OPACITY)
    return box


def _rgb(colour: str) -> tuple[int, int, int]:
    """`#rrggbb` as numbers."""
    red, green, blue = bytes.fromhex(colour[1:])
    return red, green, blue
