"""When a content type's DAG runs, according to its file: a cron expression and its time zone."""

from __future__ import annotations

from functools import cache
from typing import Annotated
from zoneinfo import available_timezones

from pydantic import AfterValidator, BeforeValidator

from include.contract.messages import quoted
from include.contract.names import allowed_names, guess, nearest

CRON_FIELDS = {
    "minute": "0 to 59",
    "hour": "0 to 23",
    "day of the month": "1 to 31",
    "month": "1 to 12, or jan to dec",
    "day of the week": "0 to 7, where 0 and 7 are Sunday, or sun to sat",
}
"""The fields of a cron expression in order, and what each may have besides `*`, lists, ranges and steps."""
PRESETS = ("@hourly", "@daily", "@weekly", "@monthly", "@yearly")
_EXAMPLE = "such as `0 6 * * *`"


def cron_fields(schedule: object) -> dict[str, str]:
    """The fields of a cron expression, by name; empty unless there are five."""
    parts = schedule.split() if isinstance(schedule, str) else []
    return dict(zip(CRON_FIELDS, parts, strict=True)) if len(parts) == len(CRON_FIELDS) else {}


def _alone(value: object) -> object:
    if not isinstance(value, str):
        raise ValueError(
            f"is not text (found {quoted(value)}); allowed: only a cron expression, {_EXAMPLE}; `timezone`, "
            f"`start_date` and `catchup` have fields of their own"
        )
    return value


def _cron(text: str) -> str:
    if text in PRESETS or cron_fields(text):
        return text
    if text.startswith("@"):
        raise ValueError(f"is not known (found {text!r:.80}); {allowed_names(text, PRESETS, more='or five fields')}")
    raise ValueError(
        f"is not a cron expression: it has {len(text.split())} fields (found {text!r:.80}); allowed: five, {_EXAMPLE}: "
        f"{', '.join(CRON_FIELDS)}; or {', '.join(PRESETS)}"
    )


@cache
def _zones() -> frozenset[str]:
    """Their names; reading them takes 10 ms, and every content type and first task has one."""
    return frozenset(available_timezones())


def _time_zone(name: str) -> str:
    zones = _zones()
    if name not in zones:
        meant = nearest(name, sorted(zones))
        raise ValueError(f"is not a time zone; {guess(meant)}allowed: an IANA name, such as `Europe/Berlin` or `UTC`")
    return name


Cron = Annotated[str, BeforeValidator(_alone), AfterValidator(_cron)]
"""Five fields, or a preset; the side that has croniter checks each field."""
TimeZone = Annotated[str, AfterValidator(_time_zone)]
"""An IANA name."""
