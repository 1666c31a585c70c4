"""A source: the settings that a content type's `source:` is read into, and a class that reads what they name.

The settings say what each run is about, which determines the schedule, the trigger form, and what a plan can know. The
class does the rest: it says what there is for a run, what is known in advance, and whether what is named exists.
"""

from __future__ import annotations

from abc import ABC
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import IO, Any, ClassVar, Generic, Protocol, TypeVar

from include.contract.source_rows import DatedRows, SourceRows
from include.contract.values import Closed

EARLIEST, LATEST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


class About(StrEnum):
    """What each run of a content type is about, if it brings no brief itself."""

    DAY = "day"
    """A day: it makes the rows of that day. Has a schedule; a run by hand may name another `day`."""
    ALL = "all"
    """Everything, each time."""
    INTERVAL = "interval"
    """The time since the last run: what appeared in it. Has a schedule."""
    EVENTS = "events"
    """The events of an asset of Airflow's, which start it, so that it has no schedule. The first setting names it."""

    @property
    def is_known_ahead(self) -> bool:
        """Whether it is known in advance what a run makes."""
        return self in (About.DAY, About.ALL)


class SourceSettings(Closed):
    """A content type's settings for a source. The first field names the source: `source: {calendar: days.csv}`."""

    about: ClassVar[About]
    """What its runs are about."""
    reader: ClassVar[str]
    """Its `Source`, as `package.module:Class`; only Airflow's side imports it."""
    left_empty: ClassVar[str]
    """What a run without a brief makes, as a sentence for the trigger form."""

    @classmethod
    def source_key(cls) -> str:
        """The field by which a content type names the source."""
        return next(iter(cls.model_fields))

    @property
    def named(self) -> str:
        """What that field says."""
        return str(getattr(self, self.source_key()))


@dataclass(frozen=True)
class SourceRun:
    """The run that a source is asked about."""

    run_id: str
    is_scheduled: bool = False
    """Whether the schedule started it, rather than a person or a backfill."""
    day: date | None = None
    """For a source that is about days."""
    since: datetime = EARLIEST
    until: datetime = LATEST
    """For one that is about intervals: its start, and its end, which is not part of it."""
    events: Sequence[Any] = ()
    """For one that is about events: those that started it, each with `extra` and `timestamp`."""


@dataclass(frozen=True)
class Fetched:
    """What an address on the web answered."""

    body: bytes
    charset: str = ""
    """The encoding of `body` according to its server; empty if it does not say."""


class SourceNotes(Protocol):
    """Notes that the runs of one content type keep about one source; nobody else reads them."""

    def read(self) -> bytes | None:
        """The notes; None if there are none."""

    def change(self, make: Callable[[bytes | None], bytes]) -> None:
        """Replace the notes by what `make` makes of them; repeated until no other run interferes."""


class SourceAccess(Protocol):
    """How a source reaches what it names, within what the deployment allows. Provided by the caller."""

    def opened(self, name: str) -> AbstractContextManager[IO[bytes]]:
        """A file below the deployment's `files` folder, or `s3://bucket/key`, from its beginning.

        :raises BadRequest: there is none.
        """

    def check_file(self, name: str) -> None:
        """Check that there is such a file, without reading it.

        :raises BadRequest: there is none.
        """

    def fetched(self, url: str) -> Fetched:
        """What is at an address on the web.

        :raises BadRequest: there is nothing, or it may not be read.
        :raises SourceAway: nobody answers now.
        """

    def notes(self) -> SourceNotes:
        """The notes that its runs keep."""


Settings = TypeVar("Settings", bound=SourceSettings)


class Source(ABC, Generic[Settings]):
    """Reads what a content type's `source:` names. A new one is made for each question, and it only reads.

    It does not check whether a row is a brief: the caller does, reports all mistakes, and takes the rest. Of the two
    questions about rows, a source that is known ahead answers `ahead`, and any other `rows`.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def ahead(self, first: date, last: date, access: SourceAccess) -> DatedRows:
        """What the runs of the days from `first` to `last` make; a source that is about everything has no days.

        :raises BadRequest: it cannot be read as a whole.
        """
        raise NotImplementedError(f"{type(self).__name__} says that its rows are known ahead, but not which")

    def rows(self, run: SourceRun, access: SourceAccess) -> SourceRows:
        """What `run` makes.

        :raises BadRequest: it cannot be read as a whole.
        :raises SourceAway: it cannot be read now.
        """
        return self.ahead(run.day or date.min, run.day or date.max, access).of(run.day)

    def check(self, access: SourceAccess) -> None:
        """Check that what it names is there, without reading it.

        :raises BadRequest: it is not.
        """
