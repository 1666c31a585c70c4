"""The editorial calendar: a table whose column `date` says on which day a row is made."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import date, datetime
from functools import lru_cache
from typing import IO, Any

from include.contract.messages import quoted
from operators.sources import Mistake, SourceRow, SourceRows
from operators.sources.columns import Key
from operators.sources.limits import RowBudget
from operators.sources.tables import rows_of

DATE = "date"
MAX_UNDATED = 1000
"""Rows without a day that are told one by one; a sheet that writes all its days another way has as many as rows."""
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_DAY_CHARACTERS = 10


def read_calendar(body: IO[bytes], name: str, day: date) -> SourceRows:
    """The rows of `day`, and every row that has no day: nobody else would tell of it.

    :raises BadRequest: the file as a whole cannot be read.
    """
    found, undated = read_whole(body, name, day, day)
    return found.get(day, SourceRows(mistakes=undated))


def read_whole(
    body: IO[bytes], name: str, first: date = date.min, last: date = date.max
) -> tuple[dict[date, SourceRows], tuple[Mistake, ...]]:
    """What `read_calendar` gives for each day that has rows, and the rows without a day apart.

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
    return {day: SourceRows.of(rows[day], mistakes) for day in sorted(rows)}, tuple(mistakes)


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
