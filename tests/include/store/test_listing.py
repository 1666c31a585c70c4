from __future__ import annotations

import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from include.contract.keys import BLOBS_FOLDER, blob_key
from include.store import listing
from include.store.listing import LISTED_PER_LOOKUP, MIN_LOOKUPS, sizes_below
from include.store.store import Store
from include.store.stored import Listed
from tests.asked import asked_for


def test_keys_are_listed_where_many_would_be_asked_for(store: Store) -> None:
    store.put("v1/a/1", b"1")
    store.put("v1/b/1", b"1")
    with asked_for() as asked:
        assert sizes_below(store, "v1/a/", MIN_LOOKUPS) == {"v1/a/1": 1}
        assert sizes_below(store, "v1/c/", MIN_LOOKUPS) == {}
    assert [name for name, _ in asked] == ["listed", "listed"]


def test_a_few_keys_are_simply_asked_for(store: Store) -> None:
    with asked_for() as asked:
        assert sizes_below(store, "v1/a/", MIN_LOOKUPS - 1) is None
    assert not asked


def fill(store: Store, number: int) -> list[str]:
    keys = [blob_key(hashlib.sha256(str(each).encode()).hexdigest()) for each in range(number)]
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda key: store.put(key, b"12"), keys))
    return keys


def test_a_folder_with_more_than_is_worth_it_is_not_taken_for_whole(store: Store) -> None:
    keys = fill(store, LISTED_PER_LOOKUP * MIN_LOOKUPS + 1)
    assert sizes_below(store, BLOBS_FOLDER, MIN_LOOKUPS) is None
    assert sizes_below(store, BLOBS_FOLDER, MIN_LOOKUPS + 1) == dict.fromkeys(keys, 2)


def test_a_folder_with_far_more_is_known_by_its_first_objects(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = fill(store, 400)
    taken: list[str] = []
    each_listed = store.each_listed

    def noted(prefix: str) -> Iterator[Listed]:
        for each in each_listed(prefix):
            taken.append(each.key)
            yield each

    monkeypatch.setattr(listing, "_PAGE", 50)
    monkeypatch.setattr(listing, "MIN_LOOKUPS", 20)
    monkeypatch.setattr(store, "each_listed", noted)
    assert sizes_below(store, BLOBS_FOLDER, 40) is None
    assert taken == sorted(keys)[:50]
    assert sizes_below(store, BLOBS_FOLDER, 400) == dict.fromkeys(keys, 2)
