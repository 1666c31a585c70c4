"""Looking at a run again and again: redrawn on a terminal, otherwise what has changed."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from include.contract.errors import StoreAway
from operators.cli.output import complain, tell, tell_all
from operators.cli.status_words import in_short, moment
from operators.status.status import RunStatus

LOOK_EVERY_S = 5.0
_CLEARED = "\x1b[H\x1b[2J\x1b[3J"
"""Terminal: to the top left, and nothing on it."""
Words = Callable[[RunStatus], Sequence[str]]


class Shown(Protocol):
    """Shows what was seen, one look after the other."""

    def show(self, seen: RunStatus) -> None:
        """Show one look."""
        ...


def watch(look: Callable[[], RunStatus], shown: Shown, pause: Callable[[float], object] = time.sleep) -> None:
    """Look every `LOOK_EVERY_S` until nothing more happens by itself. A store that is away later on is waited for.

    :raises BadRequest: there is no such run.
    :raises StoreAway: the store does not answer the first time.
    """
    seen = look()
    while True:
        shown.show(seen)
        tell_all()
        while True:
            if seen.is_over:
                return
            pause(LOOK_EVERY_S)
            try:
                seen = look()
            except StoreAway as error:
                complain(f"{error}; looking again every {LOOK_EVERY_S:g} s")
                continue
            break


class Redrawn:
    """The whole of it, on a terminal that is cleared each time."""

    def __init__(self, words: Words) -> None:
        self._words = words

    def show(self, seen: RunStatus) -> None:
        """Clear, then tell."""
        tell("\n".join([_CLEARED, *self._words(seen)]))


class Changes:
    """The whole of it once, then a line for each change."""

    def __init__(self, words: Words, *, only_failed: bool) -> None:
        self._words, self._only_failed = words, only_failed
        self._before: dict[str, str] | None = None

    def show(self, seen: RunStatus) -> None:
        """Tell what is new since the last time."""
        now, before = in_short(seen, only_failed=self._only_failed), self._before
        self._before = now
        if before is None:
            for line in self._words(seen):
                tell(line)
            return
        for what, words in now.items():
            if before.get(what) != words:
                tell(f"{moment(seen.at)} {what}: {words}")


class Document:
    """One JSON document a line, when anything but the time has changed."""

    def __init__(self, plain: Callable[[RunStatus], dict[str, Any]]) -> None:
        self._plain = plain
        self._before: dict[str, str] | None = None

    def show(self, seen: RunStatus) -> None:
        """Tell all of it."""
        now = in_short(seen, only_failed=False)
        if now != self._before:
            tell(json.dumps(self._plain(seen)))
        self._before = now
