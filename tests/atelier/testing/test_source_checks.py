"""The sources that come with Atelier keep what is asked of every source, and one that does not is told so."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar

import pytest

from atelier import About, DatedRows, Source, SourceAccess, SourceRow, SourceRows, SourceRun, SourceSettings
from atelier.testing import FolderAccess, check_source
from include.contract.sources import AssetSettings, CalendarSettings, CatalogueSettings, FeedSettings

DAY = date(2026, 11, 25)
FEED = "https://example.org/feed.xml"
ITEM = "<item><title>Tea</title><guid>1</guid><pubDate>Wed, 25 Nov 2026 12:00:00 GMT</pubDate></item>"
EVENT = SimpleNamespace(timestamp=datetime(2026, 11, 25, tzinfo=UTC), extra={"briefs": [{"topic": "Tea"}]})


@pytest.fixture
def access(tmp_path: Path) -> FolderAccess:
    (tmp_path / "days.csv").write_text("date,topic\n2026-11-24,Bees\n2026-11-25,Tea\n")
    (tmp_path / "mugs.csv").write_text("id,name\nmug,Mug\n")
    return FolderAccess(tmp_path, {FEED: f"<rss><channel>{ITEM}</channel></rss>".encode()})


@pytest.mark.parametrize(
    ("settings", "run", "missing"),
    [
        (CalendarSettings(calendar="days.csv"), SourceRun("r", day=DAY), CalendarSettings(calendar="gone.csv")),
        (CatalogueSettings(catalogue="mugs.csv"), SourceRun("r"), CatalogueSettings(catalogue="gone.csv")),
        (
            FeedSettings(feed=FEED),
            SourceRun("r", True, since=datetime(2026, 11, 25, tzinfo=UTC), until=datetime(2026, 11, 26, tzinfo=UTC)),
            None,
        ),
        (AssetSettings(asset="news"), SourceRun("r", events=[EVENT]), None),
    ],
    ids=["calendar", "catalogue", "feed", "asset"],
)
def test_each_built_in_source_keeps_it(
    access: FolderAccess, settings: SourceSettings, run: SourceRun, missing: SourceSettings | None
) -> None:
    (row,) = check_source(settings, access, run, missing=missing).rows
    assert row.fields.get("topic", row.fields.get("product")) in ("Tea", {"name": "Mug"})


class FlawedSettings(SourceSettings):
    about: ClassVar[About] = About.DAY
    reader: ClassVar[str] = f"{__name__}:Flawed"
    left_empty: ClassVar[str] = "If left empty, nothing good is made."
    flawed: str


class Flawed(Source[FlawedSettings]):
    numbers: ClassVar[Iterator[int]] = iter(range(100))

    def ahead(self, first: date, last: date, access: SourceAccess) -> DatedRows:
        row = SourceRow("here", {"topic": "Tea"})
        found = {
            "other each time": {first: SourceRows((SourceRow("here", {"topic": str(next(self.numbers))}),))},
            "a day too many": {first: SourceRows((row,)), date(2000, 1, 1): SourceRows((row,))},
            "no place": {first: SourceRows((SourceRow("", {"topic": "Tea"}),))},
            "mistakes among the rows": {first: SourceRows((SourceRow("here", {}, "is wrong"),))},
            "nothing": {},
        }
        return DatedRows(found.get(self.settings.flawed, {first: SourceRows((row,))}))


@pytest.mark.parametrize(
    ("flaw", "told"),
    [
        ("other each time", "the same run, asked again, finds something else"),
        ("a day too many", "it gives 2000-01-01 too"),
        ("no place", "is not a SourceRow that says where it is"),
        ("mistakes among the rows", "is among the rows with its mistake"),
        ("nothing", "it has no rows for the sample run"),
    ],
)
def test_a_flawed_source_is_told_so(access: FolderAccess, flaw: str, told: str) -> None:
    with pytest.raises(AssertionError, match=told):
        check_source(FlawedSettings(flawed=flaw), access, SourceRun("r", day=DAY))


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"reader": "nowhere"}, "`reader` leads nowhere"),
        ({"reader": "include.contract.source:About"}, "is not a `Source`; derive it from that class"),
        ({"about": "daily"}, "`about` is missing; allowed: About.DAY"),
        ({"left_empty": ""}, "`left_empty` is not a sentence"),
    ],
)
def test_settings_that_do_not_say_what_is_asked_are_told_so(
    access: FolderAccess, monkeypatch: pytest.MonkeyPatch, changed: dict[str, Any], told: str
) -> None:
    for name, value in changed.items():
        monkeypatch.setattr(FlawedSettings, name, value)
    with pytest.raises(AssertionError, match=told):
        check_source(FlawedSettings(flawed="no"), access, SourceRun("r", day=DAY))


def test_what_is_not_there_has_to_be_refused(access: FolderAccess) -> None:
    with pytest.raises(AssertionError, match="`check` takes `gone`, which is not there"):
        check_source(
            FlawedSettings(flawed="no"), access, SourceRun("r", day=DAY), missing=FlawedSettings(flawed="gone")
        )
