"""What is found out once, whichever of several threads asks first: the others wait for the answer."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Found = TypeVar("Found")


class Once(Generic[Key, Found]):
    """The answers so far, by what was asked."""

    def __init__(self) -> None:
        self._answers: dict[Key, Found] = {}
        self._looking: dict[Key, Lock] = {}
        self._lock = Lock()

    def find(self, key: Key, look: Callable[[], Found]) -> Found:
        """The answer to `key`, which `look` finds; what it raises is no answer."""
        with self._lock:
            looking = self._looking.setdefault(key, Lock())
        with looking:
            if key not in self._answers:
                self._answers[key] = look()
            return self._answers[key]
