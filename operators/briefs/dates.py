"""Which day a run is about, in the content type's time zone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from include.contract.content_types import ContentType
from include.contract.errors import BadRequest
from include.contract.messages import quoted
from include.contract.source import About

DAY = "day"
"""Key in a run's conf for the day of the calendar that it means, whatever its logical date."""
MANUAL, BACKFILL, SCHEDULED = "manual", "backfill", "scheduled"
"""Values of Airflow's `DagRunType`; its module would load all of Airflow, which `atelier` does not need."""


def own_day(dag_run: Any, content_type: ContentType) -> date | None:
    """The day whose pieces a run makes; None if it has none.

    It is the one that its conf names; otherwise the day of its logical or partition date, plus `lead_days`.

    :raises BadRequest: it is not a day, or is before the year 1 or after the year 9999.
    """
    asked = day_in(dag_run.conf or {}, content_type)
    if asked is not None:
        return asked
    at = dag_run.partition_date or dag_run.logical_date
    return None if at is None else _day_of(at, content_type)


def day_in(conf: Mapping[str, Any], content_type: ContentType) -> date | None:
    """The day of the calendar that a run's `conf` names; None where it names none, or where there is no calendar.

    :raises BadRequest: it is no day.
    """
    written = conf.get(DAY)
    if written is None or content_type.about is not About.DAY:
        return None
    try:
        return date.fromisoformat(written)
    except (TypeError, ValueError) as error:
        raise BadRequest(f"{DAY}: is not a day such as 2026-11-25 (found {quoted(written)})") from error


def publication_day(dag_run: Any, content_type: ContentType) -> date:
    """The day under which a run's pieces are published: its own, or that on which it was asked for."""
    return own_day(dag_run, content_type) or _local_day(dag_run.run_after, content_type)


def day_displaced_by(dag_run: Any, content_type: ContentType) -> date | None:
    """The day whose own run Airflow does not make because of `dag_run`; None where it displaces none.

    A run by hand that is asked for before its logical date, which is one of the schedule's, takes that run's place.
    """
    at = dag_run.logical_date
    is_early = dag_run.run_type.value == MANUAL and at is not None and dag_run.run_after < at
    about = content_type.about if content_type.schedule else None
    if not is_early or about is None or not about.is_known_ahead or not _is_due(at, content_type):
        return None
    return _day_of(at, content_type)


def _is_due(at: datetime, content_type: ContentType) -> bool:
    from croniter import croniter

    local = at.astimezone(ZoneInfo(content_type.timezone))
    return not (local.second or local.microsecond) and bool(croniter.match(content_type.schedule, local))


def _day_of(at: datetime, content_type: ContentType) -> date:
    try:
        return _local_day(at, content_type) + timedelta(days=content_type.lead_days)
    except OverflowError as error:
        raise BadRequest(f"the run's logical date, {at}, is too far away for a calendar; give it another") from error


def _local_day(at: datetime, content_type: ContentType) -> date:
    return at.astimezone(ZoneInfo(content_type.timezone)).date()
