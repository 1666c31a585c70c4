"""The editorial calendar: a table whose column `date` says on which day a row is made."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import date, datetime
from functools import lru_cache
from typing import IO, Any

from include.contract.messages import quoted
from include.contract.source_rows import DatedRows, Mistake, SourceRow, SourceRows
from operators.sources.columns import Key
from operators.sources.limits import RowBudget
from operators.sources.tables import rows_of

DATE = "date"
MAX_UNDATED = 1000
"""Rows without a day that are reported one by one; a sheet with its days in another format has as many as rows."""
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_DAY_CHARACTERS = 10


def read_calendar(body: IO[bytes], name: str, first: date = date.min, last: date = date.max) -> DatedRows:
    """The rows of each day from `first` to `last`, and with any day the rows without one, which nobody else reports.

    :raises BadRequest: the file as a whole cannot be read.
    """
    rows: dict[date, list[SourceRow]] = defaultdict(list)
    kept = RowBudget(name)
    mistakes: list[Mistake] = []
    undated = 0

    def wanted(written: Any) -> bool:
        day = _day_of(written)
        return undated <= MAX_UNDATED if day is None else first <= day <= last

    for row in rows_of(body, name, (DATE,), Key(DATE, wanted)):
        written = row.fields.pop(DATE, None)
        day = _day_of(written)
        if day is None:
            undated += 1
            if undated <= MAX_UNDATED:
                wrong = row.mistake or f"{DATE}: is not a day such as 2026-11-25 (found {quoted(written)})"
                mistakes.append(Mistake(row.where, wrong))
        else:
            rows[day].append(kept.counted(row))
    if undated > MAX_UNDATED:
        below = f"{mistakes[-1].where} and below"
        mistakes.append(Mistake(below, "further rows have no day such as 2026-11-25 either"))
    days = {day: SourceRows.of(rows[day], mistakes) for day in sorted(rows)}
    return DatedRows(days, SourceRows(mistakes=tuple(mistakes)))


def _day_of(written: Any) -> date | None:
    if isinstance(written, datetime):
        return written.date()
    if isinstance(written, date):
        return written
    return _read_day(written) if isinstance(written, str) and len(written) == _DAY_CHARACTERS else None


@lru_cache(maxsize=4096)
def _read_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None
