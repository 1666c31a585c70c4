"""The built-in publisher: pieces under `published/` in the store, with indexes, table, feed and gallery."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from include.contract.params import PublishPodcastParams
from include.contract.published import Channel, IndexEntry, Publication, Word
from include.contract.values import Closed
from include.runtime.publisher import Assignment, Piece, Placed, Publisher
from include.runtime.publishing.indexes import list_pieces, told_of
from include.runtime.publishing.piece_writer import PieceWriter
from include.runtime.publishing.published_store import PublishedStore
from include.runtime.publishing.tombstones import Tombstones
from include.store.threads import THREADS


class StorePublisher(Publisher):
    """Places pieces, the files of each in parallel, and then lists them in the indexes."""

    def __init__(self, assignment: Assignment) -> None:
        super().__init__(assignment)
        publication = assignment.publication
        self._published = PublishedStore(assignment.store, publication.content_type)
        self._tombstones = Tombstones.read(self._published, assignment.slugs)
        self._entries: dict[str, IndexEntry] = {}
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="file")
        told = told_of(self._published, publication.day)
        self._writer = PieceWriter(assignment, self._published, told, self._threads)

    def close(self) -> None:
        """End its threads."""
        self._threads.shutdown()

    def withdrawn(self, slug: str) -> str:
        """Who withdrew the piece, and how to restore it."""
        word = self._tombstones.withdrawn(slug, self.assignment.publication.day)
        return self._told(slug, word) if word else ""

    def place(self, piece: Piece) -> Placed:
        """Write its files, then its `item.json`."""
        item, placed = self._writer.place(piece)
        self._entries[piece.slug] = item.entry()
        return placed

    def list_all(self, pieces: Sequence[Piece], tell: Callable[[str], None]) -> Mapping[str, str]:
        """List the pieces in every index."""
        tell("listing")
        publication = self.assignment.publication
        channel = channel_of(publication, pieces[0].params)
        tombstones = list_pieces(self._published, [self._entries[piece.slug] for piece in pieces], channel=channel)
        words = {piece.slug: tombstones.withdrawn(piece.slug, publication.day) for piece in pieces}
        return {slug: self._told(slug, word) for slug, word in words.items() if word}

    def _told(self, slug: str, word: Word) -> str:
        return f"it was {word.told()}; restore `{slug}` of `{self.assignment.publication.content_type}` first"


def channel_of(publication: Publication, params: Closed) -> Channel:
    """What feed and gallery say about the content type.

    :param params: the recipe's, from any of the pieces.
    """
    facts = publication.of_channel
    if isinstance(params, PublishPodcastParams):
        facts |= params.model_dump(exclude={"language"}) | {"is_podcast": True}
    return Channel(**facts)
