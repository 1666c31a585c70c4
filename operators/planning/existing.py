"""Which records exist, by listing them where that is cheaper than asking for each."""

from __future__ import annotations

from threading import Lock

from include.contract.keys import record_key
from include.contract.manifests import Record
from include.contract.values import StageKind
from include.store.store import Store
from operators.planning.history import read_or_none

MIN_LOOKUPS = 200
"""Below this, each record is simply asked for."""
LISTED_PER_LOOKUP = 5
"""A request lists a thousand objects and takes as long as some fifteen look-ups."""


class Existing:
    """Records by kind and fingerprint; several threads may ask.

    :param lookups: how many are expected for a kind.
    """

    def __init__(self, store: Store, lookups: int) -> None:
        self._store = store
        self._limit = LISTED_PER_LOOKUP * lookups if lookups >= MIN_LOOKUPS else 0
        self._listed: dict[StageKind, frozenset[str] | None] = {}
        self._lock = Lock()

    def record(self, kind: StageKind, fingerprint: str) -> Record | None:
        """The record of one item; None when there is none, or it cannot be read."""
        key = record_key(kind, fingerprint)
        with self._lock:
            if kind not in self._listed:
                self._listed[kind] = self._list(kind)
            known = self._listed[kind]
        return None if known is not None and key not in known else read_or_none(Record, self._store.get(key))

    def _list(self, kind: StageKind) -> frozenset[str] | None:
        """The keys of all records of `kind`; None when there are too many to be worth it."""
        if not self._limit:
            return None
        listed = self._store.listed(f"v1/items/{kind.value}/", self._limit + 1)
        return None if len(listed) > self._limit else frozenset(each.key for each in listed)
