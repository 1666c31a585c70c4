"""What lies in a folder, by listing it where that is cheaper than asking for each key."""

from __future__ import annotations

from include.store.store import Store

MIN_LOOKUPS = 200
"""Fewer keys are simply asked for."""
LISTED_PER_LOOKUP = 5
"""A request lists a thousand objects and takes as long as some fifteen look-ups."""


def keys_below(store: Store, folder: str, lookups: int) -> frozenset[str] | None:
    """The keys of all that lies below `folder`; None where to list them is not worth it.

    :param lookups: how many keys would be asked for otherwise.
    """
    if lookups < MIN_LOOKUPS:
        return None
    most = LISTED_PER_LOOKUP * lookups
    listed = store.listed(folder, most + 1)
    return None if len(listed) > most else frozenset(each.key for each in listed)
