"""What is in a folder, by listing it if that is cheaper than looking up each key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice

from include.store.store import Store
from include.store.stored import Listed

MIN_LOOKUPS = 200
"""Fewer keys are simply looked up."""
LISTED_PER_LOOKUP = 8
"""A request lists a thousand objects and takes as long as some hundred look-ups, many at a time."""
_PAGE = 1000
_MARGIN = 1.1
"""By how much a guess from a thousand names may be off."""
_DIGITS = 8
"""Hexadecimal ones of a name that tell how far a listing has come."""


def sizes_below(store: Store, folder: str, lookups: int) -> Mapping[str, int] | None:
    """All keys below `folder`, with sizes in bytes; None if listing them is not worth it.

    :param folder: of objects that are named by digests, such as `v1/blobs/`.
    :param lookups: how many keys would be looked up otherwise.
    """
    if lookups < MIN_LOOKUPS:
        return None
    most = LISTED_PER_LOOKUP * lookups
    objects = store.each_listed(folder)
    listed = list(islice(objects, _PAGE))
    if len(listed) == _PAGE:
        if _total(listed) > _MARGIN * most:
            return None
        listed += islice(objects, most + 1 - _PAGE)
    return None if len(listed) > most else {each.key: each.bytes for each in listed}


def _total(first: Sequence[Listed]) -> float:
    """How many objects there are, by how far the first of them reach: digests are spread evenly."""
    digits = first[-1].key.rpartition("/")[2][:_DIGITS]
    return len(first) * (1 << 4 * _DIGITS) / (int(digits, 16) + 1)
