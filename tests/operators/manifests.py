"""What tasks leave in the store, as the stages write it."""

from __future__ import annotations

from collections.abc import Sequence

from include.contract.artifacts import artifact_of
from include.contract.keys import manifest_key
from include.contract.manifests import (
    MAX_FAILURES_IN_HEADER,
    Counts,
    ItemLine,
    Manifest,
    ManifestPart,
    RunRef,
    pack_lines,
)
from include.contract.values import StageKind
from include.store.store import Store

DIGEST = "cd" * 32


def leave(store: Store, run: RunRef, kind: StageKind, lines: Sequence[ItemLine]) -> Manifest:
    """Have the task of `run` leave a manifest of these items."""
    body = pack_lines(lines)
    part = artifact_of("part", body, "application/x-ndjson")
    store.put_blob(body, part)
    manifest = Manifest.model_validate(
        {
            "run": run, "kind": kind, "recipe": f"{kind}.test", "revision": 1,
            "model": {"name": "builtin/test", "revision": "1", "digest": DIGEST}, "request": DIGEST,
            "stage_fingerprint": DIGEST, "content_digest": DIGEST, "counts": Counts.of(lines), "spent_s": 1.0,
            "saved_s": 0.0, "wall_s": 1.0, "process_started": True,
            "failures": [line for line in lines if not line.succeeded][:MAX_FAILURES_IN_HEADER],
            "parts": [ManifestPart(sha256=part.sha256, bytes=part.bytes, items=len(lines))],
        }
    )  # fmt: skip
    store.put(manifest_key(run, DIGEST), manifest.model_dump_json().encode())
    return manifest
