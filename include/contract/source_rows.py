"""What a source has for runs: rows of a brief's fields, mistakes in them, and the day that a row belongs to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True)
class SourceRow:
    """One row of a source."""

    where: str
    """For messages: `calendar.csv, line 12`."""
    fields: dict[str, Any]
    """A brief's fields, still unchecked."""
    mistake: str = ""
    """Why it makes no brief, as far as reading has shown."""
    is_text: bool = False
    """Whether it has been read as text already; otherwise HTML in it is interpreted."""


@dataclass(frozen=True)
class Mistake:
    """A row that makes no brief."""

    where: str
    message: str
    lasting: str = ""
    """For a mistake that every run finds again, because it belongs to none: its digest, so that it is reported once."""


@dataclass(frozen=True)
class SourceRows:
    """What a source has for a run."""

    rows: tuple[SourceRow, ...] = ()
    mistakes: tuple[Mistake, ...] = ()
    left_out: str = ""
    """How many further rows the run does not make, and why; empty if it makes all."""

    @classmethod
    def of(cls, rows: Iterable[SourceRow], mistakes: Iterable[Mistake] = ()) -> SourceRows:
        """`rows`, split into those that can be read and those that cannot, with further `mistakes`."""
        read = list(rows)
        wrong = (Mistake(row.where, row.mistake) for row in read if row.mistake)
        return cls(tuple(row for row in read if not row.mistake), (*mistakes, *wrong))


@dataclass(frozen=True)
class DatedRows:
    """What a source has for runs that have not started yet."""

    days: Mapping[date, SourceRows] = field(default_factory=dict)
    """What the runs of single days make."""
    otherwise: SourceRows = SourceRows()
    """What the run of any other day makes."""

    def of(self, day: date | None) -> SourceRows:
        """What the run of `day` makes; without a day, what every run makes."""
        return self.otherwise if day is None else self.days.get(day, self.otherwise)
