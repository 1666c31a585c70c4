from __future__ import annotations

from include.contract.keys import record_key
from include.contract.manifests import Record
from include.contract.values import StageKind
from include.store.listing import MIN_LOOKUPS
from include.store.store import Store
from operators.briefs.brief import brief_of
from operators.planning.existing import Existing
from tests.operators.conftest import films
from tests.operators.planning.archive import Archive

OTHER = "0" * 64


def made(store: Store) -> str:
    """The fingerprint of a script that was made."""
    Archive(store, films()).make([brief_of({"topic": "Bees"}, films())], stages=["text"])
    (listed,) = store.listed("v1/items/text/", 9)
    return listed.key.rpartition("/")[2].removesuffix(".json")


def test_a_record_is_found_by_asking_for_it_and_by_listing(store: Store) -> None:
    fingerprint = made(store)
    for lookups in (1, MIN_LOOKUPS):
        existing = Existing(store, lookups)
        found = existing.record(StageKind.TEXT, fingerprint)
        assert isinstance(found, Record)
        assert found.preimage["recipe"] == "script.narrated"
        assert existing.record(StageKind.TEXT, OTHER) is None
        assert existing.record(StageKind.IMAGE, fingerprint) is None


def test_where_many_are_asked_for_each_kind_is_listed_once(store: Store) -> None:
    fingerprint = made(store)
    few, many = Existing(store, MIN_LOOKUPS - 1), Existing(store, MIN_LOOKUPS)
    for existing in (few, many):
        assert existing.record(StageKind.TEXT, OTHER) is None
    store.put(record_key(StageKind.TEXT, OTHER), store.get(record_key(StageKind.TEXT, fingerprint)) or b"")
    assert few.record(StageKind.TEXT, OTHER) is not None
    assert many.record(StageKind.TEXT, OTHER) is None


def test_a_record_that_cannot_be_read_is_none_for_it_will_be_made_again(store: Store) -> None:
    fingerprint = made(store)
    store.put(record_key(StageKind.TEXT, fingerprint), b"{")
    assert Existing(store, 1).record(StageKind.TEXT, fingerprint) is None
    assert Existing(store, MIN_LOOKUPS).record(StageKind.TEXT, fingerprint) is None
