"""The interface of publishers, for publishing stages: takes a finished piece, and returns where it went.

Publishing is an effect: no earlier run has done it for this one, and any number of runs may do it at once (W10). So a
publisher finds what stands in its place already and writes only what differs; it shows people nothing before it is
whole, and hands on no byte that was not hashed on its way.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from include.contract.artifacts import Artifact
from include.contract.decisions import Decision
from include.contract.labels import PieceLabel
from include.contract.manifests import RunRef
from include.contract.published import Publication, PublishedFile, PublishedItem
from include.contract.publishing import Role
from include.contract.values import Closed
from include.store.store import Store


@dataclass(frozen=True)
class PieceFile:
    """One file of a piece."""

    path: str
    """Its readable name inside the piece's folder, as in `pictures/01-960.avif`."""
    role: Role
    artifact: Artifact
    """Its bytes in the store: digest, size, media type."""


@dataclass(frozen=True)
class Piece:
    """A finished piece."""

    slug: str
    """The id of its brief: small letters, digits and hyphens."""
    content_digest: str
    """Of all its files: another one is another version of the piece."""
    title: str
    summary: str
    """In short what it is; empty where its text does not say."""
    language: str
    params: Closed
    """The recipe's parameters for it, with what its brief says of them."""
    files: tuple[PieceFile, ...]
    """At least one of them has the role `main`."""
    label: PieceLabel | None = None
    """How it was made, and what it says of that."""
    decision: Decision | None = None
    """Who approved it, where someone was asked."""


@dataclass(frozen=True)
class Placed:
    """Where a piece was published."""

    address: str
    """Key in the store, or the full address of a place outside it."""
    is_new: bool
    """Whether anything had to be written."""


@dataclass(frozen=True)
class Assignment:
    """What the pieces of one request are published as, and by which run."""

    publication: Publication
    """The place, its title, the day, and the language of the whole."""
    run: RunRef
    slugs: tuple[str, ...]
    """Of all pieces that are asked for."""
    store: Store
    """The store with the bytes of the pieces."""
    producers: Mapping[str, str]
    """Digest of each output upstream to the id of the task that made it."""
    scratch: Path
    """A folder for work files."""

    def bring(self, file: PieceFile, path: Path) -> None:
        """Write the bytes of `file` to `path`, checked against their digest.

        :raises InputLost: they are gone; names the task that makes them again.
        """
        self.store.fetch_blob(file.artifact, path, self.producer(file.artifact))

    def producer(self, artifact: Artifact) -> str:
        """Id of the task that made `artifact`; empty if unknown."""
        return self.producers.get(artifact.sha256, "")

    def item(self, piece: Piece, guid: UUID, at: datetime) -> PublishedItem:
        """`piece` as its `item.json` when it is published for the first time.

        :param guid: its id for readers, whatever its version.
        """
        publication = self.publication
        return PublishedItem(
            content_type=publication.content_type,
            slug=piece.slug,
            day=publication.day,
            content_digest=piece.content_digest,
            title=piece.title,
            summary=piece.summary,
            language=piece.language,
            subtitles_in_picture=publication.subtitles_in_picture,
            label=piece.label,
            guid=guid,
            published_at=at,
            updated_at=at,
            files=tuple(_published(file) for file in piece.files),
            run=self.run,
            decision=piece.decision,
            no_label=publication.no_label,
        )


def _published(file: PieceFile) -> PublishedFile:
    artifact = file.artifact
    return PublishedFile(
        path=file.path,
        role=file.role,
        media_type=artifact.media_type,
        bytes=artifact.bytes,
        sha256=artifact.sha256,
    )


class Publisher(ABC):
    """Publishes the pieces of one request.

    `place` is called by several threads, for a piece each. If it raises `CorruptInput` or `RejectedContent`, only that
    piece fails; any other error fails the stage.
    """

    def __init__(self, assignment: Assignment) -> None:
        self.assignment = assignment

    def close(self) -> None:  # noqa: B027 - most publishers hold nothing that the process's end does not free
        """Release its resources."""

    def withdrawn(self, slug: str) -> str:
        """Why a piece is not published: who withdrew it; empty if nobody did."""
        return ""

    @abstractmethod
    def place(self, piece: Piece) -> Placed:
        """Put the complete `piece` where people find it.

        :raises PlaceAway: it cannot be put there now.
        :raises BadRequest: it can never be put there; says what to change.
        """

    def list_all(self, pieces: Sequence[Piece], tell: Callable[[str], None]) -> Mapping[str, str]:
        """List all these pieces, each of which is placed, in whatever lists pieces.

        :param tell: reports what is being done, in a word, to those who watch the stage.
        :return: the reason, by slug, for each piece that was withdrawn meanwhile.
        """
        return {}
