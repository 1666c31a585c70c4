"""The end of a stage: parts, the stage's content when it is complete, the manifest last, the verdict (K3, W3–W5)."""

from __future__ import annotations

from collections.abc import Sequence

from include.contract.conclusion import Conclusion, concluded, content_of, is_later, manifest_of, says_the_same
from include.contract.errors import ItemsFailed, ItemsRejected
from include.contract.keys import manifest_key, stage_key
from include.contract.manifests import ItemLine
from include.contract.registry import recipe_named
from include.contract.requests import StageRequest
from include.store.conditional import unless_right
from include.store.store import Store


def finalize(
    request: StageRequest,
    sha256: str,
    store: Store,
    lines: Sequence[ItemLine],
    *,
    wall_s: float,
    attempt: int,
    fitting_batch_size: int | None,
) -> None:
    """Write what `lines`, in order, amount to.

    :raises ItemsFailed: more items failed than allowed; the manifest says which.
    """
    is_shared = request.execution.shard.is_whole and recipe_named(request.recipe).is_memoised
    conclusion = concluded(lines, store.put_blob, is_whole=is_shared)
    if conclusion.is_complete and is_shared:
        _write_stage_content(request, store, conclusion)
    manifest = manifest_of(
        request, sha256, conclusion, wall_s=wall_s, attempt=attempt, fitting_batch_size=fitting_batch_size
    )
    key = manifest_key(request.run, sha256)
    body = manifest.model_dump_json().encode()
    store.update(key, unless_right(body, lambda stored: is_later(stored, manifest)), seen=None)
    refusal = conclusion.refusal(request.execution.max_failed_share)
    if refusal:
        raise ItemsFailed(refusal) if conclusion.is_mendable else ItemsRejected(refusal)


def _write_stage_content(request: StageRequest, store: Store, conclusion: Conclusion) -> None:
    content = content_of(request, conclusion)
    key = stage_key(request.kind, request.stage_fingerprint)
    body = content.model_dump_json().encode()
    store.update(key, unless_right(body, lambda stored: says_the_same(stored, content)), seen=None)
