"""What runs have read of a feed and reported about it, so that no run fails again for what nobody here can fix.

An item without a date belongs to no run, and every run finds it. The run that finds it first reports it, also when it
is repeated; all other runs, scheduled, manual or backfilled, skip it.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any

from pydantic import AfterValidator

from include.contract.errors import CorruptInput
from include.contract.parsing import model_in
from include.contract.source import SourceNotes
from include.contract.source_rows import SourceRows
from include.contract.values import Open

MAX_TOLD = 5000
"""The latest flaws of one feed that are remembered: one that returns after that many others is reported again."""

BETWEEN = "/"


def bounds_of(time: str) -> tuple[datetime, datetime]:
    """Start and end of an interval; the end is not part of it.

    :raises ValueError: it is not an interval.
    """
    since, until = map(datetime.fromisoformat, time.split(BETWEEN))
    if since.utcoffset() is None or until.utcoffset() is None:
        raise ValueError(f"`{time}` has no offset from UTC")
    return since, until


def _checked(time: str) -> str:
    bounds_of(time)
    return time


Time = Annotated[str, AfterValidator(_checked)]
"""An interval, as ISO 8601 writes it; its end is not part of it."""

log = logging.getLogger(__name__)


class ToldFlaws(Open):
    """What runs have read of one feed and reported about it."""

    runs: Mapping[str, str] = {}
    """A flaw's digest to the run that reports it; the latest last."""
    times: Mapping[Time, Mapping[str, str]] = {}
    """Interval for which a run has read the feed, `since/until`, to the ids of its items; with each late one, the
    run that makes it."""

    @classmethod
    def read(cls, body: bytes | None) -> ToldFlaws:
        """The notes in the store; none if they cannot be read."""
        try:
            return model_in(cls, body, "what was told of a feed") if body else cls()
        except CorruptInput:
            return cls()

    def with_(self, **changed: Mapping[str, Any]) -> bytes:
        """The bytes to store after these changes."""
        return str(self.model_copy(update=changed).model_dump_json()).encode()


def told_once(found: SourceRows, run_id: str, notes: SourceNotes) -> SourceRows:
    """`found` without the lasting mistakes that other runs have reported; `run_id` reports the rest.

    :param notes: what runs have reported about the feed.
    """
    lasting = [mistake.lasting for mistake in found.mistakes if mistake.lasting]
    if not lasting:
        return found
    tells: dict[str, str] = {}

    def with_ours(body: bytes | None) -> bytes:
        told = ToldFlaws.read(body)
        before = told.runs
        tells.update({digest: before.get(digest, run_id) for digest in lasting})
        after = {**before, **tells}
        return told.with_(runs=dict(list(after.items())[-MAX_TOLD:]))

    notes.change(with_ours)
    others = {tells[digest] for digest in lasting} - {run_id}
    if others:
        count = sum(tells[digest] != run_id for digest in lasting)
        log.info("Not reported again: %d of the feed's items, reported by %s", count, ", ".join(sorted(others)[:5]))
    kept = (each for each in found.mistakes if not each.lasting or tells[each.lasting] == run_id)
    return replace(found, mistakes=tuple(kept))
