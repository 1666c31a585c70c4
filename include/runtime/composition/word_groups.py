"""Subtitles of one to three words at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from include.contract.clips import ClipWord
from include.runtime.composition.subtitles import FLICKER_S, HOLD_S, SubtitleCue, space_between
from include.runtime.languages.widths import columns_of

MOST_WORDS = 3
_CLAUSE_END = frozenset(",;:.!?…—–)、，。；：！？؛،؟।")


def word_groups(cues: Sequence[SubtitleCue], max_units: int) -> list[SubtitleCue]:
    """`cues` with as many words as fit in `max_units` columns, up to three and never beyond a clause.

    Each is shown until the next one is, or until its cue ends.
    """
    return [group for cue in cues for group in _shown(cue, list(_groups(cue, max_units)))]


def _groups(cue: SubtitleCue, max_units: int) -> Iterator[tuple[str, float, float]]:
    """The text of each group, and when it is heard."""
    text, words, start_s, end_s = "", 0, 0.0, 0.0
    for written, word in _words(cue):
        joined = text + space_between(text, written) + written if text else written
        is_heard = word.end_s > word.start_s
        ends = words >= MOST_WORDS or columns_of(joined) > max_units or text[-1:] in _CLAUSE_END
        if words and is_heard and ends:
            yield text, start_s, end_s
            joined, words = written, 0
        text = joined
        if is_heard:
            start_s = word.start_s if not words else start_s
            words, end_s = words + 1, word.end_s
    if text:
        yield text, start_s if words else cue.start_s, end_s if words else cue.end_s


def _words(cue: SubtitleCue) -> Iterator[tuple[str, ClipWord]]:
    for word in cue.words:
        yield cue.lines[word.line][word.begin : word.end], word


def _shown(cue: SubtitleCue, groups: Sequence[tuple[str, float, float]]) -> Iterator[SubtitleCue]:
    """The groups within the time of their cue."""
    starts = [cue.start_s, *(min(max(start_s, cue.start_s), cue.end_s) for _, start_s, _ in groups[1:]), cue.end_s]
    for (text, _, end_s), (start_s, next_s) in zip(groups, pairwise(starts), strict=True):
        held_s = max(end_s + HOLD_S, start_s)
        yield SubtitleCue(start_s, next_s if next_s - held_s < FLICKER_S else held_s, (text,))
