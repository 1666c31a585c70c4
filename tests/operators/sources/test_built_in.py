from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from atelier.testing import FolderAccess
from include.contract.errors import BadRequest
from include.contract.source import SourceRun
from include.contract.sources import CalendarSettings, CatalogueSettings, FeedSettings
from operators.sources.built_in import CalendarSource, CatalogueSource, FeedSource

FEED = "https://example.org/feed.xml"
DAY = date(2026, 11, 25)
NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)


@pytest.fixture
def access(tmp_path: Path) -> FolderAccess:
    (tmp_path / "days.csv").write_text("date,topic\n2026-11-24,Bees\n2026-11-25,Tea\nsoon,Rain\n")
    (tmp_path / "mugs.csv").write_text("id,name\nmug,Mug\ncup,Cup\n")
    return FolderAccess(tmp_path)


def item(name: str, at: datetime) -> str:
    return f"<item><guid>{name}</guid><title>{name}</title><pubDate>{at:%a, %d %b %Y %H:%M:%S} +0000</pubDate></item>"


def feed(*items: str) -> bytes:
    return f"<rss><channel>{''.join(items)}</channel></rss>".encode()


def hour(number: int) -> SourceRun:
    """The scheduled run that has the hour from then on."""
    since = NOON + timedelta(hours=number)
    return SourceRun(f"run-{number}", True, since=since, until=since + timedelta(hours=1))


def test_a_calendar_has_the_rows_of_the_days_that_are_asked_for(access: FolderAccess) -> None:
    dated = CalendarSource(CalendarSettings(calendar="days.csv")).ahead(DAY, DAY, access)
    assert list(dated.days) == [DAY]
    assert [row.fields["topic"] for row in dated.of(DAY).rows] == ["Tea"]
    another = dated.of(DAY + timedelta(days=1))
    assert another.rows == ()
    assert [mistake.where for mistake in another.mistakes] == ["days.csv, line 4"]


def test_a_catalogue_has_the_same_rows_on_every_day(access: FolderAccess) -> None:
    dated = CatalogueSource(CatalogueSettings(catalogue="mugs.csv")).ahead(DAY, DAY, access)
    assert not dated.days
    assert [row.fields["id"] for row in dated.of(DAY).rows] == ["mug", "cup"]


def test_a_table_that_is_not_there_is_missed_before_a_run_reads_it(access: FolderAccess) -> None:
    CalendarSource(CalendarSettings(calendar="days.csv")).check(access)
    CatalogueSource(CatalogueSettings(catalogue="mugs.csv")).check(access)
    with pytest.raises(BadRequest, match="`gone.csv`"):
        CalendarSource(CalendarSettings(calendar="gone.csv")).check(access)
    with pytest.raises(BadRequest, match="`gone.csv`"):
        CatalogueSource(CatalogueSettings(catalogue="gone.csv")).check(access)


def test_what_came_too_late_for_its_own_run_is_made_by_the_next_one(tmp_path: Path) -> None:
    source = FeedSource(FeedSettings(feed=FEED))
    access = FolderAccess(tmp_path, {FEED: feed(item("bees", NOON))})

    def made(number: int) -> list[object]:
        return [row.fields["topic"] for row in source.rows(hour(number), access).rows]

    assert made(0) == ["bees"]
    access.pages = {FEED: feed(item("bees", NOON), item("late", NOON), item("tea", NOON + timedelta(hours=1)))}
    assert made(1) == ["late", "tea"]
    assert made(0) == ["bees"], "done again it makes what it made"


def test_a_run_makes_no_more_of_a_feed_than_its_limit(tmp_path: Path) -> None:
    items = [item(name, NOON + timedelta(minutes=number)) for number, name in enumerate(("bees", "tea", "rain"))]
    rows = FeedSource(FeedSettings(feed=FEED, limit=2)).rows(hour(0), FolderAccess(tmp_path, {FEED: feed(*items)}))
    assert len(rows.rows) == 2
    assert rows.left_out


def test_a_flaw_of_a_feed_is_told_by_one_run(tmp_path: Path) -> None:
    source = FeedSource(FeedSettings(feed=FEED))
    access = FolderAccess(tmp_path, {FEED: feed("<item><title>undated</title></item>", item("bees", NOON))})
    assert len(source.rows(hour(0), access).mistakes) == 1
    assert source.rows(hour(1), access).mistakes == ()
    assert len(source.rows(hour(0), access).mistakes) == 1
