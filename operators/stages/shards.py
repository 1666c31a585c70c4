"""A stage split among several tasks: which they are, what each reuses, and what is left to their merge (W6)."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from include.contract.conclusion import concluded
from include.contract.errors import Cause, CorruptInput
from include.contract.fingerprint import shard_of
from include.contract.manifests import ItemLine, Manifest, Shard, StageContent
from include.store.store import Store
from operators.items import items_in

if TYPE_CHECKING:
    from operators.retry import StageFailed


def share_of(store: Store, content: StageContent, shard: Shard) -> StageContent:
    """The part of a complete stage that belongs to `shard`, with parts of its own that list its items."""
    if shard.is_whole:
        return content
    lines = (line for line in items_in(store, content.parts, "a stage content") if _is_in(line, shard))
    own = concluded(lines, store.put_blob, is_whole=False)
    return content.model_copy(
        update={
            "content_digest": own.content_digest,
            "items": own.counts.planned,
            "device_s": own.saved_s,
            "parts": own.parts,
        }
    )


def is_left_to_merge(failed: StageFailed, shard: Shard) -> bool:
    """Whether a shard is done although items failed for good: only the merge can judge their share of the stage."""
    from airflow.sdk.definitions.retry_policy import RetryAction  # the command line reads lists without Airflow

    is_final = failed.verdict.action is RetryAction.FAIL
    return not shard.is_whole and is_final and failed.failure.cause is Cause.ITEMS_FAILED


def merged_lines(store: Store, manifests: Sequence[Manifest]) -> Iterator[ItemLine]:
    """Every item of the shards in `manifests`, in the order of the stage's plan; few are in memory at a time.

    :raises CorruptInput: an item is duplicated or missing.
    :raises InputLost: a shard's list is gone.
    """
    listed = (items_in(store, each.parts, _named(each), each.run.task_id) for each in manifests)
    return _without_gaps(heapq.merge(*listed, key=lambda line: line.position))


def _named(manifest: Manifest) -> str:
    return f"task `{manifest.run.task_id}`, map index {manifest.run.map_index}"


def _without_gaps(lines: Iterable[ItemLine]) -> Iterator[ItemLine]:
    for due, line in enumerate(lines):
        if line.position != due:
            raise CorruptInput(
                f"the shards list item {line.item} at position {line.position} of the stage, expected was {due}: they "
                "were not made from one plan; clear the task that makes them"
            )
        yield line


def _is_in(line: ItemLine, shard: Shard) -> bool:
    return shard_of(line.fingerprint or "0" * 8, shard.count) == shard.index
