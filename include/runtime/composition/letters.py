"""The words that lines show, found again by counting letters: a speech and its subtitles have the same, in order."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby, islice, pairwise

from include.contract.clips import ClipWord
from include.contract.timing import TimedText, Timing
from include.runtime.languages.words import spread

_Letter = tuple[int, float, float]
"""The number of its word, and when it is heard."""


class Letters:
    """All characters of a speech but blanks, which go by once."""

    def __init__(self, timing: Timing, language: str) -> None:
        self._letters = _letters(timing, language)

    def take(self, line: int, text: str) -> Iterator[ClipWord]:
        """The words of `text`, the next line of all, which is line number `line` of its cue."""
        places = [place for place, character in enumerate(text) if not character.isspace()]
        shown = zip(places, islice(self._letters, len(places)), strict=True)
        for _, group in groupby(shown, key=lambda one: one[1][0]):
            letters = list(group)
            (begin, (_, start_s, _)), (end, (_, _, end_s)) = letters[0], letters[-1]
            yield ClipWord(line=line, begin=begin, end=end + 1, start_s=round(start_s, 3), end_s=round(end_s, 3))


def _letters(timing: Timing, language: str) -> Iterator[_Letter]:
    words = timing.words or [
        TimedText(text=text, start_s=start_s, end_s=end_s)
        for segment in timing.segments
        for text, start_s, end_s in spread(segment.text, language, segment.start_s, segment.end_s)
    ]
    for number, word in enumerate(words):
        count = len("".join(word.text.split()))
        step_s = (word.end_s - word.start_s) / max(1, count)
        for start_s, end_s in pairwise(word.start_s + step_s * at for at in range(count + 1)):
            yield number, start_s, end_s
