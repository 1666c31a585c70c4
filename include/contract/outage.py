"""While a store does not answer, the log says since when, and later that it is back: the same words on both sides."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from threading import Lock, Thread

SILENT_S = 30.0
"""A call that has waited this long is reported while it is still waiting."""
TELL_EVERY_S = 60.0
_LOOK_EVERY_S = 5.0


class Outage:
    """Calls to one store that go unanswered. Thread-safe; a thread watches the calls for as long as there are any."""

    def __init__(self, where: str, log: logging.Logger, clock: Callable[[], float] = time.time) -> None:
        """`where` names the store, as in "the store at http://…"; `clock` gives seconds since 1970."""
        self._where, self._log, self._clock = where, log, clock
        self._lock = Lock()
        self._asked_at: dict[object, float] = {}
        self._since: float | None = None
        self._answered_at = 0.0
        self._told_at: float | None = None
        self._watch: Thread | None = None

    @contextmanager
    def asking(self) -> Iterator[None]:
        """A call that lasts as long as the block."""
        call = object()
        with self._lock:
            self._asked_at[call] = self._clock()
            if self._watch is None or not self._watch.is_alive():  # a fork has none
                self._watch = Thread(target=self._look_on, daemon=True, name="outage")
                self._watch.start()
        try:
            yield
        finally:
            with self._lock:
                del self._asked_at[call]

    def answered(self) -> None:
        """Note that the store has answered."""
        with self._lock:
            self._answered_at = self._clock()
            since, told_at, self._since, self._told_at = self._since, self._told_at, None, None
        if since is not None and told_at is not None:
            self._log.warning("%s is answering again; it had not answered %s", self._where, self._told(since))

    def missed(self, asked_at: float, why: object) -> str:
        """Note that a call made at `asked_at` failed because of `why`; since when the store has been away, in words.

        Where the store has answered another call since, that one's failure says nothing of the store.
        """
        with self._lock:
            if asked_at < self._answered_at:
                return self._told(asked_at)
            since = self._since = asked_at if self._since is None else min(self._since, asked_at)
        self._tell(since, why)
        return self._told(since)

    def look(self) -> bool:
        """Report the longest call if it has been waiting for long; whether any call is waiting."""
        with self._lock:
            oldest = min(self._asked_at.values(), default=None)
            if oldest is None:
                self._watch = None
                return False
            oldest = max(oldest, self._answered_at)
        if self._clock() - oldest >= SILENT_S:
            self.missed(oldest, "a call is still waiting")
        return True

    def now(self) -> float:
        """The time, in seconds, by the clock of this outage."""
        return self._clock()

    def _look_on(self) -> None:
        while self.look():
            time.sleep(_LOOK_EVERY_S)

    def _tell(self, since: float, why: object) -> None:
        now = self._clock()
        with self._lock:
            if self._told_at is not None and now - self._told_at < TELL_EVERY_S:
                return
            self._told_at = now
        self._log.warning("%s has not answered %s: %s", self._where, self._told(since), why)

    def _told(self, since: float) -> str:
        at = datetime.fromtimestamp(since, UTC)
        return f"since {at:%Y-%m-%d %H:%M:%S} UTC ({self._clock() - since:.0f} s)"
