"""What runs have read and told of a feed, so that a flaw is told once: no run is red for what nobody here can mend.

An item without a date lies in the time of no run, and every run finds it. It is told by the run that finds it first,
whenever that one is done again too; scheduled, triggered and backfilled runs alike pass over what another has told.
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
"""Flaws of one feed that are remembered, the latest: one that comes back after that many others is told again."""

BETWEEN = "/"


def bounds_of(time: str) -> tuple[datetime, datetime]:
    """From when on, and until before when.

    :raises ValueError: it is no such time.
    """
    since, until = map(datetime.fromisoformat, time.split(BETWEEN))
    if since.utcoffset() is None or until.utcoffset() is None:
        raise ValueError(f"`{time}` has no offset from UTC")
    return since, until


def _checked(time: str) -> str:
    bounds_of(time)
    return time


Time = Annotated[str, AfterValidator(_checked)]
"""From a moment on until before another, as ISO 8601 writes intervals."""

log = logging.getLogger(__name__)


class ToldFlaws(Open):
    """What runs have told of one feed."""

    runs: Mapping[str, str] = {}
    """By a flaw's digest, the run that tells of it; the latest last."""
    times: Mapping[Time, Mapping[str, str]] = {}
    """By a time for which a run has read the feed, `since/until`, the ids of its items; with each that came late, the
    run that makes it."""

    @classmethod
    def read(cls, body: bytes | None) -> ToldFlaws:
        """What lies in the store; nothing told where that cannot be read."""
        try:
            return model_in(cls, body, "what was told of a feed") if body else cls()
        except CorruptInput:
            return cls()

    def with_(self, **changed: Mapping[str, Any]) -> bytes:
        """The bytes that lie in the store after this."""
        return str(self.model_copy(update=changed).model_dump_json()).encode()


def told_once(found: SourceRows, run_id: str, notes: SourceNotes) -> SourceRows:
    """`found` without the lasting mistakes that other runs have told of; those that are left are told by `run_id`.

    :param notes: what runs have told of the feed.
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
