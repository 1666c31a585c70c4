"""Each item of a feed is made by one run, whenever it appears: a real store, and runs in every order."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta

import pytest

from include.contract.source_rows import Mistake, SourceRow
from include.contract.sources import FeedSettings
from include.store.store import Store
from operators.sources.access import StoredNotes, notes_key
from operators.sources.due import MAX_IDS, MAX_TIMES, FeedRun, due, first_time
from operators.sources.feed import Dated, FeedItems
from operators.sources.told_flaws import ToldFlaws, told_once

KEY = notes_key("news", FeedSettings(feed="https://example.org/feed.xml"))
START = datetime(2026, 11, 25, tzinfo=UTC)


def item(name: str, hour: float) -> Dated:
    """One that was published so many hours after the start."""
    return Dated(START + timedelta(hours=hour), SourceRow(f"feed, {name}", {"id": name, "topic": name}))


def reader(hour: int, kind: str = "scheduled") -> FeedRun:
    """The run that has the hour from then on."""
    since = START + timedelta(hours=hour)
    return FeedRun(f"{kind}__{hour}", since, since + timedelta(hours=1), kind == "scheduled")


def makes(store: Store, run: FeedRun, *items: Dated, limit: int = 20) -> list[str]:
    found = due(FeedItems(tuple(sorted(items, key=lambda each: each.at))), run, limit, StoredNotes(store, KEY))
    return [str(row.fields["id"]) for row in found.rows]


TEA, RAIN, SNOW = item("tea", 0.2), item("rain", 0.8), item("snow", 1.5)


def test_a_run_makes_the_items_of_its_own_time(store: Store) -> None:
    assert makes(store, reader(0), item("old", -3), TEA, RAIN, SNOW) == ["tea", "rain"]
    assert makes(store, reader(1), TEA, RAIN, SNOW) == ["snow"]


def test_what_appears_after_the_run_of_its_time_is_made_by_the_next_one_and_by_no_other(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    assert makes(store, reader(0), RAIN) == ["rain"]
    assert makes(store, reader(1), TEA, RAIN, SNOW) == ["tea", "snow"]
    assert caplog.messages == ["Too late for the runs of their own intervals, so made here: `tea`"]
    assert makes(store, reader(2), TEA, RAIN, SNOW) == []
    caplog.clear()
    assert makes(store, reader(0, "backfill"), TEA, RAIN) == ["rain"]
    assert caplog.messages == ["Too late for this run, so a later one made them: `tea`"]


def test_a_run_that_is_done_again_makes_the_same_again(store: Store) -> None:
    makes(store, reader(0), RAIN)
    makes(store, reader(1), TEA, RAIN, SNOW)
    makes(store, reader(2), TEA, RAIN, SNOW)
    assert makes(store, reader(1), TEA, RAIN, SNOW) == ["tea", "snow"]
    assert makes(store, reader(0), TEA, RAIN, SNOW) == ["rain"]


@pytest.mark.parametrize("kind", ["manual", "backfill"])
def test_a_run_by_hand_and_a_backfill_make_their_own_time_alone(store: Store, kind: str) -> None:
    makes(store, reader(0), RAIN)
    assert makes(store, reader(1, kind), TEA, RAIN, SNOW) == ["snow"]
    assert makes(store, reader(2), TEA, RAIN, SNOW) == ["tea"]


def test_what_lies_in_the_time_of_no_run_that_has_read_the_feed_is_not_late(store: Store) -> None:
    assert makes(store, reader(1), TEA, RAIN, SNOW) == ["snow"]
    assert makes(store, reader(2), TEA, RAIN, SNOW) == []
    assert makes(store, reader(0), TEA, RAIN, SNOW) == ["tea", "rain"]


@pytest.mark.parametrize("hour", [0.5, 2.5])
def test_an_item_whose_date_is_corrected_is_not_taken_for_another(
    store: Store, caplog: pytest.LogCaptureFixture, hour: float
) -> None:
    makes(store, reader(0), TEA)
    makes(store, reader(1), TEA, SNOW)
    caplog.set_level(logging.INFO)
    assert makes(store, reader(2), TEA, item("snow", hour)) == []
    is_told = "Already found under another date, so not made again: `snow`" in caplog.messages
    assert is_told == (hour > 1)


def test_a_run_of_a_longer_time_makes_all_of_it_again(store: Store) -> None:
    makes(store, reader(0), TEA, RAIN)
    makes(store, reader(1), TEA, RAIN, SNOW)
    day = FeedRun("backfill__day", START, START + timedelta(days=1), makes_late_ones=False)
    assert makes(store, day, TEA, RAIN, SNOW) == ["tea", "rain", "snow"]


def test_the_newest_are_made_and_it_is_told_how_many_are_not(store: Store) -> None:
    items = FeedItems((TEA, item("mist", 0.5), RAIN), (Mistake("feed", "x"),))
    found = due(items, reader(0), 1, StoredNotes(store, KEY))
    assert [row.fields["id"] for row in found.rows] == ["rain"]
    assert found.left_out == "2 of the feed's items left out: `limit` is 1, and the newest are made"
    assert found.mistakes == items.mistakes
    assert due(items, reader(0), 3, StoredNotes(store, KEY)).left_out == ""
    assert makes(store, reader(1), *items.dated) == [], "they were seen in their own time"


def test_late_ones_beyond_the_limit_wait_for_the_next_run(store: Store) -> None:
    makes(store, reader(0))
    assert makes(store, reader(1), TEA, RAIN, SNOW, limit=2) == ["rain", "snow"]
    assert makes(store, reader(2), TEA, RAIN, SNOW, limit=2) == ["tea"]


def test_items_are_looked_for_from_the_first_time_that_is_remembered(store: Store) -> None:
    makes(store, reader(0), RAIN)
    told = ToldFlaws.read(store.get(KEY))
    assert first_time(told, reader(5)) == START
    assert first_time(told, reader(5, "manual")) == reader(5).since
    assert first_time(ToldFlaws(), reader(5)) == reader(5).since


def test_the_latest_times_are_remembered_as_far_as_there_is_room() -> None:
    from operators.sources.due import latest

    hours = [reader(hour).time for hour in range(MAX_TIMES + 5)]
    assert list(latest({time: {} for time in hours})) == sorted(hours)[-MAX_TIMES:]
    full = {str(number): "" for number in range(MAX_IDS)}
    assert list(latest({hours[0]: {"x": ""}, hours[1]: full})) == [hours[1]]


def test_what_was_told_and_what_was_read_stand_beside_each_other(store: Store) -> None:
    undated = Mistake("feed, item 1", "has no date", "a" * 64)
    found = due(FeedItems((TEA,), (undated,)), reader(0), 20, StoredNotes(store, KEY))
    assert told_once(found, "scheduled__0", StoredNotes(store, KEY)).mistakes == (undated,)
    makes(store, reader(1), TEA, SNOW)
    told = ToldFlaws.read(store.get(KEY))
    assert (list(told.runs), [list(ids) for ids in told.times.values()]) == (["a" * 64], [["tea"], ["snow"]])


@pytest.mark.parametrize("times", [{"yesterday": {}}, {"2026-11-25T00:00:00/2026-11-25T01:00:00": {}}, {"a/b": {}}, 7])
def test_what_cannot_be_read_was_not_read(store: Store, times: object) -> None:
    store.put(KEY, f'{{"times": {times!r}}}'.replace("'", '"').encode())
    assert makes(store, reader(1), TEA, SNOW) == ["snow"]
