"""Which records exist, by listing them if that is cheaper than looking up each."""

from __future__ import annotations

from collections.abc import Mapping
from threading import Lock

from include.contract.keys import record_key, records_folder
from include.contract.manifests import Record
from include.contract.values import StageKind
from include.store.listing import sizes_below
from include.store.store import Store
from operators.planning.history import read_or_none


class Existing:
    """Records by kind and fingerprint; several threads may ask.

    :param lookups: how many are expected for a kind.
    """

    def __init__(self, store: Store, lookups: int) -> None:
        self._store, self._lookups = store, lookups
        self._listed: dict[StageKind, Mapping[str, int] | None] = {}
        self._lock = Lock()

    def record(self, kind: StageKind, fingerprint: str) -> Record | None:
        """The record of one item; None if there is none, or it cannot be read."""
        key = record_key(kind, fingerprint)
        with self._lock:
            if kind not in self._listed:
                self._listed[kind] = sizes_below(self._store, records_folder(kind), self._lookups)
            known = self._listed[kind]
        return None if known is not None and key not in known else read_or_none(Record, self._store.get(key))
