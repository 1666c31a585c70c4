"""Indexes that were lost, or cannot be read, from what they named: the pieces themselves."""

from __future__ import annotations

import logging
import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date

from include.contract.errors import CorruptInput
from include.contract.keys import day_path, piece_path
from include.contract.parsing import model_in
from include.contract.published import INDEX, ITEM, DayIndex, Entry, Item
from include.runtime.publishing.shelf import Shelf
from include.runtime.publishing.tombstones import Tombstones
from include.runtime.store import THREADS

log = logging.getLogger(__name__)

_DAY = re.compile(rf"^([0-9]{{4}})/([0-9]{{2}})/([0-9]{{2}})/{re.escape(INDEX)}$")


def collected_day(shelf: Shelf, day: date) -> DayIndex:
    """The pieces of one day that are not withdrawn, in no order, as each tells of itself."""
    paths = (path.split("/") for path in shelf.sizes(day_path(day)))
    slugs = [folder[0] for folder in paths if folder[1:] == [ITEM]]
    tombstones = Tombstones.read(shelf, slugs)
    with ThreadPoolExecutor(THREADS) as threads:
        found = threads.map(lambda slug: _entry(shelf, slug, day), slugs)
        return DayIndex(day=day, items=tuple(e for e in found if e and not tombstones.withdrawn(e.slug, day)))


def days_with_index(shelf: Shelf) -> list[date]:
    """The days that have an index of their own."""
    days = []
    for found in filter(None, map(_DAY.match, shelf.sizes(""))):
        with suppress(ValueError):  # a folder that is no day's
            days.append(date(*map(int, found.groups())))
    return days


def _entry(shelf: Shelf, slug: str, day: date) -> Entry | None:
    path = f"{piece_path(day, slug)}{ITEM}"
    stored = shelf.look(path)
    try:
        return model_in(Item, stored.body, shelf.uri(path)).entry() if stored else None
    except CorruptInput as error:
        log.warning("%s; it is left out until it is published again", error)
        return None
