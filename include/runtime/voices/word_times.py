"""When each written word is heard, from what an engine says of the words that it speaks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise

from include.runtime.languages.words import shares, spread
from include.runtime.voices.audio import RATE_HZ
from include.runtime.voices.spoken import SpokenWord

WordKey = tuple[int, int]
"""Of a written word: its line, and where in it the word begins."""


class TimedBy(Enum):
    """What says when a word is heard."""

    DURATIONS = "durations"
    """The lengths of its sounds, as the voice's network computes them."""
    EVENTS = "events"
    """The engine, which tells when it begins a word."""
    LETTERS = "letters"
    """Nothing: its share of the letters that are heard in a known time."""


@dataclass(frozen=True)
class Heard:
    """When a written word is heard, in samples."""

    start: int
    end: int
    timed_by: TimedBy


@dataclass(frozen=True)
class TimedWord:
    """A word as written, and when it is heard; one that is not heard takes no time."""

    text: str
    start_s: float
    end_s: float
    timed_by: TimedBy | None
    """None for one that is not heard."""


def heard_words(
    text: str, begins: Sequence[tuple[WordKey, int]], spoken: Sequence[SpokenWord], span: tuple[int, int], by: TimedBy
) -> Iterator[tuple[WordKey, Heard]]:
    """The written words that are heard in a part of an utterance.

    :param text: the part as it is spoken.
    :param begins: the written words, and where in `text` each begins.
    :param spoken: words of `text`, in order.
    :param span: samples in which the part is heard.
    """
    ends = [*(place for _, place in begins[1:]), len(text)]
    written = [
        (key, text[place:end], [one for one in spoken if place <= one.place < end])
        for (key, place), end in zip(begins, ends, strict=True)
        if any(character.isalnum() for character in text[place:end])
    ]
    group: list[tuple[WordKey, str]] = []
    inside = (span[0], next((words[0].start for _, _, words in written if words), span[1]))
    told_by = TimedBy.LETTERS
    for key, said, words in written:
        if words:
            yield from _shared(group, inside, told_by)
            group, inside, told_by = [], (words[0].start, words[-1].end), by
        group.append((key, said))
    yield from _shared(group, inside, told_by)


def _shared(
    group: Sequence[tuple[WordKey, str]], inside: tuple[int, int], by: TimedBy
) -> Iterator[tuple[WordKey, Heard]]:
    """Words that are heard within `inside`: one alone as the engine says, several by their letters."""
    edges = shares([said for _, said in group], *inside)
    for (key, _), (start, end) in zip(group, pairwise(edges), strict=True):
        yield key, Heard(round(start), round(end), by if len(group) == 1 else TimedBy.LETTERS)


def timed_words(words: Mapping[WordKey, str], heard: Mapping[WordKey, Heard]) -> tuple[TimedWord, ...]:
    """All written words; one that is not heard stands where the one before it in its line ends, or the next begins."""
    timed = []
    at, line = 0, -1
    for key, text in words.items():
        if key[0] != line:
            line = key[0]
            at = max(at, next((heard[other].start for other in words if other[0] == line and other in heard), at))
        one = heard.get(key)
        start, at = (max(at, one.start), max(at, one.end)) if one else (at, at)
        by = one.timed_by if one else None
        timed.append(TimedWord(text, round(start / RATE_HZ, 3), round(at / RATE_HZ, 3), by))
    return tuple(timed)


def spread_words(text: str, language: str, start_s: float, end_s: float) -> Iterator[TimedWord]:
    """The words of `text`, each with its share of the time by its letters."""
    for word, begin_s, finish_s in spread(text, language, start_s, end_s):
        yield TimedWord(word, round(begin_s, 3), round(finish_s, 3), TimedBy.LETTERS)
