"""What people decided about a piece before it is published: append-only, and tied to the content they saw (W10)."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterable
from datetime import UTC
from enum import StrEnum
from typing import Annotated

from pydantic import AwareDatetime, Field

from include.contract.fingerprint import content_digest
from include.contract.keys import decision_key
from include.contract.manifests import RunRef
from include.contract.parsing import model_in, unpacked_lines
from include.contract.planning import PlannedItem
from include.contract.values import FORMAT, Name, Open, OrLater, Sha256, Slug

MAX_DECISION_BYTES = 2**15
MAX_COLLECTED_BYTES = 2**25
"""Bytes of a run's decisions, unpacked."""
TIMEOUT = "timeout"
"""The value of `by` if nobody answered in time."""


class Verdict(StrEnum):
    """What was decided."""

    APPROVED = "approved"
    REJECTED = "rejected"
    REMADE = "remade"
    """Another take is made by a run of its own; this one is not published."""


class Decision(Open):
    """Who decided what, when, about which content."""

    format: int = FORMAT
    content_type: Name
    brief: Slug
    content_digest: Sha256
    """`piece_digest` of what was reviewed."""
    verdict: OrLater[Verdict]
    by: Annotated[str, Field(min_length=1, max_length=200)]
    """The user, as Airflow knows them; `timeout` if nobody answered in time."""
    at: AwareDatetime
    why: Annotated[str, Field(max_length=2000)] = ""
    run: Annotated[RunRef | None, Field(exclude_if=lambda run: run is None)] = None
    """The task that asked."""

    def body(self) -> bytes:
        """The bytes in the store."""
        return self.model_dump_json().encode()

    def key(self) -> str:
        """Its key, written only if nothing is there: the time comes first, so the last key is the last decision."""
        at = f"{self.at.astimezone(UTC):%Y%m%dT%H%M%S%fZ}"
        name = f"{at}-{hashlib.sha256(self.body()).hexdigest()[:12]}"
        return decision_key(self.content_type, self.brief, self.content_digest, name)

    def told(self) -> str:
        """The decision in words."""
        reason = f": {self.why}" if self.why else ""
        return f"{self.verdict} by {self.by} at {self.at.isoformat(timespec='seconds')}{reason}"


def pack_decisions(decisions: Iterable[Decision]) -> bytes:
    """Gzipped NDJSON; the same decisions give the same bytes."""
    return gzip.compress("".join(f"{each.model_dump_json()}\n" for each in decisions).encode(), mtime=0)


def unpack_decisions(body: bytes) -> list[Decision]:
    """What `pack_decisions` packed.

    :raises CorruptInput: it is something else.
    """
    lines = unpacked_lines(body, MAX_COLLECTED_BYTES, MAX_DECISION_BYTES, "what was decided")
    return [model_in(Decision, line, "what was decided") for line in lines]


def piece_digest(item: PlannedItem) -> str:
    """Digest of everything that publishing `item`, as a publish recipe plans it, would show."""
    return content_digest((item.brief, artifact.name, artifact.sha256) for artifact in item.inputs)
