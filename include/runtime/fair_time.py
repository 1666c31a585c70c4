"""How much of the time that several take side by side each has taken."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock


class FairTime:
    """Divides each moment evenly among those that are there; so what they take adds up to how long there was anybody.

    Thread-safe.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._lock = clock, Lock()
        self._there, self._since, self._each_s = 0, 0.0, 0.0
        """How many are there, since when, and what one has got that has been there from the beginning."""

    def come(self) -> float:
        """Be there from now on; what to `leave` with."""
        with self._lock:
            self._divide()
            self._there += 1
            return self._each_s

    def leave(self, came: float) -> float:
        """Seconds that are one's own, of those since one `came`."""
        with self._lock:
            self._divide()
            self._there -= 1
            return self._each_s - came

    def _divide(self) -> None:
        now = self._clock()
        if self._there:
            self._each_s += (now - self._since) / self._there
        self._since = now
