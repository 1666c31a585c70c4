"""What a run makes: its briefs, checked and complete, with their files as blobs; what was refused beside them (I9)."""

from __future__ import annotations

import gzip
from datetime import date

from include.contract.artifacts import Artifact
from include.contract.brief import Brief
from include.contract.values import Closed

BRIEFS = "briefs"
"""Name of the blob."""


class Entry(Closed):
    """One brief and the files it refers to."""

    brief: Brief
    files: tuple[Artifact, ...] = ()
    music: str = ""
    """What the brief calls the music that is in `files`."""


class Entries(Closed):
    """All that the first task of a run hands on."""

    day: date
    """Under which the run's pieces are published."""
    entries: tuple[Entry, ...]
    mistakes: tuple[str, ...] = ()
    """One line for each row of the source that makes no brief: where, what was found, what is allowed."""


def pack_entries(entries: Entries) -> bytes:
    """Gzipped JSON; the same entries give the same bytes."""
    return gzip.compress(entries.model_dump_json().encode(), mtime=0)


def unpack_entries(body: bytes) -> Entries:
    """What `pack_entries` packed."""
    return Entries.model_validate_json(gzip.decompress(body))
