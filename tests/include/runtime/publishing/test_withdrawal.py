"""Withdrawing and restoring: what readers see, and that a tombstone wins over everything but an explicit restore."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from include.contract.errors import BadRequest, InputLost
from include.contract.keys import blob_key
from include.contract.manifests import Outcome
from include.contract.published import Tombstone, TombstoneEvent
from include.runtime.publishing.withdrawal import restore, withdraw
from tests.include.runtime.publishing.newsroom import DAY, Newsroom, card

BEFORE = DAY - timedelta(days=1)


def listed(newsroom: Newsroom) -> list[tuple[str, int]]:
    return sorted((entry.slug, entry.day.day) for entry in newsroom.index().items)


def test_a_withdrawn_piece_is_nowhere_but_in_its_tombstone(newsroom: Newsroom) -> None:
    newsroom.publish({"honey": card(), "wax": card("wax")})
    assert withdraw(newsroom.store, "product_cards", "honey", by="ada", why="a mistake", day=DAY) == [DAY]
    assert listed(newsroom) == [("wax", 25)]
    for path in ("index.json", "2026/11/25/index.json", "feed.xml", "index.html"):
        assert b"/honey/" not in newsroom.read(path)
        assert b'"honey"' not in newsroom.read(path)
    tombstone = Tombstone.model_validate_json(newsroom.read("tombstones/honey.json"))
    (word,) = tombstone.words
    assert (word.event, word.by, word.why, word.day) == (TombstoneEvent.WITHDRAWN, "ada", "a mistake", DAY)


def test_publishing_it_again_is_skipped_and_says_who_withdrew_it(newsroom: Newsroom) -> None:
    newsroom.publish({"honey": card(), "wax": card("wax")})
    withdraw(newsroom.store, "product_cards", "honey", by="ada", why="a mistake", day=DAY)
    honey, wax = newsroom.publish({"honey": card("new honey"), "wax": card("wax")}, run_id="run-2")
    assert honey.outcome is Outcome.SKIPPED
    assert honey.message.startswith("it was withdrawn by ada at ")
    assert honey.message.endswith(": a mistake; restore `honey` of `product_cards` first")
    assert wax.outcome is Outcome.REUSED
    assert listed(newsroom) == [("wax", 25)]
    (other_day,) = newsroom.publish({"honey": card()}, day=BEFORE, run_id="run-3")
    assert other_day.outcome is Outcome.MADE


def test_without_a_day_all_of_its_days_are_meant_also_those_to_come(newsroom: Newsroom) -> None:
    for day in (BEFORE, DAY):
        newsroom.publish({"honey": card()}, day=day, run_id=f"run-{day}")
    assert withdraw(newsroom.store, "product_cards", "honey", by="ada", why="") == [DAY, BEFORE]
    assert listed(newsroom) == []
    (line,) = newsroom.publish({"honey": card()}, day=DAY + timedelta(days=1), run_id="later")
    assert line.outcome is Outcome.SKIPPED


def test_a_restored_piece_is_listed_as_it_was(newsroom: Newsroom) -> None:
    for day in (BEFORE, DAY):
        newsroom.publish({"honey": card()}, day=day, run_id=f"run-{day}")
    before = newsroom.index().items
    withdraw(newsroom.store, "product_cards", "honey", by="ada", why="")
    assert restore(newsroom.store, "product_cards", "honey", by="bo", why="fine", day=DAY) == [DAY]
    assert listed(newsroom) == [("honey", 25)]
    assert restore(newsroom.store, "product_cards", "honey", by="bo", why="fine") == [BEFORE, DAY]
    assert newsroom.index().items == before
    (line,) = newsroom.publish({"honey": card("new honey")}, run_id="run-2")
    assert line.outcome is Outcome.MADE


def test_readers_are_led_back_to_right_bytes_only(newsroom: Newsroom) -> None:
    newsroom.publish({"honey": card()})
    withdraw(newsroom.store, "product_cards", "honey", by="ada", why="")
    item = newsroom.item("honey")
    path = item.address(item.files[0])
    newsroom.flip(f"{newsroom.published.root}{path}")
    assert restore(newsroom.store, "product_cards", "honey", by="bo", why="") == [DAY]
    assert newsroom.read(path) == b"honey square"
    withdraw(newsroom.store, "product_cards", "honey", by="ada", why="")
    for key in (f"{newsroom.published.root}{path}", blob_key(item.files[0].sha256)):
        newsroom.flip(key)
    with pytest.raises(InputLost, match="publish it again: clear the run `run-1` of `product_cards`"):
        restore(newsroom.store, "product_cards", "honey", by="bo", why="")
    assert listed(newsroom) == []
    newsroom.publish({"honey": card()}, run_id="run-2")
    assert listed(newsroom) == [("honey", 25)]


def test_doing_it_twice_says_it_once(newsroom: Newsroom) -> None:
    newsroom.publish({"honey": card()})
    withdraw(newsroom.store, "product_cards", "honey", by="ada", why="", day=DAY)
    assert withdraw(newsroom.store, "product_cards", "honey", by="ada", why="", day=DAY) == []
    tombstone = Tombstone.model_validate_json(newsroom.read("tombstones/honey.json"))
    assert len(tombstone.words) == 1


def test_what_is_not_there_cannot_be_withdrawn_or_restored(newsroom: Newsroom) -> None:
    with pytest.raises(BadRequest, match="nothing is published as `product_cards`"):
        withdraw(newsroom.store, "product_cards", "honey", by="ada", why="")
    newsroom.publish({"honey": card()})
    with pytest.raises(BadRequest, match="has published no `wax`; look for it in s3://.*index.json"):
        withdraw(newsroom.store, "product_cards", "wax", by="ada", why="")
    with pytest.raises(BadRequest, match="has published no `honey` under 2026-11-24"):
        withdraw(newsroom.store, "product_cards", "honey", by="ada", why="", day=BEFORE)
    with pytest.raises(BadRequest, match="was never withdrawn"):
        restore(newsroom.store, "product_cards", "honey", by="ada", why="")


def test_a_tombstone_wins_over_a_run_that_publishes_at_the_same_moment(newsroom: Newsroom) -> None:
    newsroom.publish({"honey": card()})
    requests = [newsroom.request({"honey": card(f"take {take}")}, run_id=f"run-{take}") for take in range(6)]
    with ThreadPoolExecutor(4) as threads:
        runs = [threads.submit(newsroom.run, request) for request in requests]
        withdraw(newsroom.store, "product_cards", "honey", by="ada", why="now", day=DAY)
        outcomes = [run.result()[0].outcome for run in runs]
    assert Outcome.SKIPPED in outcomes
    assert listed(newsroom) == []
    assert b"/honey/" not in newsroom.read("feed.xml") + newsroom.read("index.html")


def test_a_tombstone_that_cannot_be_read_keeps_its_piece_alone_from_readers_until_it_is_restored(
    newsroom: Newsroom,
) -> None:
    newsroom.publish({"honey": card(), "wax": card("wax")})
    newsroom.store.put(f"{newsroom.published.root}tombstones/honey.json", b'{"words": NaN}')
    honey, wax = newsroom.publish({"honey": card(), "wax": card("wax")}, run_id="run-2")
    assert honey.outcome is Outcome.SKIPPED
    assert "tombstones/honey.json cannot be read" in honey.message
    assert wax.outcome is Outcome.REUSED
    restore(newsroom.store, "product_cards", "honey", by="bo", why="")
    honey, _ = newsroom.publish({"honey": card(), "wax": card("wax")}, run_id="run-3")
    assert honey.outcome is Outcome.REUSED
    assert listed(newsroom) == [("honey", 25), ("wax", 25)]


def test_of_the_feed_only_one_that_stands_there_is_spoken_of(
    newsroom: Newsroom, caplog: pytest.LogCaptureFixture
) -> None:
    newsroom.publication = {"public_url": None}
    newsroom.publish({"honey": card()})
    assert "no feed is written" in caplog.text
    caplog.clear()
    withdraw(newsroom.store, newsroom.content_type, "honey", by="ada", why="wrong price")
    restore(newsroom.store, newsroom.content_type, "honey", by="ada", why="")
    assert "feed" not in caplog.text
    newsroom.store.put(f"{newsroom.published.root}feed.xml", b"<rss/>")
    withdraw(newsroom.store, newsroom.content_type, "honey", by="ada", why="wrong price")
    assert "feed.xml is left as it was, and may name what is no longer there" in caplog.text
