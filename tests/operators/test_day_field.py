from __future__ import annotations

import pytest
from airflow.sdk.definitions.param import ParamsDict
from airflow.sdk.exceptions import ParamValidationError

from operators.day_field import day_field
from tests.operators.conftest import films

CALENDAR = {"source": {"calendar": "c.csv"}, "schedule": "@daily", "start_date": "2026-01-01"}


def test_a_calendars_form_has_the_day_and_no_other_does() -> None:
    form = ParamsDict(day_field(films(**CALENDAR)))
    form.validate()
    form["day"] = "2026-11-25"
    form.validate()
    with pytest.raises(ParamValidationError):
        form["day"] = "tomorrow"
    assert day_field(films()) == day_field(films(source={"catalogue": "p.csv"})) == {}
