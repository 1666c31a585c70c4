"""Which pieces are withdrawn: they are published again only after somebody restores them."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime

from include.contract.errors import CorruptInput
from include.contract.keys import tombstone_path
from include.contract.parsing import model_in
from include.contract.published import Tombstone, TombstoneEvent, Word
from include.runtime.publishing.published_store import PublishedStore
from include.store.threads import THREADS, daemon_threads

log = logging.getLogger(__name__)

_FOLDER = "tombstones/"
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
_MOST_CHARACTERS = 2000


class Tombstones:
    """What was said about some slugs, as it was read."""

    def __init__(self, by_slug: Mapping[str, Tombstone]) -> None:
        self._by_slug = dict(by_slug)

    @classmethod
    def read(cls, published: PublishedStore, slugs: Iterable[str] | None = None) -> Tombstones:
        """The tombstones of `slugs`, or all if none are named: one listing, and one request for each tombstone."""
        wanted = None if slugs is None else set(slugs)
        found = (name.removesuffix(".json") for name in published.sizes(_FOLDER))
        there = [slug for slug in found if wanted is None or slug in wanted]
        if not there:
            return cls({})
        with daemon_threads(THREADS, "tombstones") as threads:
            return cls(dict(zip(there, threads.map(lambda slug: read_tombstone(published, slug), there), strict=True)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Tombstones) and self._by_slug == other._by_slug

    __hash__ = None  # type: ignore[assignment]

    def days(self) -> Iterator[tuple[str, date]]:
        """Each slug and day whose piece was taken out and is not restored."""
        for slug, tombstone in self._by_slug.items():
            for day in {day for word in tombstone.words for day in word.days}:
                if tombstone.withdrawn(day):
                    yield slug, day

    def withdrawn(self, slug: str, day: date) -> Word | None:
        """The word that withdrew a piece; None if it is not withdrawn."""
        found = self._by_slug.get(slug)
        return found.withdrawn(day) if found else None


def read_tombstone(published: PublishedStore, slug: str) -> Tombstone:
    """What was said about `slug`, if anything was."""
    stored = published.read(tombstone_path(slug))
    return tombstone_in(published, slug, stored.body if stored else None)


def tombstone_in(published: PublishedStore, slug: str, body: bytes | None) -> Tombstone:
    """The tombstone in `body`; one that cannot be read withdraws the slug until somebody restores it."""
    none_yet = Tombstone(content_type=published.content_type, slug=slug)
    if body is None:
        return none_yet
    try:
        return model_in(Tombstone, body, published.uri(tombstone_path(slug)))
    except CorruptInput as error:
        log.error("%s; whether `%s` may be shown is not known, so it is not", error, slug)
        lost = Word(event=TombstoneEvent.WITHDRAWN, by="somebody", at=_LONG_AGO, why=f"{error}"[:_MOST_CHARACTERS])
        return none_yet.with_word(lost)
