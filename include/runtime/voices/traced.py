"""A text on its way from written to spoken: what has become of each place in it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from difflib import SequenceMatcher

from include.runtime.languages.breaks import UNSPACED

_TOKEN = re.compile(rf"{UNSPACED}|[^\W\d_]+|\d+|.", re.DOTALL)
"""What a step leaves as it is, or replaces as a whole."""
_MOST_COMPARED = 400
"""Comparing takes the square of it; a subtitle's line, all that is ever timed, has at most half as many."""


class Traced:
    """A text that steps change, each of them here and there."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.places: Sequence[int] = range(len(text) + 1)
        """For each place of the first text, its end included, the place in the present one; never decreasing."""

    def become(self, text: str) -> None:
        """Go on as `text`: what is the same stays, what is not takes the place of what stood there."""
        if text != self.text:
            self._go_on(text, _places(self.text, text))

    def become_pieces(self, pieces: Sequence[tuple[str, str]]) -> None:
        """Go on as the second of each pair, in place of the first ones, which together are the present text."""
        places: list[int] = []
        at = 0
        for before, after in pieces:
            places += _stretched(len(before), at, at + len(after))
            at += len(after)
        self._go_on("".join(after for _, after in pieces), [*places, at])

    def origin(self, place: int) -> int:
        """The last place of the first text that has come to `place`, or before it."""
        return bisect_right(self.places, place) - 1

    def _go_on(self, text: str, moved: Sequence[int]) -> None:
        self.text, self.places = text, [moved[place] for place in self.places]


def _places(before: str, after: str) -> list[int]:
    """For each place of `before`, its end included, the place in `after`."""
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    if max(len(old), len(new)) > _MOST_COMPARED:
        return [*_stretched(len(before), 0, len(after)), len(after)]
    places: list[int] = []
    at = 0
    for _, old_from, old_to, new_from, new_to in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        length, end = len("".join(old[old_from:old_to])), at + len("".join(new[new_from:new_to]))
        places += _stretched(length, at, end)
        at = end
    return [*places, len(after)]


def _stretched(length: int, start: int, end: int) -> list[int]:
    """So many places, evenly from `start` on."""
    return [start + (end - start) * place // length for place in range(length)]
