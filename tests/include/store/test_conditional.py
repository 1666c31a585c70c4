"""Small objects by version on a real server: who is first, who is late, and what a change is made to (W1, W2)."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from include.contract.errors import StoreAway
from include.store import conditional
from include.store.conditional import unless_right
from include.store.store import Store
from include.store.stored import Headers, Stored

KEY = "v1/told/a.json"


def test_the_first_writer_stays(store: Store) -> None:
    assert store.put_if_absent(KEY, b"first")
    assert not store.put_if_absent(KEY, b"second")
    assert store.get(KEY) == b"first"


def test_only_the_version_that_was_read_is_replaced(store: Store) -> None:
    store.put(KEY, b"one")
    seen = store.read(KEY)
    assert seen is not None
    store.put(KEY, b"two")
    assert not store.put_if_match(KEY, b"three", seen.etag)
    assert store.get(KEY) == b"two"


def test_each_conditional_write_gives_the_tag_of_what_it_wrote(store: Store) -> None:
    first = store.put_if_absent(KEY, b"one")
    assert first is not None
    second = store.put_if_match(KEY, b"two", first)
    read = store.read(KEY)
    assert read is not None
    assert (read.body, read.etag) == (b"two", second)


def test_a_change_is_made_to_what_others_have_written_meanwhile(store: Store) -> None:
    looked_at: list[bytes | None] = []

    def with_mine(found: Stored | None) -> bytes:
        looked_at.append(found and found.body)
        if len(looked_at) < 3:
            store.put(KEY, b"theirs" * len(looked_at))
        return (found.body if found else b"") + b", mine"

    put = store.update(KEY, with_mine)
    assert looked_at == [None, b"theirs", b"theirstheirs"]
    lies = store.read(KEY)
    assert put is not None
    assert lies is not None
    assert (put.body, put.etag) == (lies.body, lies.etag)
    assert lies.body == b"theirstheirs, mine"


def test_a_change_that_leaves_all_as_it_is_writes_nothing(store: Store) -> None:
    store.put(KEY, b"there")
    before = store.read(KEY)
    assert store.update(KEY, lambda stored: None) is None
    assert store.update(KEY, lambda stored: b"there") is None
    assert store.read(KEY) == before


def test_a_known_version_is_not_read_before_it_is_changed(store: Store) -> None:
    seen: list[Stored | None] = []

    def noted(stored: Stored | None) -> bytes:
        seen.append(stored)
        return b"mine"

    first = store.update(KEY, noted, seen=None)
    assert seen == [None]
    assert store.update(KEY, lambda stored: b"next" if stored is first else None, seen=first)
    assert store.get(KEY) == b"next"


def test_a_version_that_is_not_the_known_one_is_read_and_asked_about_again(store: Store) -> None:
    store.put(KEY, b"theirs")
    asked: list[bytes | None] = []

    def noted(stored: Stored | None) -> bytes | None:
        asked.append(stored and stored.body)
        return None if stored else b"mine"

    assert store.update(KEY, noted, seen=None) is None
    assert asked == [None, b"theirs"]


def test_only_what_is_wrong_is_mended_and_only_the_version_that_was_looked_at(store: Store) -> None:
    store.update(KEY, unless_right(b"right", lambda found: False), seen=None)
    store.update(KEY, unless_right(b"other", lambda found: found == b"right"), seen=None)
    assert store.get(KEY) == b"right"
    looked_at = []

    def change_once(found: bytes) -> bool:
        looked_at.append(found)
        if len(looked_at) == 1:
            store.put(KEY, b"changed meanwhile")
        return False

    store.update(KEY, unless_right(b"mended", change_once), seen=None)
    assert (looked_at, store.get(KEY)) == ([b"right", b"changed meanwhile"], b"mended")


def test_a_change_that_others_always_forestall_is_given_up(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conditional, "TRIES", 3)

    def hurried(found: Stored | None) -> bytes:
        store.put(KEY, (found.body if found else b"") + b"1")
        return b"mine"

    with pytest.raises(StoreAway, match=r"v1/told/a\.json: changed by others 3 times"):
        store.update(KEY, hurried)


def test_no_change_is_lost_however_many_change_the_same(store: Store) -> None:
    def add(number: int) -> Stored | None:
        def with_it(stored: Stored | None) -> bytes:
            return json.dumps([*json.loads(stored.body if stored else b"[]"), number]).encode()

        return store.update(KEY, with_it)

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(add, range(40)))
    assert sorted(json.loads(store.get(KEY) or b"[]")) == list(range(40))


def test_headers_may_say_something_of_the_bytes(store: Store) -> None:
    store.update(KEY, lambda stored: b"12", lambda body: Headers("text/plain", metadata={"length": str(len(body))}))
    read = store.read(KEY)
    assert read is not None
    assert read.metadata == {"length": "2"}
