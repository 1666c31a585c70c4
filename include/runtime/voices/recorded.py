"""A narration that somebody has recorded: at the loudness of all voices, its text spread over what is voiced.

What is said when is not heard by anything here: a sentence is taken to last as long as its letters say. Whoever
recognises speech gives `TimedBy` another way, and this the times.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise

import numpy as np

from include.contract.errors import CorruptInput
from include.runtime.languages.widths import columns_of
from include.runtime.languages.words import word_spans
from include.runtime.voices.audio import Samples, frame_levels_db, loudness_lufs, silence, speech_span
from include.runtime.voices.narrator import LEAD_S, LOUDNESS_LUFS, PEAK_DBFS, TAIL_S, Narration, Segment
from include.runtime.voices.segments import sentences_of
from include.runtime.voices.word_times import TimedBy, TimedWord

SILENT_DBFS = -60.0
"""A recording that is nowhere louder holds nothing that can be heard."""
_VOICED_BELOW_PEAK_DB = 35.0
"""Frames this far below the loudest one are rooms and breath."""
_SHORT_PAUSE_FRAMES = 15
"""Of 10 ms: a shorter pause is within a word."""
_LOUDNESS_TOLERANCE_LU = 1.0


def recorded(samples: Samples, written: str, language: str, what: str = "the recording") -> Narration:
    """`samples`, in which somebody says what is `written`.

    :param what: the recording, at the beginning of messages.
    :raises CorruptInput: nothing is heard in them.
    """
    loudest_dbfs = float(frame_levels_db(samples).max(initial=-120.0))
    begin, end = speech_span(samples)
    if loudest_dbfs < SILENT_DBFS or begin >= end:
        raise CorruptInput(
            f"{what} is silent ({loudest_dbfs:.0f} dBFS at its loudest); allowed: at least {SILENT_DBFS:.0f} dBFS; "
            "bring one that is heard, or say `speech: none` in place of `voice`"
        )
    kept, warnings = _levelled(samples[begin:end])
    sound = np.concatenate([silence(LEAD_S), kept, silence(TAIL_S)])
    clock = _Clock(kept, LEAD_S)
    lines = [line for sentence in sentences_of(written, language) for line in sentence.lines]
    segments = tuple(Segment(text, *times) for text, times in zip(lines, clock.spread(lines), strict=True))
    texts = [line[first:last] for line in lines for first, last in word_spans(line, language)]
    words = tuple(
        TimedWord(text, *times, TimedBy.LETTERS) for text, times in zip(texts, clock.spread(texts), strict=True)
    )
    return Narration(sound, segments, words, tuple(warnings), "")


def _levelled(samples: Samples) -> tuple[Samples, list[str]]:
    """`samples` at the loudness of all voices, and what keeps them from it."""
    peak_dbfs = 20 * float(np.log10(max(float(np.abs(samples).max()), 1e-6)))
    wanted_db = LOUDNESS_LUFS - loudness_lufs(samples)
    gain_db = min(wanted_db, PEAK_DBFS - peak_dbfs)
    warnings = []
    if wanted_db - gain_db > _LOUDNESS_TOLERANCE_LU:
        warnings.append(f"the recording is {wanted_db - gain_db:.0f} LU quieter than other voices, for its peak")
    return np.asarray(samples * np.float32(10 ** (round(gain_db, 1) / 20)), np.float32), warnings


class _Clock:
    """Counts what is voiced alone."""

    def __init__(self, samples: Samples, start_s: float) -> None:
        levels = frame_levels_db(samples)
        is_voiced = levels > levels.max(initial=-120.0) - _VOICED_BELOW_PEAK_DB
        pauses = _runs(~is_voiced)
        for first, last in pauses:
            if last - first < _SHORT_PAUSE_FRAMES:
                is_voiced[first:last] = True
        self._voiced = np.concatenate([[0.0], np.cumsum(is_voiced)])
        self._start_s, self._frame_s = start_s, 0.01

    def spread(self, texts: Sequence[str]) -> list[tuple[float, float]]:
        """When each of `texts` is heard, if they last as their letters say."""
        widths = [max(1, columns_of("".join(text.split()))) for text in texts]
        total = max(1, sum(widths))
        edges = [before / total for before in accumulate(widths, initial=0)]
        return [(self._at(first, "right"), self._at(last, "left")) for first, last in pairwise(edges)]

    def _at(self, share: float, side: str) -> float:
        """When so much of what is voiced is over: at a pause, where it ends or where it begins."""
        wanted = round(share * self._voiced[-1])
        if side == "right":
            frame = min(len(self._voiced) - 1, int(np.searchsorted(self._voiced, wanted, "right")) - 1)
        else:
            frame = int(np.searchsorted(self._voiced, wanted, "left"))
        return round(self._start_s + frame * self._frame_s, 3)


def _runs(mask: np.ndarray) -> list[tuple[int, int]]:
    """Where `mask` holds: first, and one past the last."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]]).astype(np.int8)))
    return [(int(first), int(last)) for first, last in edges.reshape(-1, 2)]
