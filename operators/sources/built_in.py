"""The built-in sources, each in terms of its reader."""

from __future__ import annotations

from datetime import date

from include.contract.source import Source, SourceAccess, SourceRun
from include.contract.source_rows import DatedRows, SourceRows
from include.contract.sources import AssetSettings, CalendarSettings, CatalogueSettings, FeedSettings
from operators.sources.calendar import read_calendar
from operators.sources.catalogue import read_catalogue
from operators.sources.due import FeedRun, due, first_time
from operators.sources.events import rows_of_events
from operators.sources.feed import read_feed
from operators.sources.told_flaws import ToldFlaws, told_once


class CalendarSource(Source[CalendarSettings]):
    """The rows of a day in a table with a column `date`."""

    def ahead(self, first: date, last: date, access: SourceAccess) -> DatedRows:
        """The rows of these days; any other day has the mistakes of rows without a day."""
        with access.opened(self.settings.calendar) as body:
            return read_calendar(body, self.settings.calendar, first, last)

    def check(self, access: SourceAccess) -> None:
        """Check that the table exists."""
        access.check_file(self.settings.calendar)


class CatalogueSource(Source[CatalogueSettings]):
    """All rows of a table of products."""

    def ahead(self, first: date, last: date, access: SourceAccess) -> DatedRows:
        """The same for every run."""
        with access.opened(self.settings.catalogue) as body:
            return DatedRows(otherwise=read_catalogue(body, self.settings.catalogue))

    def check(self, access: SourceAccess) -> None:
        """Check that the table exists."""
        access.check_file(self.settings.catalogue)


class FeedSource(Source[FeedSettings]):
    """The items of a feed that appeared since the last run, each made once."""

    def rows(self, run: SourceRun, access: SourceAccess) -> SourceRows:
        """The items of the run's own interval, and those that came too late for theirs."""
        url, notes = self.settings.feed, access.notes()
        reader = FeedRun(run.run_id, run.since, run.until, run.is_scheduled)
        page = access.fetched(url)
        earliest = first_time(ToldFlaws.read(notes.read()), reader)
        items = read_feed(page.body, url, run.since, run.until, page.charset, earliest)
        return told_once(due(items, reader, self.settings.limit, notes), run.run_id, notes)


class AssetSource(Source[AssetSettings]):
    """The briefs in the events of an asset."""

    def rows(self, run: SourceRun, access: SourceAccess) -> SourceRows:
        """The briefs of all events that started the run."""
        return rows_of_events(run.events)
