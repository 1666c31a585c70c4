from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pendulum
import pytest
from airflow.timetables.base import TimeRestriction
from airflow.timetables.trigger import CronTriggerTimetable
from hypothesis import given
from hypothesis import strategies as st

from include.contract.deployments import Deployment
from include.contract.errors import BadRequest
from include.store.store import Store
from operators.planning.days import Span, days_due, planned_days
from tests.operators.planning.test_plan import calendar_type


def days_of_airflow(cron: str, timezone: str, first: date, last: date) -> Counter[date]:
    """Days of the runs that Airflow makes in a year, told in the timetable's zone."""
    timetable = CronTriggerTimetable(cron, timezone=timezone)
    earliest = pendulum.datetime(first.year, first.month, first.day, tz=timezone)
    latest = pendulum.datetime(last.year, last.month, last.day, tz=timezone).end_of("day")
    runs, previous = Counter[date](), None
    while info := timetable.next_dagrun_info(
        last_automated_data_interval=previous, restriction=TimeRestriction(earliest, latest, catchup=True)
    ):
        previous = info.data_interval
        runs[info.logical_date.in_tz(timezone).date()] += 1  # type: ignore[union-attr]
    return runs


@pytest.mark.parametrize("cron", ["0 6 * * *", "30 2 * * 1-5", "0 0 1 * *", "@weekly", "0 */6 * * *"])
def test_runs_are_due_on_the_days_on_which_airflow_makes_them(deployment: Deployment, store: Store, cron: str) -> None:
    (Path(str(deployment.files)) / "calendar.csv").write_text("date,topic\n")
    content_type = calendar_type(schedule=cron, timezone="Europe/Berlin")
    span = Span(date(2026, 1, 1), date(2026, 12, 31))
    found = planned_days(content_type, span, {}, deployment, store)
    expected = days_of_airflow(cron, "Europe/Berlin", span.first, span.last)
    assert Counter({day.run_on: day.runs for day in found}) == expected


def test_a_run_makes_the_rows_of_its_day_and_lead_days_on(deployment: Deployment, store: Store) -> None:
    (Path(str(deployment.files)) / "calendar.csv").write_text("date,topic\n2026-11-08,Bees\n2026-11-09,Tea\n")
    (day,) = planned_days(calendar_type(lead_days=7), Span(date(2026, 11, 1), date(2026, 11, 1)), {}, deployment, store)
    assert [brief.topic for brief in day.briefs] == ["Bees"]


def test_a_range_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(BadRequest, match="swap them"):
        Span(date(2026, 11, 2), date(2026, 11, 1))


@pytest.mark.parametrize(
    ("first", "last", "message"),
    [
        (date.min, date.max, "allowed: years 1900 to 2999"),
        (date(2026, 11, 27), date.max, "allowed: years 1900 to 2999"),
        (date(2026, 1, 1), date(2126, 1, 1), "has 36,525 days; allowed: 3,660 at once"),
    ],
)
def test_a_range_that_nobody_plans_is_refused(first: date, last: date, message: str) -> None:
    with pytest.raises(BadRequest, match=message):
        Span(first, last)


def test_more_runs_than_a_plan_holds_are_refused(deployment: Deployment, store: Store) -> None:
    (Path(str(deployment.files)) / "calendar.csv").write_text("date,topic\n")
    years = Span(date(2026, 1, 1), date(2026, 12, 31))
    with pytest.raises(BadRequest, match="`films` has more than 10,000 runs from 2026-01-01 to 2026-12-31"):
        planned_days(calendar_type(schedule="* * * * *"), years, {}, deployment, store)


@given(first=st.dates(), days=st.integers(0, 5000), lead_days=st.integers(0, 366))
def test_any_range_is_planned_or_refused(first: date, days: int, lead_days: int) -> None:
    last = date.fromordinal(min(first.toordinal() + days, date.max.toordinal()))
    try:
        span = Span(first, last)
    except BadRequest:
        return
    due = days_due(calendar_type(schedule="0 0 1 * *"), span)
    assert all(span.first <= day + timedelta(days=lead_days) and day.day == 1 for day in due)


def test_one_row_of_a_day_is_planned_as_it_is_triggered(deployment: Deployment, store: Store) -> None:
    (Path(str(deployment.files)) / "calendar.csv").write_text(
        "date,id,topic\n2026-11-08,bees,Bees\n2026-11-08,tea,Tea\n"
    )
    conf = {"day": "2026-11-08", "id": "tea", "variation": 2}
    (day,) = planned_days(calendar_type(lead_days=7), None, conf, deployment, store)
    assert [(brief.id, brief.variation) for brief in day.briefs] == [("tea", 2)]
    with pytest.raises(BadRequest, match="id: 'toa' is not a row of this run's day; allowed: bees, tea"):
        planned_days(calendar_type(), None, conf | {"id": "toa"}, deployment, store)
    with pytest.raises(BadRequest, match="say which with --from and --to, or with --param day=…"):
        planned_days(calendar_type(), None, {"id": "tea"}, deployment, store)
    with pytest.raises(BadRequest, match="day: each of these runs has a day of its own"):
        planned_days(calendar_type(), Span(date(2026, 11, 8), date(2026, 11, 9)), conf, deployment, store)


def test_a_row_without_a_day_is_told_whatever_days_are_planned(deployment: Deployment, store: Store) -> None:
    (Path(str(deployment.files)) / "calendar.csv").write_text("date,topic\n2026-11-08,Bees\nsoon,Tea\n")
    span = Span(date(2026, 12, 1), date(2026, 12, 6))
    days = planned_days(calendar_type(schedule="0 6 * * 5"), span, {}, deployment, store)
    assert [day.found.mistakes for day in days] == [
        ("calendar.csv, line 3: date: is not a day such as 2026-11-25 (found 'soon')",)
    ]


def test_a_file_that_a_row_names_and_that_is_not_there_is_told_with_its_line(
    deployment: Deployment, store: Store
) -> None:
    (Path(str(deployment.files)) / "calendar.csv").write_text(
        "date,topic,music\n2026-11-08,Bees,\n2026-11-08,Tea,gone.mp3\n"
    )
    (day,) = planned_days(calendar_type(), Span(date(2026, 11, 8), date(2026, 11, 8)), {}, deployment, store)
    assert [brief.topic for brief in day.briefs] == ["Bees"]
    (mistake,) = day.found.mistakes
    assert mistake.startswith("calendar.csv, line 3: music: `gone.mp3` is not a file in the folder")
