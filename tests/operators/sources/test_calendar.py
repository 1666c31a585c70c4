from __future__ import annotations

import io
from datetime import UTC, date, datetime

import pyarrow as pa
import pytest
from pyarrow import parquet

from include.contract.source_rows import SourceRows
from operators.sources.calendar import MAX_UNDATED, read_calendar

CALENDAR = b"""date,topic
2026-11-24,Bees
2026-11-25,Tea
25.11.2026,German
11/25/2026,American
2026-02-30,Never
,Undated
2026-11-26,=1+1
"""


def on(day: date, calendar: bytes, name: str = "c.csv") -> SourceRows:
    return read_calendar(io.BytesIO(calendar), name, day, day).of(day)


def found(day: int) -> SourceRows:
    return on(date(2026, 11, day), CALENDAR)


def test_the_rows_of_the_day_are_read_and_no_others() -> None:
    assert [row.fields for row in found(25).rows] == [{"topic": "Tea"}]
    assert found(27).rows == ()


def test_a_row_without_a_day_is_told_whatever_the_day() -> None:
    for day in (24, 27):
        told = {mistake.where: mistake.message for mistake in found(day).mistakes}
        assert list(told) == [f"c.csv, line {number}" for number in (4, 5, 6, 7)]
        assert told["c.csv, line 4"] == "date: is not a day such as 2026-11-25 (found '25.11.2026')"


def test_a_row_that_cannot_be_read_is_told_on_its_own_day() -> None:
    assert len(found(26).mistakes) == len(found(27).mistakes) + 1


@pytest.mark.parametrize("day", [24, 25, 26])
def test_many_days_are_read_at_once_as_one_by_one(day: int) -> None:
    dated = read_calendar(io.BytesIO(CALENDAR), "c.csv", date(2026, 11, 24), date(2026, 11, 26))
    assert len(dated.days) == 3
    assert dated.of(date(2026, 11, day)) == found(day)
    assert dated.of(date(2026, 11, 27)) == dated.otherwise == found(27)


def test_a_sheet_that_writes_all_days_another_way_is_told_in_bounded_length() -> None:
    sheet = b"date,topic\n" + b"11/25/2026,Tea\n" * (MAX_UNDATED + 5)
    mistakes = on(date(2026, 11, 25), sheet).mistakes
    assert len(mistakes) == MAX_UNDATED + 1
    assert (mistakes[-1].where, mistakes[-1].message) == (
        "c.csv, line 1001 and below",
        "further rows have no day such as 2026-11-25 either",
    )


@pytest.mark.parametrize(
    "column",
    [
        pa.array([date(2026, 11, 25), None]),
        pa.array([datetime(2026, 11, 25, 9), None]),
        pa.array(["2026-11-25", None]),
        pa.array([datetime(2026, 11, 24, 23, tzinfo=UTC), None], pa.timestamp("s", "Europe/Berlin")),
    ],
    ids=["day", "moment", "text", "moment of a time zone"],
)
def test_a_day_of_parquet_is_the_one_that_its_own_column_shows(column: pa.Array) -> None:
    body = io.BytesIO()
    parquet.write_table(pa.table({"date": column, "topic": ["Tea", "Undated"]}), body)
    read = on(date(2026, 11, 25), body.getvalue(), "c.parquet")
    assert [row.fields for row in read.rows] == [{"topic": "Tea"}]
    assert [mistake.where for mistake in read.mistakes] == ["c.parquet, row 2"]
