"""The briefs of one run: the one that its conf brings, or those that the content type's source has for it (I5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from include.contract.brief import Brief
from include.contract.content_types import ContentType
from include.contract.deployments import Deployment
from include.contract.entries import Entry
from include.contract.errors import BadRequest
from include.contract.sources import AssetSource, CalendarSource, CatalogueSource, FeedSource
from operators.briefs import brief_of
from operators.configuration import place_in
from operators.dates import own_day
from operators.markup import SUBJECTS
from operators.sources import Found
from operators.sources.calendar import read_calendar
from operators.sources.catalogue import read_catalogue
from operators.sources.checking import EntryOf, checked
from operators.sources.events import rows_of_events
from operators.sources.feed import read_feed
from operators.sources.opening import fetch_feed, open_source
from operators.store import Store

if TYPE_CHECKING:
    from airflow.sdk import Context

T = TypeVar("T")
MANUAL = "manual"
"""The value of Airflow's `DagRunType.MANUAL`: its module loads all of Airflow, which `atelier` does without."""
SHOWN_IDS = 20


@dataclass(frozen=True)
class RunEntries:
    """What a run makes, and what its source has that makes no brief."""

    entries: tuple[Entry, ...] = ()
    mistakes: tuple[str, ...] = ()
    """A line each: where it stands, what was found, what is allowed."""


def entries_of(
    context: Context, content_type: ContentType, deployment: Deployment, store: Store, entry_of: EntryOf
) -> RunEntries:
    """The run's briefs with their files. What the conf sets beside no brief holds for every row of the source.

    :raises BadRequest: the brief is wrong, the source cannot be read, or the run does not say which rows it means.
    """
    conf = context["dag_run"].conf or {}
    source = content_type.source
    if source is None or any(conf.get(name) is not None for name in SUBJECTS):
        return RunEntries((entry_of(brief_of(conf, content_type)),))
    found = _found(context, content_type, deployment, store)
    if context["dag_run"].run_type.value == MANUAL:
        _check_row_is_there(conf.get("id"), found)
    return checked_entries(found, conf, content_type, entry_of)


def checked_entries(found: Found, conf: Mapping[str, Any], content_type: ContentType, entry_of: EntryOf) -> RunEntries:
    """What `found` has for a run with this `conf`, each row checked alone."""
    entries, mistakes = checked(_with_conf(found, conf, content_type), content_type, entry_of)
    return RunEntries(tuple(entries), tuple(f"{each.where}: {each.message}" for each in mistakes))


def _found(context: Context, content_type: ContentType, deployment: Deployment, store: Store) -> Found:
    """What the source has for this run."""
    match content_type.source:
        case CalendarSource(calendar=name):
            day = _stated(own_day(context["dag_run"], content_type), "a date: give it a logical date", content_type)
            with open_source(name, deployment, store, place_in(content_type, "source", "calendar")) as body:
                return read_calendar(body, name, day)
        case CatalogueSource(catalogue=name):
            with open_source(name, deployment, store, place_in(content_type, "source", "catalogue")) as body:
                return read_catalogue(body, name)
        case FeedSource(feed=url, limit=limit):
            since, until = _interval(context, content_type)
            return read_feed(fetch_feed(url, deployment), url, since, until, limit)
        case AssetSource(asset=name):
            events = [event for of_asset in context["triggering_asset_events"].values() for event in of_asset]
            return rows_of_events(_stated(events, f"an event of the asset `{name}`", content_type))
    raise AssertionError("a content type without a source has its brief in the run's conf")


def _interval(context: Context, content_type: ContentType) -> tuple[datetime, datetime]:
    """The time whose items a run of a feed makes."""
    dag_run, what = context["dag_run"], "an interval: give it a logical date, before which the items lie"
    since = _stated(dag_run.data_interval_start, what, content_type)
    return since, _stated(dag_run.data_interval_end, what, content_type)


def _stated(value: T | None, what: str, content_type: ContentType) -> T:
    if not value:
        raise BadRequest(f"this run of `{content_type.name}` has neither a brief nor {what}, or fill in a `topic`")
    return value


def _check_row_is_there(wanted: object, found: Found) -> None:
    """Refuse an id that no row has; in a backfill another day may have it, and a row that is refused is told of."""
    ids = [str(row.fields["id"]) for row in found.rows if row.fields.get("id") is not None]
    if wanted is None or wanted in ids or found.mistakes:
        return
    there = ", ".join(ids[:SHOWN_IDS]) + (f" and {len(ids) - SHOWN_IDS} more" if len(ids) > SHOWN_IDS else "")
    raise BadRequest(
        f"id: {wanted!r:.80} is no row of this run's day; allowed: {there or 'none, since the day has no rows'}. "
        "Or fill in a `topic`, which makes a brief of its own"
    )


def _with_conf(found: Found, conf: Mapping[str, Any], content_type: ContentType) -> Found:
    """`found` with what the conf sets; the form sends every field, so what it shows unasked is not set by anybody."""
    shown = {name: field.get_default() for name, field in Brief.model_fields.items()} | content_type.brief
    own = {name: value for name, value in conf.items() if value is not None and value != shown.get(name)}
    wanted = own.pop("id", None)
    rows = [row for row in found.rows if wanted in (None, row.fields.get("id"))]
    return replace(found, rows=tuple(replace(row, fields={**row.fields, **own}) for row in rows))
