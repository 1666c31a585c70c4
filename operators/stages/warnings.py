"""What recipes want people to know about what they made: told with the records of the items."""

from __future__ import annotations

from collections.abc import Iterable

from include.contract.errors import CorruptInput
from include.contract.keys import record_key
from include.contract.manifests import ItemLine, Record
from include.contract.parsing import model_in
from include.store.connection import CONNECTIONS
from include.store.store import Store
from include.store.threads import daemon_threads


def warnings_of(store: Store, lines: Iterable[tuple[str, ItemLine]]) -> tuple[str, ...]:
    """The warnings of these items, each once, in their order; a record that is gone or broken tells none."""
    with daemon_threads(CONNECTIONS, "records") as threads:
        told = threads.map(lambda pair: _of_one(store, *pair), lines)
        return tuple(dict.fromkeys(warning for each in told for warning in each))


def _of_one(store: Store, kind: str, line: ItemLine) -> tuple[str, ...]:
    if not line.fingerprint:
        return ()
    key = record_key(kind, line.fingerprint)
    try:
        body = store.get(key)
        return model_in(Record, body, key).warnings if body else ()
    except CorruptInput:
        return ()
