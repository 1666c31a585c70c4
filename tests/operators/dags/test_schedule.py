from __future__ import annotations

import pytest
from airflow.sdk import Asset, CronDataIntervalTimetable, CronTriggerTimetable

from include.contract.errors import BadRequest
from operators.dags.schedule import schedule_of
from tests.operators.conftest import films

DAILY = {"schedule": "0 6 * * *", "start_date": "2026-01-01", "timezone": "Europe/Berlin"}


def test_a_calendars_runs_have_a_day() -> None:
    timetable = schedule_of(films(source={"calendar": "calendar.csv"}, **DAILY))
    assert timetable == CronTriggerTimetable("0 6 * * *", timezone="Europe/Berlin")


def test_a_feeds_runs_have_the_time_since_the_last() -> None:
    timetable = schedule_of(films(source={"feed": "https://example.org/feed.xml"}, **DAILY))
    assert timetable == CronDataIntervalTimetable("0 6 * * *", timezone="Europe/Berlin")


def test_an_assets_runs_follow_its_events() -> None:
    assert schedule_of(films(source={"asset": "news"})) == [Asset("news")]


def test_an_asset_that_airflow_refuses_is_a_mistake_of_the_content_type(monkeypatch: pytest.MonkeyPatch) -> None:
    def refusing(name: str) -> Asset:
        raise ValueError("no")

    monkeypatch.setattr("operators.dags.schedule.Asset", refusing)
    with pytest.raises(BadRequest, match="`source.asset`: Airflow refuses 'news' as the name of an asset: no"):
        schedule_of(films(source={"asset": "news"}))


def test_a_content_type_without_a_schedule_runs_when_it_is_asked_to() -> None:
    assert schedule_of(films()) is None
