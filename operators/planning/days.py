"""Which runs a range of days has, and the briefs of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from include.contract.brief import Brief
from include.contract.content_types import ContentType
from include.contract.deployments import Deployment
from include.contract.errors import BadRequest
from include.contract.source import About
from include.contract.source_rows import DatedRows, SourceRows
from include.store.store import Store
from operators.briefs.asked import has_subject
from operators.briefs.brief import fields_for_rows
from operators.briefs.checking import entry_in
from operators.briefs.dates import DAY, day_in
from operators.briefs.own_media import BriefFiles
from operators.briefs.resolve import (
    RunEntries,
    check_row_is_there,
    conf_for_rows,
    entries_of_rows,
    rows_ahead,
    with_conf,
)
from operators.sources.access import reached

MIN_YEAR, MAX_YEAR = 1900, 2999
"""Leave room on both sides for `lead_days` and for computing with calendars and time zones."""
MAX_DAYS, MAX_RUNS = 3_660, 10_000
"""Limits of a plan."""


@dataclass(frozen=True)
class Span:
    """A range of days on which runs are due, both ends included, in the content type's time zone."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise BadRequest(f"the range ends on {self.last}, before it begins on {self.first}; swap them")
        if self.first.year < MIN_YEAR or self.last.year > MAX_YEAR:
            raise BadRequest(f"the range is from {self.first} to {self.last}; allowed: years {MIN_YEAR} to {MAX_YEAR}")
        days = (self.last - self.first).days + 1
        if days > MAX_DAYS:
            raise BadRequest(f"the range has {days:,} days; allowed: {MAX_DAYS:,} at once, plan it in parts")


@dataclass(frozen=True)
class PlannedDay:
    """What one run makes, or several that make the same."""

    runs: int
    found: RunEntries
    run_on: date | None = None
    """Day on which the run is due; None if all runs of the range make the same."""

    @property
    def briefs(self) -> list[Brief]:
        """What is made."""
        return [entry.brief for entry in self.found.entries]


def planned_days(
    content_type: ContentType,
    span: Span | None,
    conf: Mapping[str, Any],
    deployment: Deployment,
    store: Store,
) -> list[PlannedDay]:
    """What the runs of `span`, each with this `conf`, make; without a span, what one run makes.

    :raises BadRequest: the conf or the source is wrong, or it is not known in advance what runs make.
    """
    due, entry_of = days_due(content_type, span), BriefFiles(deployment, store).entry_of
    asked = day_in(conf, content_type)
    conf = conf_for_rows(conf, content_type, has_own_day=span is not None)
    if content_type.source is None or has_subject(conf, content_type):
        return [PlannedDay(due.total(), RunEntries((entry_in(conf, content_type, entry_of),)))]
    conf = fields_for_rows(conf, content_type)

    def planned(runs: int, found: SourceRows, day: date | None = None) -> PlannedDay:
        return PlannedDay(runs, entries_of_rows(with_conf(found, conf, content_type), content_type, entry_of), day)

    if content_type.about is None or not content_type.about.is_known_ahead:
        raise BadRequest(
            f"what runs of `{content_type.name}` make is not known before they start: its source, "
            f"`{content_type.source.source_key()}`, has no rows ahead; plan a single piece with --param topic=…"
        )
    if content_type.about is About.DAY and span is not None:
        dated = _rows_of(span, content_type, deployment, store)
        return [planned(due[day], dated.of(_rows_day(day, content_type)), day) for day in due]
    if content_type.about is About.DAY and asked is None:
        raise BadRequest(
            f"each run of `{content_type.name}` makes the rows of one day: say which with --from and --to, or "
            f"with --param {DAY}=…"
        )
    rows = rows_ahead(asked, content_type, deployment, store)
    if span is None:
        check_row_is_there(conf.get("id"), rows)
    return [planned(due.total(), rows)]


def days_due(content_type: ContentType, span: Span | None) -> Counter[date]:
    """Days of `span` on which runs are due, with their number."""
    if span is None:
        return Counter({date.min: 1})
    if content_type.schedule is None:
        raise BadRequest(
            f"`{content_type.name}` has no `schedule`, so no runs are due between {span.first} and {span.last}; leave "
            "--from and --to out to plan one run"
        )
    from croniter import croniter

    due: Counter[date] = Counter()
    ticks = croniter(content_type.schedule, datetime.combine(span.first, time()) - timedelta(microseconds=1))
    for _ in range(MAX_RUNS + 1):
        tick = ticks.get_next(datetime).date()
        if tick > span.last:
            return due
        due[tick] += 1
    raise BadRequest(
        f"`{content_type.name}` has more than {MAX_RUNS:,} runs from {span.first} to {span.last}; plan fewer days"
    )


def _rows_of(span: Span, content_type: ContentType, deployment: Deployment, store: Store) -> DatedRows:
    """What the runs of `span` find."""
    source, access = reached(content_type, deployment, store)
    first, last = (_rows_day(day, content_type) for day in (span.first, span.last))
    return source.ahead(first, last, access)


def _rows_day(run_on: date, content_type: ContentType) -> date:
    """The day whose rows the run of `run_on` makes."""
    return run_on + timedelta(days=content_type.lead_days)
