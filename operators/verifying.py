"""Whether what readers find is what it has to be: everything that the indexes under `published/` name, byte by byte."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar
from urllib.parse import unquote

from pydantic import BaseModel

from include.contract.errors import CorruptInput
from include.contract.keys import PUBLISHED, day_path, piece_path, published_prefix
from include.contract.manifests import RunRef
from include.contract.parsing import model_in
from include.contract.published import (
    FEED,
    GALLERY,
    INDEX,
    ITEM,
    TABLE,
    DayIndex,
    Entry,
    Index,
    Item,
    PublishedFile,
)
from operators.mending import mended
from operators.store import Store

THREADS = 8
"""Pieces that are read at once; each takes a few MB of memory, however large its files are."""
_READS = 2
"""Wrong bytes are read again once: the wire may have been at fault."""
M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True)
class Finding:
    """Something under `published/` that is not what it has to be."""

    uri: str
    found: str
    """What is wrong with it."""
    remedy: str
    """What was done, or what to do."""
    is_mended: bool = False

    def __str__(self) -> str:
        return f"{self.uri} {self.found}; {self.remedy}"


@dataclass
class Looked:
    """How much was looked at."""

    pieces: int = 0
    files: int = 0
    bytes: int = 0


@dataclass(frozen=True)
class Piece:
    """What the look at one piece gave."""

    files: int
    bytes: int
    findings: tuple[Finding, ...]


@dataclass
class Verification:
    """Looks at content types, and mends what it can where it `mends`.

    :param is_asked_for: whether the pieces of a day are looked at.
    """

    store: Store
    is_asked_for: Callable[[date], bool]
    mends: bool
    looked: Looked = field(default_factory=Looked)

    def content_types(self) -> list[str]:
        """The names of all that have published something."""
        return [unquote(name) for name in self.store.folders(PUBLISHED)]

    def of(self, content_type: str) -> Iterator[Finding]:
        """All that is wrong with what `content_type` has published, as it is found."""
        root = published_prefix(content_type)
        index = self._read(f"{root}{INDEX}", Index, _clear_any(content_type))
        if isinstance(index, Finding):
            yield index
        else:
            pages = [GALLERY, *([FEED] if index.channel.public_url else [])]
            yield from self._missing(content_type, pages)
        counts = {} if isinstance(index, Finding) else index.days
        told = () if isinstance(index, Finding) else index.items
        for day in sorted({*counts, *self._days(root)}):
            if self.is_asked_for(day):
                yield from self._day(content_type, day, [entry for entry in told if entry.day == day], day in counts)

    def _days(self, root: str) -> Iterator[date]:
        """The days that have a folder."""
        for year in _numbered(self.store.folders(root), 4):
            for month in _numbered(self.store.folders(f"{root}{year}/"), 2):
                for day in _numbered(self.store.folders(f"{root}{year}/{month}/"), 2):
                    with suppress(ValueError):  # a folder that is no day's
                        yield date(int(year), int(month), int(day))

    def _day(self, content_type: str, day: date, told: list[Entry], is_named: bool) -> Iterator[Finding]:
        """`told` are its pieces in the content type's index, by which the day `is_named`."""
        key = f"{published_prefix(content_type)}{day_path(day)}{INDEX}"
        if not is_named and self.store.size(key) is None:
            return  # its first pieces are being published
        index = self._read(key, DayIndex, _clear_day(content_type, day))
        if isinstance(index, Finding):
            yield index
            return
        if index.items:
            yield from self._missing(content_type, [f"{day_path(day)}{TABLE}"])
        by_slug = {entry.slug: entry for entry in told}
        with ThreadPoolExecutor(THREADS) as threads:
            for piece in threads.map(lambda entry: self._piece(content_type, entry, by_slug), index.items):
                self.looked.pieces += 1
                self.looked.files += piece.files
                self.looked.bytes += piece.bytes
                yield from piece.findings

    def _piece(self, content_type: str, entry: Entry, in_index: dict[str, Entry]) -> Piece:
        """One piece, as the day's index names it; `in_index` are those that the content type's index tells of."""
        root = published_prefix(content_type)
        remedy = _clear_day(content_type, entry.day)
        read = self._read(f"{root}{piece_path(entry.day, entry.slug)}{ITEM}", Item, remedy)
        findings, item = ([read], None) if isinstance(read, Finding) else ([], read)
        if item is not None:
            remedy = _clear(item.run)
        told = {
            f"{root}{day_path(entry.day)}{INDEX}": item and item.entry(),
            f"{root}{INDEX}": in_index.get(entry.slug),
        }
        for key, other in told.items():
            if other is not None and entry.updated_at == other.updated_at and entry != other:
                found = f"and what else tells of `{entry.slug}` of {entry.day} do not say the same"
                findings.append(Finding(self.store.domain.uri(key), found, remedy))
        pieces: list[Entry] = [entry, *([item] if item else [])]
        files = {piece.address(file): (piece, file) for piece in pieces for file in piece.files}
        for piece, file in files.values():
            findings += self._file(content_type, piece, file, item.run if item else None)
        return Piece(len(files), sum(file.bytes for _, file in files.values()), tuple(findings))

    def _file(self, content_type: str, piece: Entry, file: PublishedFile, run: RunRef | None) -> list[Finding]:
        key = f"{published_prefix(content_type)}{piece.address(file)}"
        for _ in range(_READS):
            found = self.store.digest(key)
            if found is not None and found.sha256 == file.sha256:
                return []
        told = "is gone" if found is None else f"holds bytes with the digest {found.sha256} instead of {file.sha256}"
        uri = self.store.domain.uri(key)
        if not self.mends:
            span = f"--from {piece.day} --to {piece.day}"
            remedy = f"`atelier verify published {content_type} {span} --mend` puts it there anew from its blob"
            return [Finding(uri, told, remedy)]
        done = mended(self.store, key, piece, file, run)
        return [Finding(uri, told, done.words, is_mended=done.is_mended)]

    def _missing(self, content_type: str, paths: list[str]) -> Iterator[Finding]:
        """Those of what is made of the indexes that are not there."""
        for path in paths:
            key = f"{published_prefix(content_type)}{path}"
            if not self.store.size(key):
                yield Finding(self.store.domain.uri(key), "is gone, or empty", _clear_any(content_type))

    def _read(self, key: str, model: type[M], remedy: str) -> M | Finding:
        body, uri = self.store.get(key), self.store.domain.uri(key)
        if body is None:
            return Finding(uri, "is gone", remedy)
        try:
            return model_in(model, body, uri)
        except CorruptInput as error:
            return Finding(uri, f"{error}".removeprefix(f"{uri} "), remedy)


def _numbered(names: list[str], digits: int) -> list[str]:
    return [name for name in names if name.isascii() and name.isdecimal() and len(name) == digits]


def _clear(run: RunRef) -> str:
    return f"clear the task `{run.task_id}` of the run `{run.run_id}` of the DAG `{run.dag_id}`: that puts it right"


def _clear_day(content_type: str, day: date) -> str:
    return f"clear the task `publish` of the run that published {day} in the DAG `{content_type}`: that puts it right"


def _clear_any(content_type: str) -> str:
    return f"clear the task `publish` of the newest run of the DAG `{content_type}`: that makes it anew"
