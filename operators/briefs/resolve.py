"""The briefs of one run: the one in its conf, or those that the content type's source has for it (I5)."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

from include.contract.brief import Brief
from include.contract.content_types import ContentType
from include.contract.deployments import Deployment
from include.contract.entries import Entry
from include.contract.errors import BadRequest
from include.contract.names import allowed_names, nearest
from include.contract.source import About, SourceRun
from include.contract.source_rows import Mistake, SourceRow, SourceRows
from include.store.store import Store
from operators.briefs.asked import has_subject
from operators.briefs.brief import BriefRefused, fields_for_rows
from operators.briefs.checking import EntryOf, checked, entry_in
from operators.briefs.dates import BACKFILL, DAY, MANUAL, SCHEDULED, day_displaced_by, own_day
from operators.sources.access import reached

if TYPE_CHECKING:
    from airflow.sdk import Context

log = logging.getLogger(__name__)

T = TypeVar("T")
SHOWN_IDS = 20
FORM = "the trigger form"
"""Where a brief comes from that is not a row's, for messages."""


@dataclass(frozen=True)
class RunEntries:
    """What a run makes, and the rows of its source that make no brief."""

    entries: tuple[Entry, ...] = ()
    mistakes: tuple[str, ...] = ()
    """A line each: where it is, what was found, what is allowed."""
    left_out: str = ""
    """How many further rows it does not make, and why."""


def entries_of(
    context: Context,
    content_type: ContentType,
    deployment: Deployment,
    store: Store,
    entry_of: EntryOf,
    brief: Mapping[str, Any] | None = None,
) -> RunEntries:
    """The run's briefs with their files. A conf without a brief applies to every row of the source.

    :param brief: made if the conf brings none and there is no source; the conf's fields apply to it.
    :raises BadRequest: the brief is wrong, the source cannot be read, or it is unclear which rows the run means.
    """
    dag_run = context["dag_run"]
    conf = conf_for_rows(dag_run.conf or {}, content_type, has_own_day=dag_run.run_type.value == BACKFILL)
    if content_type.source is None and not has_subject(conf, content_type):
        conf = {**(brief or {}), **conf}
    displaced = day_displaced_by(dag_run, content_type)
    if displaced is None and (content_type.source is None or has_subject(conf, content_type)):
        return RunEntries((entry_in(conf, content_type, entry_of),))
    if displaced is None:
        return entries_of_rows(_asked_for(context, conf, content_type, deployment, store), content_type, entry_of)
    log.warning(
        "This run was triggered before its logical date, %s, which is also the schedule's. Airflow makes only one run "
        "for that date, so this one also makes the other rows of %s",
        dag_run.logical_date,
        displaced,
    )
    try:
        asked = _asked_for(context, conf, content_type, deployment, store)
    except BriefRefused as error:
        asked = SourceRows(mistakes=tuple(Mistake(FORM, mistake) for mistake in error.mistakes))
    except BadRequest as error:
        asked = SourceRows(mistakes=(Mistake(FORM, str(error)),))
    whole = _with_those_of(displaced, asked, context, content_type, deployment, store)
    return entries_of_rows(whole, content_type, entry_of)


def conf_for_rows(conf: Mapping[str, Any], content_type: ContentType, has_own_day: bool) -> dict[str, Any]:
    """The fields of briefs that `conf` sets, without the day of the calendar that it may name.

    :param has_own_day: whether several runs have this conf, each with a day of its own.
    :raises BadRequest: it names a day for them.
    """
    if content_type.about is not About.DAY:
        return dict(conf)
    if has_own_day and conf.get(DAY) is not None:
        raise BadRequest(f"{DAY}: each of these runs has a day of its own; remove it, or trigger one run by hand")
    return {name: value for name, value in conf.items() if name != DAY}


def _asked_for(
    context: Context, conf: Mapping[str, Any], content_type: ContentType, deployment: Deployment, store: Store
) -> SourceRows:
    """The brief that the conf is, or the rows that the run's day has, with what the conf sets."""
    if has_subject(conf, content_type):
        return SourceRows((SourceRow(FORM, dict(conf)),))
    conf = fields_for_rows(conf, content_type)
    found = _found(context, content_type, deployment, store)
    if context["dag_run"].run_type.value == MANUAL:
        check_row_is_there(conf.get("id"), found)
    return with_conf(found, conf, content_type)


def _with_those_of(
    displaced: date,
    asked: SourceRows,
    context: Context,
    content_type: ContentType,
    deployment: Deployment,
    store: Store,
) -> SourceRows:
    """`asked` with the other rows of the day whose own run Airflow does not make."""
    if own_day(context["dag_run"], content_type) != displaced:
        message = f"took the place of the run of {displaced}; trigger one with `{DAY}: {displaced}` to make its rows"
        return replace(asked, mistakes=(*asked.mistakes, Mistake(FORM, message)))
    day = displaced if content_type.about is About.DAY else None
    whole = rows_ahead(day, content_type, deployment, store)
    places = {row.where for row in asked.rows}
    others = tuple(row for row in whole.rows if row.where not in places)
    return SourceRows((*asked.rows, *others), tuple(dict.fromkeys((*asked.mistakes, *whole.mistakes))))


def entries_of_rows(found: SourceRows, content_type: ContentType, entry_of: EntryOf) -> RunEntries:
    """`found` with each row checked alone."""
    entries, mistakes = checked(found, content_type, entry_of)
    return RunEntries(tuple(entries), tuple(f"{each.where}: {each.message}" for each in mistakes), found.left_out)


def _found(context: Context, content_type: ContentType, deployment: Deployment, store: Store) -> SourceRows:
    """What the source has for this run."""
    run = _source_run(context, content_type)
    source, access = reached(content_type, deployment, store)
    return source.rows(run, access)


def _source_run(context: Context, content_type: ContentType) -> SourceRun:
    """The run as its source is told of it.

    :raises BadRequest: what it is about is not said.
    """
    dag_run = context["dag_run"]
    run = SourceRun(context["ti"].run_id, is_scheduled=dag_run.run_type.value == SCHEDULED)
    match content_type.about:
        case About.DAY:
            what = f"a date: fill in `{DAY}`"
            return replace(run, day=_stated(own_day(dag_run, content_type), what, content_type))
        case About.INTERVAL:
            what = "an interval: give it a logical date, and it makes the items before that"
            since = _stated(dag_run.data_interval_start, what, content_type)
            return replace(run, since=since, until=_stated(dag_run.data_interval_end, what, content_type))
        case About.EVENTS:
            events = [event for of_asset in context["triggering_asset_events"].values() for event in of_asset]
            named = content_type.source.named if content_type.source else ""
            return replace(run, events=_stated(events, f"an event of the asset `{named}`", content_type))
    return run


def rows_ahead(day: date | None, content_type: ContentType, deployment: Deployment, store: Store) -> SourceRows:
    """What a source that is known ahead has for the run of `day`; without a day, what it has for every run."""
    source, access = reached(content_type, deployment, store)
    return source.ahead(day or date.min, day or date.max, access).of(day)


def _stated(value: T | None, what: str, content_type: ContentType) -> T:
    if not value:
        raise BadRequest(f"this run of `{content_type.name}` has neither a brief nor {what}, or fill in `topic`")
    return value


def check_row_is_there(wanted: object, found: SourceRows) -> None:
    """Refuse an id that no row has, unless rows were refused, which are reported."""
    ids = [str(row.fields["id"]) for row in found.rows if row.fields.get("id") is not None]
    if wanted is None or wanted in ids or found.mistakes:
        return
    shown = list(dict.fromkeys([*nearest(wanted, ids), *ids]))
    more = f"and {len(shown) - SHOWN_IDS} more" if len(shown) > SHOWN_IDS else ""
    there = allowed_names(wanted, shown[:SHOWN_IDS], more=more) if shown else "the day has none"
    raise BadRequest(
        f"id: {wanted!r:.80} is not a row of this run's day; {there}. Or fill in `topic` to make another brief"
    )


def with_conf(found: SourceRows, conf: Mapping[str, Any], content_type: ContentType) -> SourceRows:
    """`found` with what the conf sets. The form sends every field, so its defaults do not count as set."""
    shown = {name: field.get_default() for name, field in Brief.model_fields.items()} | content_type.brief
    own = {name: value for name, value in conf.items() if value is not None and value != shown.get(name)}
    wanted = own.pop("id", None)
    rows = [row for row in found.rows if wanted in (None, row.fields.get("id"))]
    return replace(found, rows=tuple(replace(row, fields={**row.fields, **own}) for row in rows))
