"""The words of a text as they are written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise

from include.runtime.languages.breaks import word_breaks
from include.runtime.languages.widths import columns_of

_BETWEEN_BLANKS = re.compile(r"\S+")


def word_spans(text: str, language: str) -> Iterator[tuple[int, int]]:
    """Where each word of `text` begins and ends, with the signs beside it; all but blanks is of a word.

    Where no blanks are written between words, they are what a line may break between.
    """
    breaks = word_breaks(text, language)
    for found in _BETWEEN_BLANKS.finditer(text):
        inner = [place for place in breaks if found.start() < place < found.end()]
        yield from pairwise([found.start(), *inner, found.end()])


def shares(texts: Sequence[str], start: float, end: float) -> list[float]:
    """Where each of `texts` begins, and the last one ends, if what is between is shared by their widths."""
    widths = [max(1, columns_of("".join(text.split()))) for text in texts]
    total = max(1, sum(widths))
    return [start + (end - start) * before / total for before in accumulate(widths, initial=0)]


def spread(text: str, language: str, start_s: float, end_s: float) -> Iterator[tuple[str, float, float]]:
    """The words of `text`, each with its share of the time by its letters, from when to when."""
    words = [text[begin:end] for begin, end in word_spans(text, language)]
    for word, (begin_s, finish_s) in zip(words, pairwise(shares(words, start_s, end_s)), strict=True):
        yield word, begin_s, finish_s
