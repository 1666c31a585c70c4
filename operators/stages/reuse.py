"""Stage contents: finding one that makes running unnecessary, and deleting one that is broken (W2, W3, W9)."""

from __future__ import annotations

import logging
import random
from collections.abc import Sequence

from include.contract.conclusion import is_later
from include.contract.errors import CorruptInput, InputLost
from include.contract.fingerprint import content_digest
from include.contract.keys import blob_key, manifest_key, stage_key
from include.contract.manifests import Counts, ItemLine, Manifest, StageContent
from include.contract.parsing import model_in
from include.contract.requests import StageRequest, UpstreamRef
from include.contract.resolving import resolved
from include.contract.stored import checked_items, content_in
from include.store.store import Store
from include.store.stored import Stored
from operators.items import items_in
from operators.stages.shards import share_of

log = logging.getLogger(__name__)

SAMPLED_OUTPUTS = 1
"""Outputs of a stage content that are looked up before it is trusted."""


def find_content(store: Store, request: StageRequest) -> StageContent | None:
    """The complete stage that `request` asks for, or its shard, if it was made before and its blobs are there.

    A broken one is deleted, so that this run can write it again.
    """
    key = stage_key(request.kind, request.stage_fingerprint)
    body = store.get(key)
    if body is None:
        return None
    try:
        return share_of(store, _checked(store, body, request), request.execution.shard)
    except (InputLost, CorruptInput) as error:
        log.warning("Stage content %s is not used: %s; the stage is made again", store.domain.uri(key), error)
        store.delete(key)
        return None


def empty_share(store: Store, request: StageRequest) -> StageContent | None:
    """The content of a shard without items, so that no process starts for it; None if it has some."""
    if request.execution.shard.is_whole:
        return None
    try:
        upstreams = {ref.stage: lines_by_item(store, ref) for ref in request.upstreams}
        if resolved(request, upstreams).names():
            return None
    except (InputLost, CorruptInput) as error:
        log.warning("What is upstream cannot be read here: %s; the stage's process will say more", error)
        return None
    return StageContent(preimage={}, content_digest=content_digest(()), items=0, device_s=0.0, parts=())


def manifest_of_reuse(request: StageRequest, content: StageContent, wall_s: float, found_by_try: int) -> Manifest:
    """The manifest of a run that did nothing because `content` was there."""
    return Manifest(
        run=request.run,
        kind=request.kind,
        recipe=request.recipe,
        revision=request.revision,
        model=request.model,
        request=request.sha256(),
        stage_fingerprint=request.stage_fingerprint,
        content_digest=content.content_digest,
        counts=Counts(planned=content.items, reused=content.items),
        spent_s=0.0,
        saved_s=content.device_s,
        wall_s=wall_s,
        found_by_try=found_by_try,
        process_started=False,
        shard=request.execution.shard,
        parts=content.parts,
    )


def read_manifest(store: Store, key: str, task_id: str) -> Manifest:
    """The manifest under `key`, which the task `task_id` wrote.

    :raises InputLost: it is gone.
    :raises CorruptInput: it cannot be read.
    """
    body = store.get(key)
    if body is None:
        raise InputLost(f"the manifest of task `{task_id}` is gone: {store.domain.uri(key)}; clear that task", task_id)
    return model_in(Manifest, body, f"the manifest of task `{task_id}` ({store.domain.uri(key)}; clear that task)")


def existing_manifest(store: Store, request: StageRequest) -> Manifest | None:
    """The manifest that an earlier try of the same task wrote for the same request."""
    body = store.get(manifest_key(request.run, request.sha256()))
    return None if body is None else _manifest_in(body)


def _manifest_in(body: bytes) -> Manifest | None:
    try:
        return model_in(Manifest, body, "the manifest")
    except CorruptInput:
        return None


def keep_or_adopt(store: Store, manifest: Manifest) -> Manifest:
    """Write `manifest` and return it, unless an earlier try of its task made the same: then return that one's."""
    body = manifest.model_dump_json().encode()
    earlier: Manifest | None = None

    def unless_made(stored: Stored | None) -> bytes | None:
        nonlocal earlier
        before = None if stored is None else _manifest_in(stored.body)
        if before and before.content_digest == manifest.content_digest and _is_whole(store, before):
            earlier = before
            return None
        return None if stored is not None and is_later(stored.body, manifest) else body

    store.update(manifest_key(manifest.run, manifest.request), unless_made, seen=None)
    return earlier or manifest


def _is_whole(store: Store, manifest: Manifest) -> bool:
    """Whether all the items that `manifest` counts can be read."""
    try:
        return sum(1 for _ in items_in(store, manifest.parts, "an earlier try")) == manifest.counts.planned
    except (InputLost, CorruptInput):
        return False


def was_made(store: Store, request: StageRequest, attempt: int) -> bool:
    """Whether the try `attempt` left a manifest with no more failures than the stage allows."""
    manifest = existing_manifest(store, request)
    if manifest is None or manifest.attempt != attempt:
        return False
    return manifest.counts.failed_share <= request.execution.max_failed_share


def invalidate_broken(store: Store, upstreams: Sequence[UpstreamRef]) -> list[str]:
    """Delete the stage contents of those `upstreams` that lack a blob; their task ids (W2).

    If no blob is missing by name and size, one of them must hold wrong bytes, and all contents are deleted.
    """
    manifests = [(ref, read_manifest(store, ref.manifest, ref.task_id)) for ref in upstreams]
    broken = [(ref, manifest) for ref, manifest in manifests if _lacks_a_blob(store, manifest)] or manifests
    for ref, manifest in broken:
        store.delete(stage_key(ref.kind, manifest.stage_fingerprint))
    return [ref.task_id for ref, _ in broken]


def _checked(store: Store, body: bytes, request: StageRequest) -> StageContent:
    """The stage content in `body`, with all its items read and a sample of their outputs looked for.

    :raises CorruptInput: it is unreadable or another stage's, or its items are not what it says.
    :raises InputLost: a blob of it is missing or has another size, or a part of it other bytes.
    """
    content = content_in(body, request.stage_fingerprint)
    lines = checked_items(content, items_in(store, content.parts, "the stage content"))
    # Another one in each run. What is missed here, whoever reads it finds, and then every output is looked for (W2).
    outputs = [(output.sha256, output.bytes) for line in lines for output in line.outputs]
    for sha256, size in random.Random(request.sha256()).sample(outputs, min(SAMPLED_OUTPUTS, len(outputs))):
        if store.size(blob_key(sha256)) != size:
            raise InputLost(f"its blob {sha256} is missing or has another size")
    return content


def lines_by_item(store: Store, ref: UpstreamRef) -> dict[str, ItemLine]:
    """Every item that an upstream lists.

    :raises InputLost: its list is gone.
    :raises CorruptInput: it cannot be read.
    """
    parts = read_manifest(store, ref.manifest, ref.task_id).parts
    return {line.item: line for line in items_in(store, parts, f"task `{ref.task_id}`", ref.task_id)}


def _lacks_a_blob(store: Store, manifest: Manifest) -> bool:
    try:
        lines = items_in(store, manifest.parts, f"task `{manifest.run.task_id}`")
        outputs = (output for line in lines for output in line.outputs)
        return any(store.size(blob_key(output.sha256)) != output.bytes for output in outputs)
    except (InputLost, CorruptInput):
        return True
