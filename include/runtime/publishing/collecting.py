"""What the indexes have to list, from what is published: days and pieces."""

from __future__ import annotations

import logging
from contextlib import suppress
from datetime import date

from include.contract.errors import CorruptInput
from include.contract.keys import day_path, piece_path
from include.contract.parsing import model_in
from include.contract.published import ITEM, DayIndex, IndexEntry, PublishedItem
from include.runtime.publishing.published_store import PublishedStore
from include.runtime.publishing.tombstones import Tombstones
from include.store.threads import THREADS, daemon_threads

log = logging.getLogger(__name__)


def collected_day(published: PublishedStore, day: date) -> DayIndex:
    """The pieces of one day that are not withdrawn, from their own `item.json`, in no order."""
    paths = (path.split("/") for path in published.sizes(day_path(day)))
    slugs = [folder[0] for folder in paths if folder[1:] == [ITEM]]
    tombstones = Tombstones.read(published, slugs)
    with daemon_threads(THREADS, "pieces") as threads:
        found = threads.map(lambda slug: piece_now(published, slug, day), slugs)
        return DayIndex(day=day, items=tuple(e for e in found if e and not tombstones.withdrawn(e.slug, day)))


def days_there(published: PublishedStore) -> set[date]:
    """The days that have a folder; its first pieces may still be in progress, and its index missing."""
    years = [f"{year}/" for year in _numbered(published.folders(""), 4)]
    with daemon_threads(THREADS, "pieces") as threads:
        by_year = threads.map(
            lambda year: [f"{year}{month}/" for month in _numbered(published.folders(year), 2)], years
        )
        months = [month for found in by_year for month in found]
        by_month = threads.map(
            lambda month: [f"{month}{day}" for day in _numbered(published.folders(month), 2)], months
        )
        paths = [path for found in by_month for path in found]
    days = set()
    for path in paths:
        with suppress(ValueError):  # a folder that is no day's
            days.add(date(*map(int, path.split("/"))))
    return days


def piece_now(published: PublishedStore, slug: str, day: date) -> IndexEntry | None:
    """The piece in its `item.json` right now; None if there is none, or it cannot be read."""
    path = f"{piece_path(day, slug)}{ITEM}"
    stored = published.read(path)
    try:
        return model_in(PublishedItem, stored.body, published.uri(path)).entry() if stored else None
    except CorruptInput as error:
        log.warning("%s; it is left out until it is published again", error)
        return None


def _numbered(names: list[str], digits: int) -> list[str]:
    return [name for name in names if name.isascii() and name.isdecimal() and len(name) == digits]
