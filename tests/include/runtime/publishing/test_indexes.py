"""Which version of a piece the indexes name, and which days: what lies there, whatever they said before."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from include.contract.published import DayIndex
from include.runtime.publishing.indexes import list_pieces, told_of
from tests.include.runtime.publishing.newsroom import DAY, Newsroom, card

BEFORE = DAY - timedelta(days=1)


def day_index(newsroom: Newsroom) -> DayIndex:
    return DayIndex.model_validate_json(newsroom.read("2026/11/25/index.json"))


def damage(newsroom: Newsroom, path: str, said: bytes, instead: bytes) -> None:
    body = newsroom.read(path)
    assert said in body
    newsroom.store.put(f"{newsroom.published.root}{path}", body.replace(said, instead, 1))


def test_a_moment_that_is_later_than_the_piece_keeps_no_other_out(newsroom: Newsroom) -> None:
    newsroom.publish({"honey": card()})
    damage(newsroom, "2026/11/25/index.json", b'"updated_at":"20', b'"updated_at":"27')
    damage(newsroom, "2026/11/25/index.json", b'"Honey"', b'"Money"')
    newsroom.publish({"honey": card()}, run_id="run-2")
    right = (newsroom.item("honey").entry(),)
    assert day_index(newsroom).items == newsroom.index().items == right
    newsroom.publish({"honey": card("better")}, run_id="run-3")
    assert day_index(newsroom).items == newsroom.index().items == (newsroom.item("honey").entry(),) != right


def test_who_lists_an_older_version_later_names_the_newer_one(newsroom: Newsroom) -> None:
    newsroom.publish({"honey": card()})
    older = newsroom.item("honey").entry()
    newsroom.publish({"honey": card("better")}, run_id="run-2")
    list_pieces(newsroom.published, [older])
    assert day_index(newsroom).items == newsroom.index().items == (newsroom.item("honey").entry(),)


def test_a_name_without_a_piece_is_dropped(newsroom: Newsroom) -> None:
    newsroom.publish({"honey": card(), "wax": card("wax")})
    right = day_index(newsroom)
    damage(newsroom, "2026/11/25/index.json", b'"slug":"honey"', b'"slug":"hondy"')
    newsroom.publish({"honey": card(), "wax": card("wax")}, run_id="run-2")
    assert day_index(newsroom) == right


@pytest.mark.parametrize("published", [DAY, BEFORE, DAY + timedelta(days=1)])
def test_whatever_is_published_next_names_the_days_that_are_there(newsroom: Newsroom, published: date) -> None:
    for day in (DAY, BEFORE):
        newsroom.publish({"honey": card(), "wax": card("wax")}, day=day, run_id=f"run-{day}")
    damage(newsroom, "index.json", b'"2026-11-25":2', b'"2926-11-25":2')
    newsroom.publish({"honey": card(), "wax": card("wax")}, day=published, run_id="run-3")
    assert newsroom.index().days == dict.fromkeys(sorted({DAY, BEFORE, published}, reverse=True), 2)
    assert {entry.day for entry in newsroom.index().items} == {DAY, BEFORE, published}


def test_a_day_whose_first_pieces_are_on_their_way_is_not_named(newsroom: Newsroom) -> None:
    newsroom.store.put(f"{newsroom.published.root}2026/11/24/wax/item.json", b"{}")
    newsroom.publish({"honey": card()})
    assert newsroom.index().days == {DAY: 1}


def test_what_both_indexes_tell_of_a_piece_is_found_by_its_slug(newsroom: Newsroom) -> None:
    assert told_of(newsroom.published, DAY) == {}
    newsroom.publish({"honey": card()})
    newsroom.publish({"wax": card("wax")}, day=BEFORE, run_id="run-2")
    assert told_of(newsroom.published, DAY) == {"honey": [newsroom.item("honey").entry()] * 2}
