"""Where subtitle text may break, and how it best does."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import accumulate

from include.runtime.languages.breaks import begins_letter, word_breaks
from include.runtime.languages.sentences import sentence_ends
from include.runtime.languages.widths import columns_of

_CLAUSE_END = frozenset(",;:—–、，；：،؛)）」』】》”")

_BLANKS = re.compile(" +")
SENTENCE_COST, CLAUSE_COST, WORD_COST = 0.0, 0.08, 0.3


def breaks(text: str, language: str) -> Iterator[tuple[int, float]]:
    """Positions before which `text` may break, each with a cost: the end of a sentence is best."""
    ends = frozenset(sentence_ends(text, language))
    after_blanks = {match.end() for match in _BLANKS.finditer(text)}
    for position in sorted({*after_blanks, *word_breaks(text, language)} - {len(text)}):
        yield position, _cost(text[:position].rstrip(), ends)


def _cost(head: str, sentence_ends: frozenset[int]) -> float:
    if len(head) in sentence_ends:
        return SENTENCE_COST
    return CLAUSE_COST if head[-1:] in _CLAUSE_END else WORD_COST


def lines(text: str, max_units: int, language: str) -> list[str] | None:
    """`text` in one line, or in two as equal as good breaks allow; None if it needs more than two."""
    if columns_of(text) <= max_units:
        return [text]
    best = _best_break(text, language, lambda head, tail: max(head, tail) <= max_units)
    return None if best is None else [text[:best].rstrip(), text[best:].lstrip()]


def pieces(text: str, max_units: int, language: str) -> list[str]:
    """`text` in as many pieces as it takes for each to fit in two lines."""
    if lines(text, max_units, language) is not None:
        return [text]
    middle = _best_break(text, language, lambda head, tail: True) or _forced_break(text, max_units)
    head, tail = text[:middle].strip(), text[middle:].strip()
    return pieces(head, max_units, language) + pieces(tail, max_units, language)


def _best_break(text: str, language: str, allowed: Callable[[int, int], bool]) -> int | None:
    """The break of least cost and imbalance among those whose head and tail widths are `allowed`."""
    units = [0, *accumulate(map(columns_of, text))]
    best, least = None, float("inf")
    for position, cost in breaks(text, language):
        head = units[position] - (text[position - 1] == " ")
        tail = units[-1] - units[position]
        imbalance = abs(head - tail) / units[-1]
        if allowed(head, tail) and imbalance + cost < least:
            best, least = position, imbalance + cost
    return best


def _forced_break(text: str, max_units: int) -> int:
    """Within a word that is longer than a line: as late as fits, never before a combining mark."""
    units = 0
    for position, character in enumerate(text):
        units += columns_of(character)
        if units > max_units and position:
            return next((place for place in range(position, 0, -1) if begins_letter(text, place)), position)
    return max(1, len(text) // 2)
