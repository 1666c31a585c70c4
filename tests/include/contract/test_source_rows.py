"""Rows of a source, by what can be read and by day."""

from __future__ import annotations

from datetime import date

from include.contract.source_rows import DatedRows, Mistake, SourceRow, SourceRows

GOOD, BAD = SourceRow("line 2", {"topic": "Bees"}), SourceRow("line 3", {}, mistake="has no topic")


def test_rows_that_cannot_be_read_are_told_after_the_mistakes_of_the_whole() -> None:
    found = SourceRows.of(iter([BAD, GOOD]), iter([Mistake("line 1", "has no head")]))
    assert found.rows == (GOOD,)
    assert found.mistakes == (Mistake("line 1", "has no head"), Mistake("line 3", "has no topic"))


def test_a_day_has_its_own_rows_and_any_other_day_the_rest() -> None:
    own, rest = SourceRows((GOOD,)), SourceRows(left_out="two more")
    dated = DatedRows({date(2026, 1, 1): own}, rest)
    assert dated.of(date(2026, 1, 1)) is own
    assert dated.of(date(2026, 1, 2)) is rest
    assert dated.of(None) is rest
