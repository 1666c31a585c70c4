from __future__ import annotations

from include.store.listing import LISTED_PER_LOOKUP, MIN_LOOKUPS, keys_below
from include.store.store import Store
from tests.asked import asked_for


def test_keys_are_listed_where_many_would_be_asked_for(store: Store) -> None:
    store.put("v1/a/1", b"1")
    store.put("v1/b/1", b"1")
    with asked_for() as asked:
        assert keys_below(store, "v1/a/", MIN_LOOKUPS) == {"v1/a/1"}
        assert keys_below(store, "v1/c/", MIN_LOOKUPS) == frozenset()
    assert [name for name, _ in asked] == ["listed", "listed"]


def test_a_few_keys_are_simply_asked_for(store: Store) -> None:
    with asked_for() as asked:
        assert keys_below(store, "v1/a/", MIN_LOOKUPS - 1) is None
    assert not asked


def test_a_folder_with_far_more_than_is_asked_for_is_not_listed_to_its_end(store: Store) -> None:
    for number in range(LISTED_PER_LOOKUP * MIN_LOOKUPS + 1):
        store.put(f"v1/a/{number}", b"")
    assert keys_below(store, "v1/a/", MIN_LOOKUPS) is None
    assert len(keys_below(store, "v1/a/", MIN_LOOKUPS + 1) or ()) == LISTED_PER_LOOKUP * MIN_LOOKUPS + 1
