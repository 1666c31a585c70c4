"""What a task that is not a stage hands on: blobs that nothing else in the store names (W11)."""

from __future__ import annotations

from include.contract.artifacts import Artifact
from include.contract.manifests import RunRef
from include.contract.values import FORMAT, Open


class HandedOn(Open):
    """The blobs of one such task of one run: its briefs, what people are asked about, what they decided."""

    format: int = FORMAT
    run: RunRef
    blobs: tuple[Artifact, ...]
    """Named after what they are: `briefs`, `looked_at`, `decisions`."""
