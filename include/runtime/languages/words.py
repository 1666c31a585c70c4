"""The words of a text as they are written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from include.runtime.languages.breaks import word_breaks

_BETWEEN_BLANKS = re.compile(r"\S+")


def word_spans(text: str, language: str) -> Iterator[tuple[int, int]]:
    """Where each word of `text` begins and ends, with the signs beside it; all but blanks is of a word.

    Where no blanks are written between words, they are what a line may break between.
    """
    breaks = word_breaks(text, language)
    for found in _BETWEEN_BLANKS.finditer(text):
        inner = [place for place in breaks if found.start() < place < found.end()]
        yield from pairwise([found.start(), *inner, found.end()])
