"""What every source promises a run, a plan, `atelier validate` and the trigger form."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import IO, Any

from atelier.testing.imports import check_light
from include.contract.errors import AtelierError, BadRequest
from include.contract.installed import class_at
from include.contract.source import About, Fetched, Source, SourceRun, SourceSettings
from include.contract.source_rows import SourceRow, SourceRows
from include.contract.sources import checked_settings


class FolderAccess:
    """What a source reaches in a test: the files of one folder, pages of the web that it is given, notes in memory."""

    def __init__(self, folder: Path, pages: Mapping[str, bytes] | None = None) -> None:
        self.folder, self.pages = folder, dict(pages or {})
        self._notes = MemoryNotes()

    @contextmanager
    def opened(self, name: str) -> Iterator[IO[bytes]]:
        """The file `name` of the folder."""
        self.check_file(name)
        with (self.folder / name).open("rb") as file:
            yield file

    def check_file(self, name: str) -> None:
        """Check that there is one."""
        if not (self.folder / name).is_file():
            raise BadRequest(f"source: `{name}` is not a file in {self.folder}")

    def fetched(self, url: str) -> Fetched:
        """The page at `url`."""
        if url not in self.pages:
            raise BadRequest(f"{url} is not there; allowed: {', '.join(self.pages) or 'no page'}")
        return Fetched(self.pages[url])

    def notes(self) -> MemoryNotes:
        """The same notes for everyone."""
        return self._notes


class MemoryNotes:
    """Notes in memory."""

    def __init__(self) -> None:
        self._kept: bytes | None = None

    def read(self) -> bytes | None:
        """The notes."""
        return self._kept

    def change(self, make: Callable[[bytes | None], bytes]) -> None:
        """Replace the notes by what `make` makes of them."""
        self._kept = make(self._kept)


def check_source(
    settings: SourceSettings,
    access: FolderAccess,
    run: SourceRun,
    *,
    missing: SourceSettings | None = None,
) -> SourceRows:
    """Check that a source keeps what runs, plans and forms take for granted; what it has for `run`.

    Its settings are named by their first field and say what runs are about; its class is found, and only reads: asked
    again by the same run, it has the same. What is known ahead is what runs then find, and has days only where runs
    are about days. Every row says where it stands. The module of the settings loads nothing heavy.

    :param access: has what `settings` name.
    :param run: one for which there are rows, with what such a source is about: its `day`, its interval, its events.
    :param missing: settings that name something that is not there, which both `check` and reading refuse.
    :raises AssertionError: naming the first thing that is not so.
    """
    named = type(settings)
    try:
        checked_settings(named.source_key(), named)
        found: type[Source[Any]] = class_at(settings.reader, Source)
    except BadRequest as error:
        raise AssertionError(f"`{named.__name__}`: {error}") from error
    _check_question(settings, run)
    found(settings).check(access)
    rows = found(settings).rows(run, access)
    _check_rows(rows)
    if found(settings).rows(run, access) != rows:
        raise AssertionError(
            "the same run, asked again, finds something else; a run that is repeated has to make the same"
        )
    if settings.about.is_known_ahead:
        _check_ahead(found, settings, run, access, rows)
    if missing is not None:
        _check_missing(found, missing, run, access)
    check_light(named.__module__)
    return rows


def _check_question(settings: SourceSettings, run: SourceRun) -> None:
    lacking = {About.DAY: run.day is None, About.EVENTS: not run.events}.get(settings.about, False)
    if lacking:
        raise AssertionError(f"its runs are about `{settings.about.value}`, and the sample run does not say which")


def _check_rows(found: SourceRows) -> None:
    if not isinstance(found, SourceRows):
        raise AssertionError(f"`rows` gives {type(found).__name__}; allowed: SourceRows")
    if not found.rows:
        raise AssertionError("it has no rows for the sample run; give a run for which it has some")
    for row in found.rows:
        if not isinstance(row, SourceRow) or not row.where or not isinstance(row.fields, dict):
            raise AssertionError(f"{row!r:.200} is not a SourceRow that says where it is and a brief's fields")
        if row.mistake:
            raise AssertionError(f"{row.where}: is among the rows with its mistake; `SourceRows.of` tells them apart")


def _check_ahead(
    found: type[Source[Any]], settings: SourceSettings, run: SourceRun, access: FolderAccess, rows: SourceRows
) -> None:
    day = run.day or date(2026, 11, 25)
    dated = found(settings).ahead(day, day, access)
    wanted = run.day if settings.about is About.DAY else None
    if dated.of(wanted) != rows:
        raise AssertionError("what is known ahead of the run is not what the run finds")
    if settings.about is About.ALL and dated.days:
        raise AssertionError("its runs make everything, but it has rows by days; allowed: only `otherwise`")
    outside = [each for each in dated.days if each != day]
    if outside:
        raise AssertionError(f"asked for {day} it gives {outside[0]} too; a year's table would not fit into memory")


def _check_missing(found: type[Source[Any]], missing: SourceSettings, run: SourceRun, access: FolderAccess) -> None:
    asked: dict[str, Callable[[Source[Any]], object]] = {
        "check": lambda source: source.check(access),
        "rows": lambda source: source.rows(run, access),
    }
    for what, ask in asked.items():
        try:
            ask(found(missing))
        except AtelierError:
            continue
        raise AssertionError(f"`{what}` takes `{missing.named}`, which is not there; let it raise BadRequest")
