"""What a source has for runs: rows of a brief's fields, what of it makes no brief, and which day a row belongs to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True)
class SourceRow:
    """What one line of a source says."""

    where: str
    """For messages: `calendar.csv, line 12`."""
    fields: dict[str, Any]
    """A brief's fields, not checked yet."""
    mistake: str = ""
    """Why it makes no brief, as far as reading it has shown."""
    is_text: bool = False
    """Whether what it says was read as text already; otherwise HTML in it is read."""


@dataclass(frozen=True)
class Mistake:
    """A line that makes no brief."""

    where: str
    message: str
    lasting: str = ""
    """Of one that every run finds again, since it belongs to none, the digest that it keeps: it is told once."""


@dataclass(frozen=True)
class SourceRows:
    """What a source has for a run."""

    rows: tuple[SourceRow, ...] = ()
    mistakes: tuple[Mistake, ...] = ()
    left_out: str = ""
    """How many further rows the run does not make, and why; empty where it makes all."""

    @classmethod
    def of(cls, rows: Iterable[SourceRow], mistakes: Iterable[Mistake] = ()) -> SourceRows:
        """`rows`, those that can be read apart from those that cannot, and further `mistakes`."""
        read = list(rows)
        wrong = (Mistake(row.where, row.mistake) for row in read if row.mistake)
        return cls(tuple(row for row in read if not row.mistake), (*mistakes, *wrong))


@dataclass(frozen=True)
class DatedRows:
    """What a source has for runs that have not started."""

    days: Mapping[date, SourceRows] = field(default_factory=dict)
    """What the runs of single days make."""
    otherwise: SourceRows = SourceRows()
    """What the run of any other day makes."""

    def of(self, day: date | None) -> SourceRows:
        """What the run of `day` makes; without a day, what every run makes."""
        return self.otherwise if day is None else self.days.get(day, self.otherwise)
