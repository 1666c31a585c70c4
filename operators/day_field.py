"""The field of the trigger form that says which day of the calendar a run makes."""

from __future__ import annotations

from airflow.sdk import Param

from include.contract.content_types import ContentType
from include.contract.sources import CalendarSource
from operators.dates import DAY

_HELP = """\
Makes the rows of this day, as the calendar's column `date` says it; with a short name below, that row alone. This
neither collides with the day's own run nor takes its place: leave the logical date as it is."""


def day_field(content_type: ContentType) -> dict[str, Param]:
    """The field, where there is a calendar."""
    if not isinstance(content_type.source, CalendarSource):
        return {}
    return {DAY: Param(None, _HELP, schema={"type": ["string", "null"], "format": "date", "title": "Calendar day"})}
