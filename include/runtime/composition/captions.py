"""Subtitles burned into the picture: one overlay per cue, drawn when it is first needed."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from include.contract.values import Aspect
from include.runtime.composition.overlays import Layer, Overlay, flatten, shadow
from include.runtime.composition.subtitles import LINE_UNITS, SubtitleCue
from include.runtime.media.typesetting import Typesetter

SAFE_WIDTH = {Aspect.WIDE: 0.72, Aspect.SQUARE: 0.88, Aspect.UPRIGHT: 0.86}
"""Share of the frame's width that a line may take."""
BOTTOM = {Aspect.WIDE: 0.065, Aspect.SQUARE: 0.075, Aspect.UPRIGHT: 0.17}
"""Free space below the text, as a share of the frame's height: players of upright films put their controls there."""
LINE_SPACING = 1.28
UNITS_PER_EM = 1.66
"""How many characters of average bold Latin text are as wide as its size: what a full line needs."""
WHITE, INK = (255, 255, 255), (8, 10, 14)


class Captions:
    """The overlay of each moment."""

    def __init__(
        self, cues: Sequence[SubtitleCue], typesetter: Typesetter, frame: tuple[int, int], aspect: Aspect
    ) -> None:
        self._cues = cues
        self._starts_s = [cue.start_s for cue in cues]
        self._typesetter = typesetter
        self._frame = frame
        self._aspect = aspect
        self._drawn: tuple[int, Overlay] | None = None

    def at(self, time_s: float) -> Overlay | None:
        """The overlay seen at `time_s`; None between cues."""
        index = bisect_right(self._starts_s, time_s) - 1
        if index < 0 or time_s >= self._cues[index].end_s:
            return None
        if self._drawn is None or self._drawn[0] != index:
            self._drawn = index, self._draw(self._cues[index])
        return self._drawn[1]

    def _draw(self, cue: SubtitleCue) -> Overlay:
        width, height = self._frame
        safe_px = SAFE_WIDTH[self._aspect] * width
        size_px = safe_px / LINE_UNITS[self._aspect] * UNITS_PER_EM
        block = self._typesetter.set(cue.lines, size_px, 4 * width, LINE_SPACING)
        if block.width_px > safe_px:
            size_px *= safe_px / block.width_px * 0.99
            block = self._typesetter.set(cue.lines, size_px, 4 * width, LINE_SPACING)
        margin = round(size_px * 0.4)
        text = block.coverage(margin)
        left = (width - text.shape[1]) // 4 * 2
        top = round(height * (1 - BOTTOM[self._aspect]) - text.shape[0] + margin) // 2 * 2
        halo = Layer((shadow(text, size_px * 0.05, size_px * 0.14) * 0.62).astype("uint8"), INK)
        edge = Layer((shadow(text, size_px * 0.035, size_px * 0.025) * 0.85).astype("uint8"), INK)
        return flatten([halo, edge, Layer(text, WHITE)], left, top)
