from __future__ import annotations

import pytest
from pydantic import TypeAdapter, ValidationError

from include.contract.schedules import PRESETS, Cron, TimeZone, cron_fields

CRON, ZONE = TypeAdapter(Cron), TypeAdapter(TimeZone)


@pytest.mark.parametrize("schedule", [*PRESETS, "0 6 * * *", "*/5 1,3 1-5 jan mon-fri", "0  6 * *\t*"])
def test_five_fields_and_presets_are_schedules(schedule: str) -> None:
    assert CRON.validate_python(schedule) == schedule


@pytest.mark.parametrize(
    ("schedule", "says"),
    [
        ("0 6 * *", "it has 4 fields (found '0 6 * *'); allowed: five, such as `0 6 * * *`: minute, hour, day of the"),
        ("0 0 6 * * *", "it has 6 fields (found '0 0 6 * * *'); allowed: five"),
        ("", "it has 0 fields"),
        ("@dayly", "is not known (found '@dayly'); did you mean `@daily`? allowed: @daily, @hourly, @weekly,"),
        (6, "is not text (found 6); allowed: only a cron expression, such as `0 6 * * *`; `timezone`, `start_date`"),
        ({"cron": "0 6 * * *", "catchup": True}, "`timezone`, `start_date` and `catchup` have fields of their own"),
    ],
)
def test_what_is_wrong_with_a_schedule_is_told_by_its_parts(schedule: object, says: str) -> None:
    with pytest.raises(ValidationError) as refused:
        CRON.validate_python(schedule)
    assert says in refused.value.errors()[0]["msg"]


@pytest.mark.parametrize(
    ("zone", "says"),
    [
        ("Berlin", "did you mean `Europe/Berlin`?"),
        ("europe/berln", "did you mean `Europe/Berlin`?"),
        ("+01:00", "IANA"),
    ],
)
def test_a_time_zone_that_is_none_is_told_with_the_nearest(zone: str, says: str) -> None:
    with pytest.raises(ValidationError) as refused:
        ZONE.validate_python(zone)
    assert says in refused.value.errors()[0]["msg"]


def test_the_fields_of_a_schedule_have_names() -> None:
    assert cron_fields("0 6 * * mon")["day of the week"] == "mon"
    assert cron_fields("@daily") == cron_fields(None) == cron_fields("0 6") == {}
