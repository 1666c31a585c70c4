"""What lists the pieces: each day's index, the place's index, and table, feed and gallery made from them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import partial
from typing import TypeVar

from pydantic import BaseModel

from include.contract.errors import CorruptInput
from include.contract.keys import day_path
from include.contract.parsing import model_in
from include.contract.published import FEED, GALLERY, INDEX, NEWEST, TABLE, Channel, DayIndex, Index, IndexEntry
from include.runtime.publishing.collecting import collected_day, days_there, piece_now
from include.runtime.publishing.feed import feed_of
from include.runtime.publishing.gallery import gallery_of
from include.runtime.publishing.piece_writer import JSON_TYPE
from include.runtime.publishing.published_store import PublishedStore
from include.runtime.publishing.table import PARQUET_TYPE, table_of
from include.runtime.publishing.tombstones import Tombstones

log = logging.getLogger(__name__)
Model = TypeVar("Model", bound=BaseModel)

FEED_TYPE = "application/rss+xml"
HTML_TYPE = "text/html"
_ANEW = "publish again, which makes it again"


def list_pieces(
    published: PublishedStore,
    entries: Sequence[IndexEntry],
    *,
    channel: Channel | None = None,
    days: Sequence[date] = (),
    slugs: Sequence[str] = (),
) -> Tombstones:
    """List `entries` in every index, and nothing that is withdrawn; writes only what changes.

    :param channel: what the content type says about itself; default: unchanged.
    :param days: days to check besides those of `entries`.
    :param slugs: slugs that may be withdrawn, besides those of `entries`.
    :return: what was found to be withdrawn.
    """
    wanted = sorted({entry.day for entry in entries} | set(days))
    own = {entry.slug for entry in entries} | set(slugs)
    tombstones = Tombstones.read(published, own)
    while True:
        for day in wanted:
            _list_in_day(published, day, [entry for entry in entries if entry.day == day], tombstones)
        _list_in_index(published, channel, wanted)
        # Who withdraws a piece writes its tombstone first: either it is seen here, or the index was seen there.
        before, tombstones = tombstones, Tombstones.read(published, own)
        if tombstones == before:
            break
    for day in wanted:
        published.update(f"{day_path(day)}{TABLE}", PARQUET_TYPE, partial(_table, published, day))
    _make_feed(published, is_publishing=channel is not None)
    published.update(GALLERY, HTML_TYPE, lambda _: gallery_of(read_index(published)))
    return tombstones


def read_index(published: PublishedStore) -> Index:
    """The place's index.

    :raises CorruptInput: there is none, or it cannot be read.
    """
    stored = published.read(INDEX)
    if stored is None:
        raise CorruptInput(f"{published.uri(INDEX)} is gone; {_ANEW}")
    try:
        return model_in(Index, stored.body, published.uri(INDEX))
    except CorruptInput as error:
        raise CorruptInput(f"{error}; {_ANEW}") from error


def read_day(published: PublishedStore, day: date) -> DayIndex:
    """The index of one day; empty if there is none, collected from its pieces if it cannot be read."""
    stored = published.read(f"{day_path(day)}{INDEX}")
    if stored is None:
        return DayIndex(day=day)
    return _known(published, f"{day_path(day)}{INDEX}", DayIndex, stored.body) or collected_day(published, day)


def told_of(published: PublishedStore, day: date) -> dict[str, list[IndexEntry]]:
    """What the indexes say about each piece of `day`, by slug: the day's index, and the place's if it lists it."""
    stored = published.read(INDEX)
    index = _known(published, INDEX, Index, stored.body if stored else None)
    stored = published.read(f"{day_path(day)}{INDEX}")
    of_day = _known(published, f"{day_path(day)}{INDEX}", DayIndex, stored.body if stored else None)
    told: dict[str, list[IndexEntry]] = {}
    for entry in (*(of_day.items if of_day else ()), *(index.items if index else ())):
        if entry.day == day:
            told.setdefault(entry.slug, []).append(entry)
    return told


def _list_in_day(published: PublishedStore, day: date, entries: Sequence[IndexEntry], tombstones: Tombstones) -> None:
    path = f"{day_path(day)}{INDEX}"

    def make(body: bytes | None) -> bytes | None:
        known = _known(published, path, DayIndex, body)
        is_new = body is None and not _is_named(published, day)
        old = known or (DayIndex(day=day) if is_new else collected_day(published, day))
        items = {entry.slug: entry for entry in old.items}
        for entry in entries:
            present = items.get(entry.slug)
            # A later moment alone may be damage: whether somebody has published since then, the piece itself tells.
            is_later = present is not None and present.updated_at > entry.updated_at
            items[entry.slug] = (piece_now(published, entry.slug, day) if is_later else None) or entry
        there = set(published.folders(day_path(day)))  # after the index: what that names was there before
        kept = [e for e in items.values() if e.slug in there and not tombstones.withdrawn(e.slug, day)]
        new = DayIndex(day=day, items=tuple(newest_first(kept)))
        return None if new == known else new.model_dump_json().encode()

    published.update(path, JSON_TYPE, make)


def _list_in_index(published: PublishedStore, channel: Channel | None, days: Sequence[date]) -> None:
    """Bring the content type's index up to date with these days, whose indexes are read after its own ETag.

    A day that it names and that is not there, or the other way round, is looked at too.
    """

    def make(body: bytes | None) -> bytes | None:
        old = _known(published, INDEX, Index, body)
        shown = channel or (old.channel if old else None)
        if shown is None:
            raise CorruptInput(f"{published.uri(INDEX)} is gone, or cannot be read; {_ANEW}")
        named = set(old.days) if old else set()
        fresh = {day: read_day(published, day).items for day in {*days, *(named ^ days_there(published))}}
        counts = {**(old.days if old else {}), **{day: len(items) for day, items in fresh.items()}}
        counts = {day: counts[day] for day in sorted(counts, reverse=True) if counts[day]}
        items = _newest(counts, fresh, old.items if old else (), lambda day: read_day(published, day).items)
        new = Index(channel=shown, updated_at=datetime.now(UTC), items=items, days=counts)
        is_same = old is not None and new.model_copy(update={"updated_at": old.updated_at}) == old
        return None if is_same else new.model_dump_json().encode()

    published.update(INDEX, JSON_TYPE, make)


def _newest(
    counts: Mapping[date, int],
    fresh: Mapping[date, Sequence[IndexEntry]],
    known: Sequence[IndexEntry],
    read: Callable[[date], Sequence[IndexEntry]],
) -> tuple[IndexEntry, ...]:
    """The newest pieces of all days; only a day that is neither `fresh` nor wholly `known` is read."""
    newest: list[IndexEntry] = []
    for day, count in counts.items():
        if len(newest) >= NEWEST:
            break
        of_day: Sequence[IndexEntry] = fresh.get(day) or [entry for entry in known if entry.day == day]
        missing = min(count, NEWEST - len(newest)) - len(of_day)
        newest += read(day) if missing > 0 else of_day
    return tuple(newest[:NEWEST])


def newest_first(entries: Sequence[IndexEntry]) -> list[IndexEntry]:
    """`entries` in the order for readers; those published at the same time are sorted by name."""
    by_name = sorted(entries, key=lambda entry: entry.slug)
    return sorted(by_name, key=lambda entry: (entry.day, entry.published_at), reverse=True)


def _table(published: PublishedStore, day: date, _: bytes | None) -> bytes:
    return table_of(read_day(published, day), read_index(published).channel)


def _make_feed(published: PublishedStore, *, is_publishing: bool) -> None:
    if read_index(published).channel.public_url:
        published.update(FEED, FEED_TYPE, lambda _: feed_of(read_index(published)))
    elif published.read(FEED) is not None:
        log.warning(
            "%s is left as it was, and may name what is no longer there: there is no public address for its links; "
            "set `public_url` where this is deployed and publish again, or delete it",
            published.uri(FEED),
        )
    elif is_publishing:
        log.warning(
            "%s: no feed is written: its links would have to be complete, and there is no public address; set "
            "`public_url` where this is deployed",
            published.uri(FEED),
        )


def _is_named(published: PublishedStore, day: date) -> bool:
    """Whether the content type's index says that `day` has pieces, or might."""
    stored = published.read(INDEX)
    if stored is None:
        return False
    index = _known(published, INDEX, Index, stored.body)
    return index is None or day in index.days


def _known(published: PublishedStore, path: str, model: type[Model], body: bytes | None) -> Model | None:
    """What `body` tells; None where there is none, or it cannot be read."""
    try:
        return None if body is None else model_in(model, body, published.uri(path))
    except CorruptInput as error:
        log.warning("%s; it is made again", error)
        return None
