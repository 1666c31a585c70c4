"""Puts one piece in place: its files, then its `item.json`; nothing is written where it stands there already."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar
from uuid import NAMESPACE_URL, UUID, uuid5

from include.contract.artifacts import Artifact
from include.contract.decisions import piece_digest
from include.contract.errors import CorruptInput
from include.contract.keys import piece_path
from include.contract.labels import PieceLabel
from include.contract.parsing import model_in
from include.contract.planning import PlannedItem
from include.contract.published import ITEM, IndexEntry, Publication, PublishedFile, PublishedItem
from include.contract.publishing import LABEL, SCRIPT, TITLE, Role, file_ports, files_of, named_file, words_of
from include.contract.registry import recipe_named
from include.contract.requests import Order, StageRequest
from include.runtime.publishing.files import make_whole
from include.runtime.publishing.media import duration_s
from include.runtime.publishing.published_store import PublishedStore
from include.runtime.publishing.words import summary_of, title_of

log = logging.getLogger(__name__)

JSON_TYPE = "application/json"
_LEAST_LATER = timedelta(microseconds=1)
T = TypeVar("T")


@dataclass(frozen=True)
class Placed:
    """A piece as it stands in its place."""

    item: PublishedItem
    is_new: bool
    """Whether anything had to be written."""
    key: str
    """Of its `item.json`."""


class PieceWriter:
    """Places the pieces of one request. Thread-safe."""

    def __init__(
        self,
        request: StageRequest,
        publication: Publication,
        shelf: PublishedStore,
        producers: Mapping[str, str],
        told: Mapping[str, Sequence[IndexEntry]],
        threads: Executor,
        scratch: Path,
    ) -> None:
        self._request, self._publication, self._shelf = request, publication, shelf
        self._recipe = recipe_named(request.recipe)
        self._ports = tuple(file_ports(self._recipe))
        self._producers = producers
        """Digest of each output upstream to the task that made it."""
        self._told = told
        """What the indexes tell of pieces that are published already, by slug."""
        self._threads, self._scratch = threads, scratch
        self._now = datetime.now(UTC)

    def place(self, item: PlannedItem, order: Order) -> Placed:
        """Have the piece stand where readers find it.

        :raises InputLost: a blob is gone.
        :raises CorruptInput: what the piece is told by cannot be read, or its sound or film.
        """
        path = f"{piece_path(self._publication.day, item.brief)}{ITEM}"
        stored = self._shelf.look(path)
        before = self._read(path, stored.body if stored else None)
        wanted = self._wanted(item, order)
        key = f"{self._shelf.root}{path}"
        has_put_files = self._make_whole(item, wanted)
        wanted = self._lasting(before, wanted).model_copy(update={"duration_s": self._length_s(item, wanted, before)})
        if before is not None and before.says_the_same(wanted):
            return Placed(before, has_put_files, key)
        return Placed(self._written(path, wanted), True, key)

    def _wanted(self, item: PlannedItem, order: Order) -> PublishedItem:
        """The piece as it has to be."""
        language = str(order.params["language"])
        title, summary, label = self._words(item, language)
        return PublishedItem(
            content_type=self._publication.content_type,
            slug=item.brief,
            day=self._publication.day,
            content_digest=piece_digest(item),
            title=title,
            summary=summary,
            language=language,
            subtitles_in_picture=self._publication.subtitles_in_picture,
            label=label,
            guid=self._guid(item.brief),
            published_at=self._now,
            updated_at=self._now,
            files=tuple(self._files(item)),
            run=self._request.run,
            decision=order.decision,
            no_label=self._publication.no_label,
        )

    def _guid(self, slug: str) -> UUID:
        """That of a piece which is published at its address for the first time."""
        return uuid5(NAMESPACE_URL, self._shelf.uri(piece_path(self._publication.day, slug)))

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

    def _length_s(self, item: PlannedItem, wanted: PublishedItem, before: PublishedItem | None) -> float | None:
        """How long the piece is: as `before` says where it has the same files and no index says otherwise."""
        if before is not None and before.files == wanted.files:
            told = {entry.duration_s for entry in self._told.get(wanted.slug, ())}
            if told == {before.duration_s}:
                return before.duration_s
        return self._duration_s(item, wanted)

    def _files(self, item: PlannedItem) -> Iterator[PublishedFile]:
        for artifact in files_of(item):
            named = named_file(self._ports, artifact.name)
            if named is None:
                raise AssertionError(f"`{self._recipe.name}` has no port `{artifact.name}`, by which it was read")
            yield PublishedFile(
                path=named[1],
                role=named[0].role,
                media_type=artifact.media_type,
                bytes=artifact.bytes,
                sha256=artifact.sha256,
            )

    def _words(self, item: PlannedItem, language: str) -> tuple[str, str, PieceLabel | None]:
        """Title, summary, and the label if the recipe gave one."""
        words = {
            name: self._shelf.read_blob(artifact.sha256, f"input `{name}`", self._producer(artifact))
            for name, artifact in words_of(item).items()
        }
        label = model_in(PieceLabel, words[LABEL], "output `label`") if LABEL in words else None
        return title_of(words[TITLE], language), summary_of(words[SCRIPT], self._recipe.summary, language), label

    def _make_whole(self, item: PlannedItem, wanted: PublishedItem) -> bool:
        """Have all files of the piece in their place; whether any had to be put there."""
        artifacts = {file.path: artifact for artifact, file in zip(files_of(item), wanted.files, strict=True)}

        def put(file: PublishedFile) -> None:
            artifact, producer = artifacts[file.path], self._producer(artifacts[file.path])
            path, disposition = wanted.address(file), wanted.disposition(file)
            self._shelf.put(artifact, path, disposition, scratch=self._scratch, producer=producer)

        return make_whole(self._shelf, wanted, self._threads, put)

    def _producer(self, artifact: Artifact) -> str:
        """Id of the task that made `artifact`; empty where that is not known."""
        return self._producers.get(artifact.sha256, "")

    def _duration_s(self, item: PlannedItem, wanted: PublishedItem) -> float | None:
        """Of the piece itself, where it is sound or film."""
        main = wanted.files_of(Role.MAIN)[0]
        if main.media_type.partition("/")[0] not in ("audio", "video"):
            return None
        artifact = next(artifact for artifact in files_of(item) if artifact.sha256 == main.sha256)
        with self._shelf.opened(artifact) as media:
            return duration_s(media, artifact.name)

    def _written(self, path: str, wanted: PublishedItem) -> PublishedItem:
        """Write `item.json`; the piece as it then stands there."""
        written = [wanted]

        def make(body: bytes | None) -> bytes:
            before = self._read(path, body)
            written.append(_after(before, self._lasting(before, wanted)))
            return written[-1].model_dump_json().encode()

        self._shelf.change(path, JSON_TYPE, make)
        log.info("published %s", self._shelf.uri(path))
        return written[-1]

    def _read(self, path: str, body: bytes | None) -> PublishedItem | None:
        """The piece in `body`; one that cannot be read is written anew."""
        try:
            return None if body is None else model_in(PublishedItem, body, self._shelf.uri(path))
        except CorruptInput as error:
            log.warning("%s; it is written anew", error)
            return None


def _after(before: PublishedItem | None, wanted: PublishedItem) -> PublishedItem:
    """`wanted` as a later version than what lies there."""
    if before is None:
        return wanted
    return wanted.model_copy(update={"updated_at": max(wanted.updated_at, before.updated_at + _LEAST_LATER)})


def _most_told(values: Sequence[T]) -> T:
    """The value that comes most often; of several such the first."""
    return Counter(values).most_common(1)[0][0]
