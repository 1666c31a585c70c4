"""Indexes that were lost or damaged: whatever publishes next makes them anew, and nothing is missing then."""

from __future__ import annotations

from datetime import timedelta

import pytest

from include.contract.errors import CorruptInput
from include.runtime.publishing.indexes import read_index
from include.runtime.publishing.withdrawal import withdraw
from tests.include.runtime.publishing.newsroom import DAY, Newsroom, card

BEFORE = DAY - timedelta(days=1)
INDEXES = ("index.json", "2026/11/25/index.json", "2026/11/24/index.json")
DAMAGES = (None, b"", b"{", b"[]", b'{"day":"2026-11-25","items":[{"slug":NaN}]}', b"\xff" * 100)


@pytest.fixture
def full(newsroom: Newsroom) -> Newsroom:
    """A newsroom with three pieces, of which one is withdrawn, on two days."""
    newsroom.publish({"honey": card(), "wax": card("wax"), "comb": card("comb")})
    newsroom.publish({"honey": card()}, day=BEFORE, run_id="run-2")
    withdraw(newsroom.store, "product_cards", "comb", by="ada", why="", day=DAY)
    return newsroom


def damage(newsroom: Newsroom, path: str, body: bytes | None) -> None:
    key = f"{newsroom.published.root}{path}"
    if body is None:
        newsroom.store.delete(key)
    else:
        newsroom.store.put(key, body)


@pytest.mark.parametrize("body", DAMAGES)
@pytest.mark.parametrize("path", INDEXES)
def test_a_damaged_index_is_made_anew_from_what_it_named(full: Newsroom, path: str, body: bytes | None) -> None:
    before = full.index()
    damage(full, path, body)
    for day, run_id in ((BEFORE, "run-3"), (DAY, "run-4")):
        full.publish({"honey": card()}, day=day, run_id=run_id)
    assert full.index().items == before.items
    assert full.index().days == {DAY: 2, BEFORE: 1}
    assert b"/wax/" in full.read("2026/11/25/index.json") + full.read("feed.xml")
    assert b"/comb/" not in full.read("index.json") + full.read("feed.xml")


def test_damage_in_the_index_of_another_day_does_not_keep_a_day_from_being_published(full: Newsroom) -> None:
    for path in ("index.json", "2026/11/24/index.json", "2026/13/45/index.json"):
        damage(full, path, b"{")
    full.publish({"pollen": card("pollen")}, run_id="run-3")
    assert {(entry.slug, entry.day) for entry in full.index().items} == {
        ("honey", BEFORE), ("honey", DAY), ("wax", DAY), ("pollen", DAY),
    }  # fmt: skip


@pytest.mark.parametrize("path", INDEXES[:2])
def test_an_index_that_tells_of_a_piece_what_it_is_not_is_mended(full: Newsroom, path: str) -> None:
    before = full.index().items
    damage(full, path, full.read(path).replace(b'"Wax"', b'"Tax"'))
    full.publish({"wax": card("wax")}, run_id="run-3")
    assert full.index().items == before
    assert b"Tax" not in full.read("2026/11/25/index.json") + full.read("feed.xml") + full.read("index.html")


def test_a_piece_that_cannot_be_read_is_left_out_until_it_is_published_again(full: Newsroom) -> None:
    damage(full, "2026/11/25/index.json", b"{")
    damage(full, "2026/11/25/wax/item.json", b"{")
    full.publish({"honey": card()}, run_id="run-3")
    assert full.index().days == {DAY: 1, BEFORE: 1}
    full.publish({"wax": card("wax")}, run_id="run-4")
    assert full.index().days == {DAY: 2, BEFORE: 1}


def test_who_only_withdraws_is_told_what_makes_the_index_anew(full: Newsroom) -> None:
    damage(full, "index.json", b"{")
    with pytest.raises(CorruptInput, match="index.json cannot be read: .*; publish again, which makes it again"):
        read_index(full.published)
