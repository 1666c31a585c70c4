"""What a source is asked, and what follows from its settings."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar, cast

import pytest

from include.contract.source import About, Source, SourceAccess, SourceRun, SourceSettings
from include.contract.source_rows import DatedRows, SourceRow, SourceRows

NO_ACCESS = cast(SourceAccess, None)


class Almanac(SourceSettings):
    """Settings of a source for tests."""

    about: ClassVar[About] = About.DAY
    reader: ClassVar[str] = "tests:None"
    left_empty: ClassVar[str] = "Nothing."

    almanac: str
    column: str = "day"


class Dated(Source[Almanac]):
    """Has a row for each day."""

    def ahead(self, first: date, last: date, access: SourceAccess) -> DatedRows:
        days = {first, last}
        return DatedRows({day: SourceRows((SourceRow(f"{day}", {"topic": "Bees"}),)) for day in days})


class Silent(Source[Almanac]):
    """Says that it is known ahead, and not what."""


def test_the_first_field_names_the_source() -> None:
    assert Almanac.source_key() == "almanac"
    assert Almanac(almanac="days.csv").named == "days.csv"


@pytest.mark.parametrize(("about", "is_known"), [("day", True), ("all", True), ("interval", False), ("events", False)])
def test_days_and_all_there_is_are_known_ahead(about: str, is_known: bool) -> None:
    assert About(about).is_known_ahead is is_known


def test_what_is_known_ahead_answers_for_the_day_of_a_run() -> None:
    run = SourceRun("scheduled", day=date(2026, 3, 1))
    assert [row.where for row in Dated(Almanac(almanac="days.csv")).rows(run, NO_ACCESS).rows] == ["2026-03-01"]


def test_a_run_without_a_day_gets_what_belongs_to_none() -> None:
    found: Any = Dated(Almanac(almanac="days.csv")).rows(SourceRun("manual"), NO_ACCESS)
    assert found == SourceRows()


def test_a_source_that_answers_neither_question_is_named() -> None:
    with pytest.raises(NotImplementedError, match="Silent says that its rows are known ahead, but not which"):
        Silent(Almanac(almanac="days.csv")).rows(SourceRun("manual"), NO_ACCESS)
