"""Which items a request means, and which of them exist already: resolve, then look up (I2, I8, W2, W6, W9)."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field

from pydantic import JsonValue, ValidationError

from include.contract.artifacts import Artifact
from include.contract.errors import CorruptInput, InputLost
from include.contract.fingerprint import fingerprint, item_preimage, shard_of
from include.contract.keys import record_key
from include.contract.manifests import ItemLine, Manifest, Outcome, Record, unpack_lines
from include.contract.planning import PlannedItem
from include.contract.recipes import recipe_named
from include.contract.requests import ReadOrder, StageRequest, UpstreamRef, read_order
from include.contract.values import StageKind
from include.runtime.store import Store, Stored


@dataclass(frozen=True)
class Job:
    """One distinct item of the stage, and every place in its plan that asks for it."""

    fingerprint: str
    preimage: dict[str, JsonValue]
    order: ReadOrder
    item: str
    """The first of the items that are this one."""
    inputs: tuple[Artifact, ...]
    places: list[tuple[int, str]] = field(default_factory=list)
    """(position, item id)"""


@dataclass(frozen=True)
class Resolved:
    """What a request means."""

    jobs: list[Job]
    """The distinct items of this process's shard."""
    skipped: list[ItemLine]
    """A line for each item whose input is missing."""
    producers: dict[str, str]
    """Digest of each input to the id of the task that made it."""

    def total(self) -> int:
        """Places in the plan."""
        return len(self.skipped) + sum(len(job.places) for job in self.jobs)


@dataclass(frozen=True)
class Found:
    """What the store has for a job: a good record, or the broken one to replace."""

    job: Job
    record: Record | None
    broken: Stored | None = None


def resolve(request: StageRequest, store: Store) -> Resolved:
    """Read the upstream manifests and plan."""
    recipe = recipe_named(request.recipe)
    upstreams = {ref.kind: _upstream_lines(ref, store) for ref in request.upstreams}
    orders = {order.brief: read_order(recipe, order) for order in request.orders}
    planned = recipe.plan(list(orders), upstreams)
    jobs: dict[str, Job] = {}
    skipped = []
    shard = request.execution.shard
    for position, item in enumerate(planned):
        if item.missing:
            if shard.index == 0:
                skipped.append(_skipped(position, item))
            continue
        job = _job(request, item, orders[item.brief])
        if shard_of(job.fingerprint, shard.count) == shard.index:
            jobs.setdefault(job.fingerprint, job).places.append((position, item.item))
    producers = {
        artifact.sha256: ref.task_id
        for ref in request.upstreams
        for line in upstreams[ref.kind].values()
        for artifact in line.outputs
    }
    return Resolved(list(jobs.values()), skipped, producers)


def look_up(
    jobs: Sequence[Job], kind: StageKind, store: Store, threads: Executor, each: Callable[[Found], None]
) -> None:
    """Ask the store for every job's record, many at a time; `each` is called in the jobs' order."""
    for found in threads.map(lambda job: find(job, kind, store), jobs):
        each(found)


def find(job: Job, kind: StageKind, store: Store) -> Found:
    """A job's record, if it is readable, is the job's own, and all its blobs are there (W2, W9)."""
    stored = store.read(record_key(kind, job.fingerprint))
    if stored is None:
        return Found(job, None)
    record = read_record(stored.body, job.fingerprint)
    if record is not None and all(store.has_blob(artifact) for artifact in record.outputs):
        return Found(job, record)
    return Found(job, None, broken=stored)


def read_record(body: bytes, expected: str) -> Record | None:
    """The record in `body`, or None when it is unreadable or another item's."""
    try:
        record = Record.model_validate(json.loads(body))
    except (ValueError, ValidationError):
        return None
    return record if fingerprint(record.preimage) == expected else None


def _upstream_lines(ref: UpstreamRef, store: Store) -> dict[str, ItemLine]:
    stored = store.read(ref.manifest)
    if stored is None:
        raise InputLost(f"the manifest of task `{ref.task_id}` is gone ({ref.manifest}); clear that task")
    try:
        manifest = Manifest.model_validate_json(stored.body)
    except ValidationError as error:
        raise CorruptInput(f"the manifest of task `{ref.task_id}` cannot be read ({ref.manifest}): {error}") from error
    if manifest.content_digest != ref.content_digest:
        raise CorruptInput(
            f"the manifest of task `{ref.task_id}` has the content {manifest.content_digest[:12]}, asked for was "
            f"{ref.content_digest[:12]}: the task ran again since; clear this task to take the new one"
        )
    parts = (store.read_blob(part.sha256) for part in manifest.parts)
    return {line.item: line for part in parts for line in unpack_lines(part)}


def _job(request: StageRequest, item: PlannedItem, order: ReadOrder) -> Job:
    inputs = (*item.inputs, *order.files)
    preimage = item_preimage(
        recipe_named(request.recipe),
        request.model,
        order.params,
        order.variation,
        order.seed,
        [(artifact.name, artifact.sha256) for artifact in inputs],
    )
    return Job(fingerprint(preimage), preimage, order, item.item, inputs)


def _skipped(position: int, item: PlannedItem) -> ItemLine:
    missing = ", ".join(item.missing)
    return ItemLine(
        position=position, item=item.item, outcome=Outcome.SKIPPED, message=f"its input is missing: {missing}"
    )
