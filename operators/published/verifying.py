"""Whether what readers find is right: everything that the indexes under `published/` name, byte by byte."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar
from urllib.parse import unquote

from pydantic import BaseModel

from include.contract.errors import CorruptInput
from include.contract.keys import PUBLISHED, blob_key, day_path, piece_path, published_prefix
from include.contract.manifests import RunRef
from include.contract.parsing import model_in
from include.contract.published import (
    FEED,
    GALLERY,
    INDEX,
    ITEM,
    TABLE,
    DayIndex,
    Index,
    IndexEntry,
    PublishedFile,
    PublishedItem,
)
from include.store.store import Store
from include.store.threads import daemon_threads
from operators.published.repair import advice, mended

THREADS = 8
"""Pieces that are read in parallel; each takes a few MB of memory, however large its files are."""
_READS = 2
"""Wrong bytes are read once more: the transfer may have been at fault."""
M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True)
class Finding:
    """Something wrong under `published/`."""

    uri: str
    found: str
    """What is wrong with it."""
    remedy: str
    """What was done, or what to do."""
    is_mended: bool = False

    def __str__(self) -> str:
        return f"{self.uri} {self.found}; {self.remedy}"


@dataclass
class Verified:
    """How much was checked."""

    pieces: int = 0
    files: int = 0
    bytes: int = 0


@dataclass(frozen=True)
class VerifiedPiece:
    """The result of checking one piece."""

    slug: str
    item: PublishedItem | None
    """None if its `item.json` cannot be read."""
    files: int
    bytes: int
    findings: tuple[Finding, ...]


@dataclass
class Verification:
    """Checks content types, and restores what it can if it `mends`.

    :param is_asked_for: whether the pieces of a day are checked.
    """

    store: Store
    is_asked_for: Callable[[date], bool]
    mends: bool
    looked: Verified = field(default_factory=Verified)

    def content_types(self) -> list[str]:
        """Names of all content types that have published something."""
        return [unquote(name) for name in self.store.folders(PUBLISHED)]

    def of(self, content_type: str) -> Iterator[Finding]:
        """All that is wrong with what `content_type` has published, as it is found."""
        root = published_prefix(content_type)
        read = self._read(f"{root}{INDEX}", Index, _clear_any(content_type))
        index = None if isinstance(read, Finding) else read
        if isinstance(read, Finding):
            yield read
        else:
            pages = [GALLERY, *([FEED] if read.channel.public_url else [])]
            yield from self._wrong_pages(content_type, pages, _clear_any(content_type))
        there = set(self._days(root))
        named = {*index.days, *(entry.day for entry in index.items)} if index else set()
        for day in sorted(there | named):
            if not self.is_asked_for(day):
                continue
            if day in there:
                yield from self._day(content_type, day, index, day in named)
            else:
                uri = self.store.domain.uri(f"{root}{INDEX}")
                yield Finding(uri, f"names {day}, but nothing is there for that day", _clear_any(content_type))

    def _days(self, root: str) -> Iterator[date]:
        """The days that have a folder."""
        for year in _numbered(self.store.folders(root), 4):
            for month in _numbered(self.store.folders(f"{root}{year}/"), 2):
                for day in _numbered(self.store.folders(f"{root}{year}/{month}/"), 2):
                    with suppress(ValueError):  # a folder that is no day's
                        yield date(int(year), int(month), int(day))

    def _day(self, content_type: str, day: date, shown: Index | None, is_named: bool) -> Iterator[Finding]:
        """`shown` is the content type's index, by which the day `is_named`."""
        key = f"{published_prefix(content_type)}{day_path(day)}{INDEX}"
        if not is_named and self.store.size(key) is None:
            return  # its first pieces are being published
        index = self._read(key, DayIndex, _clear_day(content_type, day))
        if isinstance(index, Finding):
            yield index
            return
        if index.items:
            yield from self._wrong_pages(content_type, [f"{day_path(day)}{TABLE}"], _clear_day(content_type, day))
        items: dict[str, PublishedItem | None] = {}
        with daemon_threads(THREADS, "pieces") as threads:
            for piece in threads.map(lambda entry: self._piece(content_type, day, entry), index.items):
                self.looked.pieces += 1
                self.looked.files += piece.files
                self.looked.bytes += piece.bytes
                yield from piece.findings
                items[piece.slug] = piece.item
        if shown and (shown.days.get(day, 0) != len(index.items) or any(_disagreeing(day, items, index, shown))):
            yield from self._disagreement(content_type, day, items)

    def _disagreement(
        self, content_type: str, day: date, before: Mapping[str, PublishedItem | None]
    ) -> Iterator[Finding]:
        """What tells of the pieces of `day` is read again, the last written last: a publication may have come between.

        :param before: its pieces as they were read at first.
        """
        root = published_prefix(content_type)
        of_day, of_type = f"{root}{day_path(day)}{INDEX}", f"{root}{INDEX}"
        items = {slug: self._item(content_type, day, slug) for slug, item in before.items() if item is not None}
        index = self._read(of_day, DayIndex, _clear_day(content_type, day))
        shown = self._read(of_type, Index, _clear_any(content_type))
        if isinstance(index, Finding) or isinstance(shown, Finding):
            yield from (read for read in (index, shown) if isinstance(read, Finding))
            return
        for slug, is_of_day in _disagreeing(day, items, index, shown):
            item = items.get(slug)
            found = f"and the other files about `{slug}` of {day} do not agree"
            remedy = _clear(item.run) if item else _clear_day(content_type, day)
            yield Finding(self.store.domain.uri(of_day if is_of_day else of_type), found, remedy)
        counted = shown.days.get(day, 0)
        if counted != len(index.items):
            found = f"says that {day} has {counted} pieces, and the index of that day names {len(index.items)}"
            yield Finding(self.store.domain.uri(of_type), found, _clear_day(content_type, day))

    def _item(self, content_type: str, day: date, slug: str) -> PublishedItem | None:
        key = f"{published_prefix(content_type)}{piece_path(day, slug)}{ITEM}"
        read = self._read(key, PublishedItem, _clear_day(content_type, day))
        return None if isinstance(read, Finding) else read

    def _piece(self, content_type: str, day: date, entry: IndexEntry) -> VerifiedPiece:
        """One piece, as the index of `day` names it."""
        key = f"{published_prefix(content_type)}{piece_path(day, entry.slug)}{ITEM}"
        read = self._read(key, PublishedItem, _clear_day(content_type, day))
        if isinstance(read, Finding):  # whoever publishes it again reads its files too
            return VerifiedPiece(entry.slug, None, 0, 0, (read,))
        files = {piece.address(file): (piece, file) for piece in (entry, read) for file in piece.files}
        findings = [each for found in files.values() for each in self._file(content_type, *found, read.run)]
        return VerifiedPiece(
            entry.slug, read, len(files), sum(file.bytes for _, file in files.values()), tuple(findings)
        )

    def _file(self, content_type: str, piece: IndexEntry, file: PublishedFile, run: RunRef) -> list[Finding]:
        key = f"{published_prefix(content_type)}{piece.address(file)}"
        for _ in range(_READS):
            found = self.store.digest(key)
            if found is not None and found.sha256 == file.sha256:
                return []
        told = "is gone" if found is None else f"holds bytes with the digest {found.sha256} instead of {file.sha256}"
        uri = self.store.domain.uri(key)
        if not self.mends:
            if self.store.size(blob_key(file.sha256)) != file.bytes:
                remade = advice(self.store, file, run, forgets=False)
                return [Finding(uri, told, f"its blob is gone or has another size: {remade}")]
            span = f"--from {piece.day} --to {piece.day}"
            remedy = f"`atelier verify published {content_type} {span} --mend` restores it from its blob"
            return [Finding(uri, told, remedy)]
        done = mended(self.store, key, piece, file, run)
        return [Finding(uri, told, done.words, is_mended=done.is_mended)]

    def _wrong_pages(self, content_type: str, paths: list[str], remedy: str) -> Iterator[Finding]:
        """Those of what is made of the indexes that are not there, or not as they were written."""
        for path in paths:
            key = f"{published_prefix(content_type)}{path}"
            read = self._bytes(key, remedy)
            if isinstance(read, Finding):
                yield read
            elif not read:
                yield Finding(self.store.domain.uri(key), "is empty", remedy)

    def _bytes(self, key: str, remedy: str) -> bytes | Finding:
        """What lies under `key`, as it was written."""
        uri, body = self.store.domain.uri(key), io.BytesIO()
        for _ in range(_READS):
            body.seek(0)
            body.truncate()
            found = self.store.digest(key, body)
            if found is None:
                return Finding(uri, "is gone", remedy)
            if found.is_as_written:
                return body.getvalue()
        return Finding(uri, "does not hold the bytes that were written there", remedy)

    def _read(self, key: str, model: type[M], remedy: str) -> M | Finding:
        uri, body = self.store.domain.uri(key), self._bytes(key, remedy)
        if isinstance(body, Finding):
            return body
        try:
            return model_in(model, body, uri)
        except CorruptInput as error:
            return Finding(uri, f"{error}".removeprefix(f"{uri} "), remedy)


def _disagreeing(
    day: date, items: Mapping[str, PublishedItem | None], index: DayIndex, shown: Index
) -> Iterator[tuple[str, bool]]:
    """The slugs of which an index does not tell what the piece itself does, and whether it is that of the day."""
    of_day = {entry.slug: entry for entry in index.items}
    of_type = {entry.slug: entry for entry in shown.items if entry.day == day}
    for slug in {**of_day, **of_type}:
        item = items.get(slug)
        right = item.entry() if item else of_day.get(slug)
        if slug in of_day and of_day[slug] != right:
            yield slug, True
        if slug in of_type and of_type[slug] != right:
            yield slug, False


def _numbered(names: list[str], digits: int) -> list[str]:
    return [name for name in names if name.isascii() and name.isdecimal() and len(name) == digits]


def _clear(run: RunRef) -> str:
    return f"clear the task `{run.task_id}` of the run `{run.run_id}` of the DAG `{run.dag_id}`: that puts it right"


def _clear_day(content_type: str, day: date) -> str:
    return f"clear the task `publish` of the run that published {day} in the DAG `{content_type}`: that puts it right"


def _clear_any(content_type: str) -> str:
    return f"clear the task `publish` of the newest run of the DAG `{content_type}`: that makes it again"
