"""What a source is: settings, into which a content type's `source:` is read, and a class that reads what they name.

The settings say what each run is about; the schedule, the trigger form, and what a plan can know follow from that. The
class answers the rest: what is there for a run, what is known before one starts, and whether what is named is there.
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
    """What each run of a content type is about, where it brings no brief itself."""

    DAY = "day"
    """A day: it makes the rows of that day. Has a schedule; a run by hand may name another `day`."""
    ALL = "all"
    """All that there is, each time."""
    INTERVAL = "interval"
    """The time since the last run: what appeared in it. Has a schedule."""
    EVENTS = "events"
    """The events of an asset of Airflow's, which start it, so that it has no schedule. The first setting names it."""

    @property
    def is_known_ahead(self) -> bool:
        """Whether it is known before a run starts what it makes."""
        return self in (About.DAY, About.ALL)


class SourceSettings(Closed):
    """What a content type says of a source. The first field names the source: `source: {calendar: days.csv}`."""

    about: ClassVar[About]
    """What its runs are about."""
    reader: ClassVar[str]
    """Its `Source`, as `package.module:Class`; only Airflow's side imports it."""
    left_empty: ClassVar[str]
    """What a run makes that brings no brief, as a sentence: the trigger form says it."""

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
    """The run that a source is asked for."""

    run_id: str
    is_scheduled: bool = False
    """Whether the schedule has started it; otherwise a person or a backfill has."""
    day: date | None = None
    """Of a source that is about days."""
    since: datetime = EARLIEST
    until: datetime = LATEST
    """Of one that is about intervals: from when on, and until before when."""
    events: Sequence[Any] = ()
    """Of one that is about events: those that have started it, each with `extra` and `timestamp`."""


@dataclass(frozen=True)
class Fetched:
    """What an address on the web gave."""

    body: bytes
    charset: str = ""
    """The encoding of `body`, as its server says; empty where it does not."""


class SourceNotes(Protocol):
    """What runs of one content type keep about one source; nobody else reads it."""

    def read(self) -> bytes | None:
        """What is kept; None where nothing is."""

    def change(self, make: Callable[[bytes | None], bytes]) -> None:
        """Keep what `make` makes of it, again and again until no other run came between."""


class SourceAccess(Protocol):
    """How a source reaches what it names, within what the deployment allows. Lent by whoever asks it."""

    def opened(self, name: str) -> AbstractContextManager[IO[bytes]]:
        """A file below the deployment's `files` folder, or `s3://bucket/key`, from its beginning.

        :raises BadRequest: there is none.
        """

    def check_file(self, name: str) -> None:
        """Look whether there is such a file, without reading it.

        :raises BadRequest: there is none.
        """

    def fetched(self, url: str) -> Fetched:
        """What lies at an address on the web.

        :raises BadRequest: nothing, or what may not be read.
        :raises SourceAway: nobody answers now.
        """

    def notes(self) -> SourceNotes:
        """What its runs keep."""


Settings = TypeVar("Settings", bound=SourceSettings)


class Source(ABC, Generic[Settings]):
    """Reads what a content type's `source:` names. It is made anew whenever it is asked, and only reads.

    Whether a row is a brief is not its business: whoever asks checks that, tells all mistakes, and takes the rest. Of
    the two questions about rows, a source that is known ahead answers `ahead`, and any other `rows`.
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
        """Look whether what it names is there, without reading it.

        :raises BadRequest: it is not.
        """
