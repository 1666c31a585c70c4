"""What a source reaches: real files, a real store, and what it keeps there."""

from __future__ import annotations

from pathlib import Path

import pytest

from include.contract.deployments import Deployment
from include.contract.errors import BadRequest, StoreAway
from include.contract.sources import CalendarSettings, FeedSettings, sources
from include.store.store import Store
from operators.sources.access import Access, notes_key, reached, source_of
from tests.operators.conftest import films

CALENDAR = CalendarSettings(calendar="days.csv")


def away() -> Store:
    raise StoreAway("nobody knows it here")


def test_a_file_is_reached_without_the_store_and_an_object_only_with_it(deployment: Deployment, store: Store) -> None:
    (Path(str(deployment.files)) / "days.csv").write_bytes(b"date,topic\n")
    alone = Access("films", CALENDAR, deployment, away, "source")
    with alone.opened("days.csv") as body:
        assert body.read() == b"date,topic\n"
    address = f"s3://{store.domain.bucket}/days.csv"
    with pytest.raises(StoreAway):
        alone.check_file(address)
    with pytest.raises(BadRequest, match=f"source: `{address}` does not exist"):
        Access("films", CALENDAR, deployment, lambda: store, "source").check_file(address)


def test_a_mistake_says_where_the_source_is_named(deployment: Deployment, store: Store) -> None:
    sourced = films(source={"calendar": "gone.csv"}, schedule="@daily", start_date="2026-01-01")
    source, access = reached(sourced, deployment, store)
    with pytest.raises(BadRequest, match="`source.calendar` of `films`: `gone.csv` is not a file in the folder"):
        source.check(access)


def test_what_runs_note_of_a_source_is_found_by_the_next_one(deployment: Deployment, store: Store) -> None:
    feed = FeedSettings(feed="https://example.org/f.xml")
    notes = Access("news", feed, deployment, lambda: store, "source").notes()
    assert notes.read() is None
    notes.change(lambda kept: (kept or b"") + b"1")
    notes.change(lambda kept: (kept or b"") + b"2")
    assert Access("news", feed, deployment, lambda: store, "source").notes().read() == b"12"
    assert Access("films", feed, deployment, lambda: store, "source").notes().read() is None


def test_the_notes_of_a_feed_lie_where_earlier_versions_have_put_them() -> None:
    feed = FeedSettings(feed="https://example.org/feed.xml", limit=3)
    assert notes_key("news", feed) == "v1/told/f4cebbf8796dfcad6aaeebd7a00ab333b8eac8ddc3e804cdb5e9bd956644326e.json"


@pytest.mark.parametrize("name", sources())
def test_each_sources_class_is_found_by_its_name(name: str) -> None:
    settings = sources()[name].model_construct()
    assert source_of(settings).settings is settings
