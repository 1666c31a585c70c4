"""Where briefs come from: calendars, catalogues, feeds, asset events, each read into rows of a brief's fields.

Readers only read: which rows a run means, and whether a row is a brief, is decided by those who call them. Nothing is
kept that is not asked for, so that a table of any length is read in little memory.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
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
