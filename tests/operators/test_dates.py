from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from include.contract.errors import BadRequest
from operators.dates import own_day, publication_day
from tests.operators.conftest import films

LATE = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)


def run(**fields: Any) -> Any:
    return SimpleNamespace(**{"logical_date": None, "partition_date": None, "run_after": LATE} | fields)


@pytest.mark.parametrize(
    ("timezone", "lead_days", "day"),
    [
        ("UTC", 0, date(2026, 11, 24)),
        ("Europe/Berlin", 0, date(2026, 11, 25)),
        ("America/New_York", 0, date(2026, 11, 24)),
        ("UTC", 7, date(2026, 12, 1)),
    ],
)
def test_a_runs_day_is_its_dates_in_the_content_types_time_zone(timezone: str, lead_days: int, day: date) -> None:
    content_type = films(timezone=timezone, lead_days=lead_days)
    assert own_day(run(logical_date=LATE), content_type) == day
    assert own_day(run(partition_date=LATE), content_type) == day


def test_a_run_without_a_date_has_no_day_of_its_own_and_publishes_on_the_day_it_was_asked_for() -> None:
    content_type = films(timezone="Europe/Berlin", lead_days=3)
    assert own_day(run(), content_type) is None
    assert publication_day(run(), content_type) == date(2026, 11, 25)


@pytest.mark.parametrize(
    ("at", "timezone", "lead_days"),
    [
        (datetime.max.replace(tzinfo=UTC), "Asia/Tokyo", 0),
        (datetime.min.replace(tzinfo=UTC), "America/New_York", 0),
        (datetime.max.replace(tzinfo=UTC), "UTC", 1),
    ],
)
def test_a_day_that_there_is_not_is_refused(at: datetime, timezone: str, lead_days: int) -> None:
    with pytest.raises(BadRequest, match="give it another logical date"):
        own_day(run(logical_date=at), films(timezone=timezone, lead_days=lead_days))
