"""The end of a stage: parts, the stage's content when it is complete, the manifest last, the verdict (K3, W3–W5)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from include.contract.artifacts import artifact_of
from include.contract.errors import AtelierError, Cause, ItemsFailed, ItemsRejected
from include.contract.fingerprint import content_digest, fingerprint
from include.contract.keys import manifest_key, stage_key
from include.contract.manifests import (
    MAX_FAILURES_IN_HEADER,
    PART_ITEMS,
    PART_MEDIA_TYPE,
    Counts,
    ItemLine,
    Manifest,
    Outcome,
    Part,
    StageContent,
    pack_lines,
)
from include.contract.recipes import recipe_named
from include.contract.requests import StageRequest, stage_identity
from include.runtime.store import Store

_MENDED_BY_NO_RETRY = {Cause.BAD_REQUEST, Cause.REJECTED_CONTENT, Cause.CORRUPT_INPUT, Cause.UNKNOWN_MODEL}


def conclude(
    request: StageRequest, sha256: str, store: Store, lines: Sequence[ItemLine], wall_s: float, attempt: int
) -> None:
    """Write what `lines`, in order, amount to.

    :raises ItemsFailed: more items failed than allowed; the manifest says which.
    """
    counts = Counts.of(lines)
    content = content_digest(outputs_of(lines))
    if counts.made + counts.reused == counts.planned and request.execution.shard.count == 1:
        _write_stage_content(request, store, lines, content)
    manifest = Manifest(
        run=request.run,
        kind=request.kind,
        recipe=request.recipe,
        revision=request.revision,
        model=request.model,
        request=sha256,
        stage_fingerprint=request.stage_fingerprint,
        content_digest=content,
        counts=counts,
        spent_s=round(sum(line.device_s for line in lines if line.outcome is Outcome.MADE), 3),
        saved_s=round(sum(line.device_s for line in lines if line.outcome is Outcome.REUSED), 3),
        wall_s=round(wall_s, 3),
        attempt=attempt,
        process_started=True,
        failures=tuple(line for line in lines if not line.succeeded)[:MAX_FAILURES_IN_HEADER],
        parts=write_parts(lines, store),
    )
    store.write(manifest_key(request.run, sha256), manifest.model_dump_json().encode())
    _judge(request, counts, lines)


def outputs_of(lines: Iterable[ItemLine]) -> Iterable[tuple[str, str, str]]:
    """(item, output, digest) of the successful items, in order."""
    return ((line.item, a.name, a.sha256) for line in lines if line.succeeded for a in line.outputs)


def write_parts(lines: Sequence[ItemLine], store: Store) -> tuple[Part, ...]:
    """Upload `lines` as parts of a bounded number of items."""
    parts = []
    for start in range(0, len(lines), PART_ITEMS):
        chunk = lines[start : start + PART_ITEMS]
        body = pack_lines(chunk)
        artifact = artifact_of("part", body, PART_MEDIA_TYPE)
        store.put_small_blob(body, artifact)
        parts.append(Part(sha256=artifact.sha256, bytes=len(body), items=len(chunk)))
    return tuple(parts)


def _write_stage_content(request: StageRequest, store: Store, lines: Sequence[ItemLine], content: str) -> None:
    preimage, _ = stage_identity(recipe_named(request.recipe), request.model, request.orders, request.upstreams)
    as_reused = [line.model_copy(update={"outcome": Outcome.REUSED}) for line in lines]
    complete = StageContent(
        preimage=preimage,
        content_digest=content,
        items=len(lines),
        device_s=round(sum(line.device_s for line in lines), 3),
        parts=write_parts(as_reused, store),
    )
    key = stage_key(request.kind, request.stage_fingerprint)
    body = complete.model_dump_json().encode()
    if store.write_if_absent(key, body):
        return
    stored = store.read(key)
    if stored is not None and not _says_the_same(stored.body, request.stage_fingerprint, content):
        store.replace(key, body, stored.etag)


def _says_the_same(body: bytes, stage_fingerprint: str, content: str) -> bool:
    """Whether a stored stage content is readable, is this stage's, and names the records as they are now (W2)."""
    try:
        stored = StageContent.model_validate_json(body)
    except ValueError:
        return False
    return fingerprint(stored.preimage) == stage_fingerprint and stored.content_digest == content


def _judge(request: StageRequest, counts: Counts, lines: Sequence[ItemLine]) -> None:
    allowed = request.execution.max_failed_share
    if counts.failed_share <= allowed:
        return
    failed = [line for line in lines if line.outcome is Outcome.FAILED]
    first = "; ".join(f"{line.item}: {line.message}" for line in failed[:3])
    message = (
        f"{counts.failed} of {counts.planned - counts.skipped} items failed, allowed is a share of {allowed}: {first}"
    )
    kind: type[AtelierError] = ItemsFailed
    if all(line.cause in _MENDED_BY_NO_RETRY for line in failed):
        kind = ItemsRejected
    raise kind(message)
