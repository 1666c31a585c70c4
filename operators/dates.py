"""Which day a run is about, in the content type's time zone."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from include.contract.content_types import ContentType
from include.contract.errors import BadRequest


def own_day(dag_run: Any, content_type: ContentType) -> date | None:
    """The day whose pieces a run makes: of its logical or partition date, and `lead_days` on; None without a date.

    :raises BadRequest: it lies before the year 1 or after the year 9999.
    """
    at = dag_run.partition_date or dag_run.logical_date
    try:
        return None if at is None else _day(at, content_type) + timedelta(days=content_type.lead_days)
    except OverflowError as error:
        raise BadRequest(f"the run's day, from {at} on, is none that there is; give it another logical date") from error


def publication_day(dag_run: Any, content_type: ContentType) -> date:
    """The day under which a run's pieces are published: its own, or that on which it was asked for."""
    return own_day(dag_run, content_type) or _day(dag_run.run_after, content_type)


def _day(at: datetime, content_type: ContentType) -> date:
    return at.astimezone(ZoneInfo(content_type.timezone)).date()
