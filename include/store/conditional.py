"""Conditional writes (W1, W2): one that recognises its own work, and the loop that changes what is there."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from enum import Enum, auto

from include.contract.errors import StoreAway
from include.contract.keys import Domain
from include.store.errors import Absent, Conflict, Refused, Unanswered
from include.store.objects import Objects
from include.store.stored import JSON, Headers, Stored

TRIES = 60
"""How often a change is started again because others were faster."""
CONFLICT_TRIES = 5
"""How often a write is sent while another one is in progress."""
_FIRST_PAUSE_S = 0.02
_LONGEST_PAUSE_S = 2.0

Change = Callable[[Stored | None], bytes | None]
"""Returns the bytes to write in place of a version, or of nothing; None to leave it as it is."""


class Unread(Enum):
    """A version that has not been read yet."""

    UNREAD = auto()


UNREAD = Unread.UNREAD


class Conditional:
    """Small objects by version. Thread-safe."""

    def __init__(self, domain: Domain, objects: Objects) -> None:
        self.domain, self._objects = domain, objects

    def read(self, key: str) -> Stored | None:
        """The version under `key`; None if there is none."""
        try:
            return self._objects.get(key)
        except Absent:
            return None

    def put_if_absent(self, key: str, body: bytes, headers: Headers = JSON) -> str | None:
        """Write a small object unless there is one: its ETag, or None if there is one (W1)."""
        return self._put_when(key, body, headers, None) or self._own_etag(key, body)

    def put_if_match(self, key: str, body: bytes, etag: str, headers: Headers = JSON) -> str | None:
        """Write a small object in place of one version: its new ETag, or None if that version is gone (W2)."""
        return self._put_when(key, body, headers, etag) or self._own_etag(key, body)

    def update(
        self,
        key: str,
        change: Change,
        headers: Headers | Callable[[bytes], Headers] = JSON,
        *,
        seen: Stored | None | Unread = UNREAD,
    ) -> Stored | None:
        """Write what `change` makes of the version that is there, again whenever others were faster (W1, W2).

        :param change: returns the bytes to write in place of a version, or of nothing; None leaves it as it is.
        :param headers: for every version, or computed from the version's bytes.
        :param seen: the version to begin with, if known, or None if nothing is there; by default it is read.
        :returns: the version that was written; None if it was left as it is.
        :raises StoreAway: others were faster each time.
        """
        stored = self.read(key) if isinstance(seen, Unread) else seen
        body: bytes | None = None
        for number in _pauses(TRIES):
            if number:
                stored = self.read(key)
                if stored is not None and stored.body == body:
                    return stored  # its own work, whose answer was lost
            body = change(stored)
            if body is None or (stored is not None and stored.body == body):
                return None
            told = headers(body) if callable(headers) else headers
            etag = self._put_when(key, body, told, stored.etag if stored else None)
            if etag is not None:
                return Stored(body, etag, None, told.metadata)
        raise StoreAway(f"{self.domain.uri(key)}: changed by others {TRIES} times while it was written")

    def _put_when(self, key: str, body: bytes, headers: Headers, etag: str | None) -> str | None:
        """Put `body` in the place of the version `etag`, or where nothing lies: its ETag, or None where that is not so.

        :raises StoreAway: others were writing each time.
        """
        unanswered: Unanswered | None = None
        for _ in _pauses(CONFLICT_TRIES):
            try:
                return self._objects.put(key, body, headers, if_absent=etag is None, if_match=etag)
            except Conflict:
                unanswered = None
            except Unanswered as error:
                unanswered = error
            except Absent:
                if etag is None:
                    raise
                return None
            except Refused:
                return None
        raise unanswered or StoreAway(f"{self.domain.uri(key)}: conflicting writes {CONFLICT_TRIES} times in a row")

    def _own_etag(self, key: str, body: bytes) -> str | None:
        """ETag of what lies there if it is `body`: a write whose answer was lost is sent again, and meets itself."""
        stored = self.read(key)
        return stored.etag if stored is not None and stored.body == body else None


def unless_right(body: bytes, is_right: Callable[[bytes], bool]) -> Change:
    """Writes `body` if nothing is there, or something that is not right."""
    return lambda stored: None if stored is not None and is_right(stored.body) else body


def _pauses(tries: int) -> Iterator[int]:
    """The number of each try, with a pause before each but the first: short at first, and never of the same length."""
    longest_s = _FIRST_PAUSE_S
    for number in range(tries):
        if number:
            time.sleep(random.uniform(0, longest_s))
            longest_s = min(longest_s * 1.5, _LONGEST_PAUSE_S)
        yield number
