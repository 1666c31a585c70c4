"""A flaw that every run finds again is told by one of them: a real store, and runs in every order."""

from __future__ import annotations

import logging

import pytest

from include.contract.source_rows import Mistake, SourceRow, SourceRows
from include.contract.sources import FeedSettings
from include.store.store import Store
from operators.sources.access import StoredNotes, notes_key
from operators.sources.told_flaws import MAX_TOLD, ToldFlaws, told_once

KEY = notes_key("news", FeedSettings(feed="https://example.org/feed.xml"))
TEA = Mistake("feed, item 1 (`Tea`)", "has no date", "a" * 64)
RAIN = Mistake("feed, item 2 (`Rain`)", "has no date", "b" * 64)
OF_THIS_HOUR = Mistake("feed, item 3", "has neither a title nor a text")


def tells(store: Store, run_id: str, *mistakes: Mistake) -> tuple[Mistake, ...]:
    rows = (SourceRow("feed, item 4", {"topic": "Snow"}),)
    found = told_once(SourceRows(rows, mistakes), run_id, StoredNotes(store, KEY))
    assert found.rows == rows
    return found.mistakes


def test_only_the_first_run_that_finds_a_lasting_mistake_tells_it(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    assert tells(store, "scheduled__1", TEA) == (TEA,)
    assert not caplog.records
    assert tells(store, "scheduled__2", TEA, RAIN, OF_THIS_HOUR) == (RAIN, OF_THIS_HOUR)
    assert caplog.messages == ["Not reported again: 1 of the feed's items, reported by scheduled__1"]
    assert tells(store, "backfill__0", TEA, RAIN) == ()


def test_a_run_that_is_done_again_tells_again_what_it_told(store: Store) -> None:
    tells(store, "scheduled__1", TEA)
    tells(store, "scheduled__2", TEA)
    assert tells(store, "scheduled__1", TEA, RAIN) == (TEA, RAIN)


def test_what_was_told_stays_told_while_it_is_away(store: Store) -> None:
    tells(store, "scheduled__1", TEA)
    tells(store, "scheduled__2", RAIN)
    assert tells(store, "scheduled__3", TEA) == ()


def test_a_feed_without_lasting_mistakes_asks_the_store_for_nothing(store: Store) -> None:
    assert tells(store, "scheduled__1", OF_THIS_HOUR) == (OF_THIS_HOUR,)
    assert store.get(KEY) is None


@pytest.mark.parametrize("body", [b"", b"{", b'{"runs": 1}', b"\xff"])
def test_what_cannot_be_read_was_not_told(store: Store, body: bytes) -> None:
    store.put(KEY, body)
    assert tells(store, "scheduled__1", TEA) == (TEA,)
    assert tells(store, "scheduled__2", TEA) == ()


def test_only_the_latest_are_remembered(store: Store) -> None:
    many = [Mistake("feed", "has no date", f"{number:064}") for number in range(MAX_TOLD)]
    tells(store, "scheduled__1", TEA, *many)
    assert tells(store, "scheduled__2", *many[-2:]) == ()
    assert len(ToldFlaws.read(store.get(KEY)).runs) == MAX_TOLD
    assert tells(store, "scheduled__2", TEA) == (TEA,)


def test_each_content_type_and_each_feed_has_its_own(store: Store) -> None:
    keys = {
        notes_key(name, FeedSettings(feed=url)) for name in ("news", "films") for url in ("https://a/", "https://b/")
    }
    assert len(keys) == 4
