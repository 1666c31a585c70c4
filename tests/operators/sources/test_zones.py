"""Time zones as dates name them: those that everybody means alike, and no others."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest

from operators.sources.zones import offset_of

WINTER, SUMMER = datetime(2026, 1, 15, 12), datetime(2026, 7, 15, 12)
OF_RFC_822 = {"EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "GMT": 0, "Z": 0}


@pytest.mark.parametrize(
    ("zone", "minutes"),
    [
        *(("+02:00", 120), ("+0200", 120), ("+02", 120), ("+2", 120), ("-05:30", -330), ("-0000", 0), ("+14:00", 840)),
        *(("GMT+0200", 120), ("UTC-5", -300), ("gmt+2:30", 150), ("UT", 0), ("utc", 0), ("Z", 0), ("Z+01:00", 60)),
        *(("CET", 60), ("CEST", 120), ("MESZ", 120), ("JST", 540), ("IDT", 180), ("NST", -210), ("BRT", -180)),
    ],
)
def test_a_zone_is_that_far_ahead_of_utc(zone: str, minutes: int) -> None:
    assert offset_of(zone, WINTER) == timedelta(minutes=minutes)


def test_those_of_rfc_822_mean_what_it_says() -> None:
    assert {zone: offset_of(zone, WINTER) for zone in OF_RFC_822} == {
        zone: timedelta(hours=hours) for zone, hours in OF_RFC_822.items()
    }


def test_a_place_has_the_offset_of_its_date() -> None:
    assert offset_of("Europe/Berlin", WINTER) == timedelta(hours=1)
    assert offset_of("Europe/Berlin", SUMMER) == timedelta(hours=2)
    assert offset_of("America/Argentina/Buenos_Aires", SUMMER) == timedelta(hours=-3)
    assert offset_of("Etc/GMT+2", SUMMER) == timedelta(hours=-2)
    assert [offset_of("ET", at) for at in (WINTER, SUMMER)] == [timedelta(hours=-5), timedelta(hours=-4)]


@pytest.mark.parametrize(
    "zone",
    [
        *("IST", "XYZ", "A", "M", "", "+99", "+14:30", "+2400", "+02:60", "+99999999", "++1", "GMT+"),
        *("Europe/Nowhere", "America/Argentina", "../etc/passwd", "Europe/../Europe/Berlin", "EST5EDT", "+٠٢:٠٠"),
    ],
)
def test_what_nobody_can_know_is_none(zone: str) -> None:
    assert offset_of(zone, WINTER) is None


def test_every_name_that_the_time_zone_database_uses_for_one_offset_is_known_and_no_other() -> None:
    used: dict[str, set[timedelta | None]] = defaultdict(set)
    for key in available_timezones():
        for at in (datetime(year, month, 15, tzinfo=UTC) for year in range(2016, 2026) for month in (1, 7)):
            there = at.astimezone(ZoneInfo(key))
            name = there.tzname() or ""
            if name.isalpha() and len(name) > 1:
                used[name].add(there.utcoffset())
    for name, offsets in used.items():
        known = offset_of(name, WINTER)
        if name in OF_RFC_822 or (len(offsets) == 1 and known is not None):
            assert known in offsets
        else:
            assert known is None or name == "KST", name
    assert {name for name, offsets in used.items() if len(offsets) == 1 and offset_of(name, WINTER) is None} <= {"SST"}
