from __future__ import annotations

import hashlib
import tracemalloc
from collections.abc import Sequence

import pytest
from airflow.sdk.definitions.retry_policy import RetryAction

from include.contract.artifacts import Artifact, ModelIdentity
from include.contract.conclusion import concluded
from include.contract.errors import ItemsFailed, StoreAway
from include.contract.failures import failure_of
from include.contract.fingerprint import shard_of
from include.contract.manifests import (
    PART_ITEMS,
    Counts,
    ItemLine,
    Manifest,
    Outcome,
    RunRef,
    Shard,
    StageContent,
    unpack_lines,
)
from include.contract.values import StageKind
from include.store.store import Store
from operators.retry import RetryVerdict, StageFailed
from operators.stages.shards import is_left_to_merge, merged_lines, share_of


def item(position: int) -> ItemLine:
    """One of a wide stage."""
    digest = hashlib.sha256(b"%d" % position).hexdigest()
    output = Artifact(name="image", sha256=digest, bytes=1000, media_type="image/png")
    return ItemLine(position=position, item=f"honey/{position:05d}", fingerprint=digest, outputs=(output,), device_s=1)


def kept(store: Store, lines: Sequence[ItemLine]) -> StageContent:
    own = concluded(lines, store.put_blob, is_whole=True)
    return StageContent(
        preimage={}, content_digest=own.content_digest, items=len(lines), device_s=own.saved_s, parts=own.content_parts
    )


def manifest(content: StageContent, shard: Shard) -> Manifest:
    return Manifest(
        run=RunRef(dag_id="d", run_id="r", task_id="image_shards", map_index=shard.index),
        kind=StageKind.IMAGE,
        recipe="image.scene",
        revision=1,
        model=ModelIdentity(name="m", revision="1", digest="0" * 64),
        request="0" * 64,
        stage_fingerprint="0" * 64,
        content_digest=content.content_digest,
        counts=Counts(planned=content.items, reused=content.items),
        spent_s=0,
        saved_s=content.device_s,
        wall_s=0,
        process_started=True,
        parts=content.parts,
    )


def cut(store: Store, content: StageContent, count: int) -> list[Manifest]:
    shards = [Shard(index=index, count=count) for index in range(count)]
    return [manifest(share_of(store, content, shard), shard) for shard in shards]


def test_the_whole_share_of_a_stage_is_the_stage(store: Store) -> None:
    content = kept(store, [item(n) for n in range(5)])
    assert share_of(store, content, Shard()) is content


def test_each_item_of_a_stage_is_in_the_share_of_the_shard_that_makes_it(store: Store) -> None:
    content = kept(store, [item(n) for n in range(40)])
    for index in range(3):
        share = share_of(store, content, Shard(index=index, count=3))
        lines = [line for part in share.parts for line in unpack_lines(store.blob(part.sha256, "a part"))]
        assert lines == [item(n) for n in range(40) if shard_of(item(n).fingerprint or "", 3) == index]
        assert (share.items, share.device_s) == (len(lines), len(lines))


def test_shares_come_together_in_the_order_of_the_plan(store: Store) -> None:
    lines = [item(n) for n in range(PART_ITEMS + 10)]
    manifests = cut(store, kept(store, lines), 3)
    assert list(merged_lines(store, manifests)) == lines
    assert list(merged_lines(store, [])) == []


def test_a_merge_has_few_items_in_memory(store: Store) -> None:
    def peak_bytes(items: int) -> int:
        manifests = cut(store, kept(store, [item(n) for n in range(items)]), 4)
        tracemalloc.start()
        try:
            assert sum(1 for _ in merged_lines(store, manifests)) == items
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak_bytes(10)
    assert peak_bytes(4000) < peak_bytes(1000) + 600_000, "what grows is the packed lists alone"


@pytest.mark.parametrize(
    ("error", "action", "count", "is_left"),
    [
        (ItemsFailed("two failed"), RetryAction.FAIL, 3, True),
        (ItemsFailed("two failed"), RetryAction.RETRY, 3, False),
        (ItemsFailed("two failed"), RetryAction.FAIL, 1, False),
        (StoreAway("is away"), RetryAction.FAIL, 3, False),
    ],
)
def test_only_a_shards_failed_items_are_left_to_the_merge_and_only_after_its_last_try(
    error: Exception, action: RetryAction, count: int, is_left: bool
) -> None:
    failed = StageFailed(failure_of(error), RetryVerdict(action, "so it is"))
    assert is_left_to_merge(failed, Shard(count=count)) is is_left


def test_lines_of_a_share_read_as_reused(store: Store) -> None:
    content = kept(store, [item(0).model_copy(update={"outcome": Outcome.MADE})])
    (line,) = merged_lines(store, cut(store, content, 1))
    assert line.outcome is Outcome.REUSED
