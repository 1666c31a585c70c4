"""What a run makes: its briefs, checked and complete, with their files as blobs; and what was refused (I9)."""

from __future__ import annotations

import gzip
from datetime import date
from typing import Annotated

from pydantic import Field

from include.contract.artifacts import Artifact
from include.contract.brief import Brief
from include.contract.errors import BadRequest
from include.contract.parsing import model_in, unpacked
from include.contract.values import Closed

BRIEFS = "briefs"
"""Name of the blob."""
MAX_ENTRIES_BYTES = 2**25
"""Bytes of a run's entries, unpacked: some 60,000 products, or 250 films of 40 scenes with all their text."""
_WHAT = "the briefs of a run"


class Entry(Closed):
    """One brief and the files it refers to."""

    brief: Brief
    files: tuple[Artifact, ...] = ()
    music: str = ""
    """The brief's name for the music in `files`."""


class Entries(Closed):
    """All that the first task of a run hands on."""

    day: date
    """The day under which the run's pieces are published."""
    entries: tuple[Entry, ...]
    mistakes: tuple[str, ...] = ()
    """One line for each row of the source that makes no brief: where, what was found, what is allowed."""
    left_out: Annotated[str, Field(exclude_if=lambda why: not why)] = ""
    """How many further rows the run does not make, and why; empty if it makes all."""


def pack_entries(entries: Entries) -> bytes:
    """Gzipped JSON; the same entries give the same bytes.

    :raises BadRequest: there are too many for one run.
    """
    body = entries.model_dump_json().encode()
    if len(body) > MAX_ENTRIES_BYTES:
        raise BadRequest(
            f"the {len(entries.entries)} briefs of this run have {len(body)} bytes; allowed: {MAX_ENTRIES_BYTES}. "
            "Split them over several runs"
        )
    return gzip.compress(body, mtime=0)


def unpack_entries(body: bytes) -> Entries:
    """What `pack_entries` packed.

    :raises CorruptInput: it is something else.
    """
    return model_in(Entries, unpacked(body, MAX_ENTRIES_BYTES, _WHAT), _WHAT)
