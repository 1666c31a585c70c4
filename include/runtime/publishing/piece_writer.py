"""Puts one piece in place: its files, then its `item.json`; writes nothing if it is there already."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from datetime import UTC, datetime
from typing import TypeVar
from uuid import NAMESPACE_URL, UUID, uuid5

from include.contract.keys import piece_path
from include.contract.published import ITEM, IndexEntry, PublishedFile, PublishedItem
from include.runtime.publisher import Assignment, Piece, Placed
from include.runtime.publishing.files import make_whole
from include.runtime.publishing.item_versions import item_in, length_s, updated_after
from include.runtime.publishing.published_store import PublishedStore

log = logging.getLogger(__name__)

JSON_TYPE = "application/json"
T = TypeVar("T")


class PieceWriter:
    """Places the pieces of one request. Thread-safe."""

    def __init__(
        self,
        assignment: Assignment,
        published: PublishedStore,
        told: Mapping[str, Sequence[IndexEntry]],
        threads: Executor,
    ) -> None:
        self._assignment, self._published = assignment, published
        self._told = told
        """What the indexes tell of pieces that are published already, by slug."""
        self._threads = threads
        self._now = datetime.now(UTC)

    def place(self, piece: Piece) -> tuple[PublishedItem, Placed]:
        """Put the piece where readers find it; returns it as published.

        :raises InputLost: a blob is gone.
        :raises CorruptInput: its sound or film cannot be read.
        """
        day = self._assignment.publication.day
        path = f"{piece_path(day, piece.slug)}{ITEM}"
        stored = self._published.read(path)
        before = self._read(path, stored.body if stored else None)
        wanted = self._assignment.item(piece, self._guid(piece.slug), self._now)
        key = f"{self._published.root}{path}"
        has_put_files = self._make_whole(piece, wanted)
        wanted = self._lasting(before, wanted).model_copy(update={"duration_s": self._length_s(piece, wanted, before)})
        if before is not None and before.says_the_same(wanted):
            return before, Placed(key, has_put_files)
        return self._written(path, wanted), Placed(key, is_new=True)

    def _guid(self, slug: str) -> UUID:
        """That of a piece which is published at its address for the first time."""
        return uuid5(NAMESPACE_URL, self._published.uri(piece_path(self._assignment.publication.day, slug)))

    def _lasting(self, before: PublishedItem | None, wanted: PublishedItem) -> PublishedItem:
        """`wanted` with what stays the same in every version of a piece: its guid and first moment.

        Both stand in `item.json` and in the indexes, and publishing again copies them from the former to the latter.
        So the value that most of them have is taken: damage to one is outvoted by the two others. The address has a
        say in the guid, and not the only one: a bucket that was copied under another name keeps its guids.
        """
        present: list[IndexEntry] = [*([before] if before else []), *self._told.get(wanted.slug, ())]
        guid = _most_told([self._guid(wanted.slug), *(entry.guid for entry in present)])
        published_at = _most_told([entry.published_at for entry in present] or [wanted.published_at])
        return wanted.model_copy(update={"guid": guid, "published_at": published_at})

    def _length_s(self, piece: Piece, wanted: PublishedItem, before: PublishedItem | None) -> float | None:
        """How long the piece is: as `before` says where it has the same files and no index says otherwise."""
        if before is not None and before.files == wanted.files:
            told = {entry.duration_s for entry in self._told.get(wanted.slug, ())}
            if told == {before.duration_s}:
                return before.duration_s
        return length_s(piece, lambda file: self._published.store.open_blob(file.artifact))

    def _make_whole(self, piece: Piece, wanted: PublishedItem) -> bool:
        """Have all files of the piece in their place; whether any had to be put there."""
        artifacts = {file.path: file.artifact for file in piece.files}

        def put(file: PublishedFile) -> None:
            artifact, scratch = artifacts[file.path], self._assignment.scratch
            path, disposition = wanted.address(file), wanted.disposition(file)
            self._published.put(
                artifact, path, disposition, scratch=scratch, producer=self._assignment.producer(artifact)
            )

        return make_whole(self._published, wanted, self._threads, put)

    def _written(self, path: str, wanted: PublishedItem) -> PublishedItem:
        """Write `item.json`; the piece as it then stands there."""
        written = [wanted]

        def make(body: bytes | None) -> bytes:
            before = self._read(path, body)
            written.append(_after(before, self._lasting(before, wanted)))
            return written[-1].model_dump_json().encode()

        self._published.update(path, JSON_TYPE, make)
        log.info("published %s", self._published.uri(path))
        return written[-1]

    def _read(self, path: str, body: bytes | None) -> PublishedItem | None:
        """The piece in `body`, which lies at `path`."""
        return item_in(body, self._published.uri(path))


def _after(before: PublishedItem | None, wanted: PublishedItem) -> PublishedItem:
    """`wanted` as a later version than what lies there."""
    if before is None:
        return wanted
    return wanted.model_copy(update={"updated_at": updated_after(before, wanted)})


def _most_told(values: Sequence[T]) -> T:
    """The value that comes most often; of several such the first."""
    return Counter(values).most_common(1)[0][0]
