"""The end of a stage: parts, the stage's content if it is complete, last the manifest, and the verdict (K3, W3–W5)."""

from __future__ import annotations

from collections.abc import Iterable

from include.contract.conclusion import concluded, manifest_of
from include.contract.errors import ItemsFailed, ItemsRejected
from include.contract.manifests import ItemLine
from include.contract.registry import recipe_named
from include.contract.requests import StageRequest
from include.store.concluding import keep_content, keep_manifest
from include.store.store import Store


def finalize(
    request: StageRequest,
    sha256: str,
    store: Store,
    lines: Iterable[ItemLine],
    *,
    wall_s: float,
    attempt: int,
    fitting_batch_size: int | None,
) -> None:
    """Write content and manifest from `lines`, which are in order.

    :raises ItemsFailed: more items failed than allowed; the manifest says which.
    """
    is_shared = request.execution.shard.is_whole and recipe_named(request.recipe).is_memoised
    conclusion = concluded(lines, store.put_blob, is_whole=is_shared)
    if conclusion.is_complete and is_shared:
        keep_content(store, request, conclusion)
    manifest = manifest_of(
        request, sha256, conclusion, wall_s=wall_s, attempt=attempt, fitting_batch_size=fitting_batch_size
    )
    keep_manifest(store, manifest)
    refusal = conclusion.refusal(request.execution.max_failed_share)
    if refusal:
        raise ItemsFailed(refusal) if conclusion.is_mendable else ItemsRejected(refusal)
