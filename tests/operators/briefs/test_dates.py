from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.utils.types import DagRunType

from include.contract.errors import BadRequest
from operators.briefs.dates import day_displaced_by, own_day, publication_day
from tests.operators.conftest import films

LATE = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)


def run(**fields: Any) -> Any:
    return SimpleNamespace(
        **{"logical_date": None, "partition_date": None, "run_after": LATE, "conf": None, "run_type": DagRunType.MANUAL}
        | fields
    )


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
    with pytest.raises(BadRequest, match="is too far away for a calendar; give it another"):
        own_day(run(logical_date=at), films(timezone=timezone, lead_days=lead_days))


CALENDAR = {"source": {"calendar": "c.csv"}, "schedule": "30 6 * * *", "start_date": "2026-01-01"}


def test_a_run_that_is_asked_for_a_day_of_the_calendar_has_that_day_whatever_its_date() -> None:
    content_type = films(timezone="Europe/Berlin", lead_days=3, **CALENDAR)
    for at in (None, LATE):
        asked = run(logical_date=at, conf={"day": "2026-12-24"})
        assert own_day(asked, content_type) == publication_day(asked, content_type) == date(2026, 12, 24)
    assert own_day(run(logical_date=LATE, conf={"day": None}), content_type) == date(2026, 11, 28)


@pytest.mark.parametrize("written", ["24.12.2026", "2026-13-01", 5, ["2026-12-24"], ""])
def test_what_is_no_day_is_refused(written: object) -> None:
    with pytest.raises(BadRequest, match=r"day: is not a day such as 2026-11-25 \(found "):
        own_day(run(conf={"day": written}), films(**CALENDAR))


DUE = datetime(2026, 11, 27, 5, 30, tzinfo=UTC)
"""Half past six in Berlin."""
BEFORE = DUE - timedelta(minutes=16)


@pytest.mark.parametrize(
    ("fields", "day"),
    [
        pytest.param({}, date(2026, 11, 28), id="before its time, at the schedule's moment"),
        pytest.param({"run_after": DUE}, None, id="at it: that run is being made"),
        pytest.param({"run_after": DUE + timedelta(minutes=1)}, None, id="after it: that run is there or never was"),
        pytest.param({"logical_date": DUE + timedelta(minutes=1)}, None, id="another minute"),
        pytest.param({"logical_date": DUE + timedelta(microseconds=1)}, None, id="another microsecond"),
        pytest.param({"run_type": DagRunType.BACKFILL_JOB}, None, id="a backfill's run is the day's own"),
        pytest.param({"run_type": DagRunType.SCHEDULED}, None, id="so is the schedule's"),
        pytest.param({"logical_date": None}, None, id="without a date"),
    ],
)
def test_a_run_by_hand_displaces_the_days_own_only_at_its_moment_and_before_it(
    fields: dict[str, Any], day: date | None
) -> None:
    content_type = films(timezone="Europe/Berlin", lead_days=1, **CALENDAR)
    assert day_displaced_by(run(**{"logical_date": DUE, "run_after": BEFORE} | fields), content_type) == day


def test_where_no_table_has_rows_for_it_no_run_is_displaced() -> None:
    scheduled = {"schedule": "30 5 * * *", "start_date": "2026-01-01"}
    assert day_displaced_by(run(logical_date=DUE, run_after=BEFORE), films(**scheduled)) is None
