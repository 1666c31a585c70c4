"""Shards and their merge on the real runtime, whose stages only write words, and a real store."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

import operators.configuration
import operators.stages.operator
from atelier.testing.s3 import S3
from include.contract.deployments import Deployment
from include.contract.errors import CorruptInput, InputLost, ItemsRejected
from include.contract.keys import blob_key, request_key, stage_key
from include.contract.manifests import ItemLine, Manifest, Outcome, StageContent, unpack_lines
from include.store.store import Store
from operators.dags.assembly import dag_of
from operators.stages.kinds import ImageOperator, TextOperator
from operators.stages.merge import MergeOperator
from tests.operators.conftest import films
from tests.operators.context import Ti, context_of
from tests.operators.left import manifest
from tests.operators.words import REGISTRY, WordsEngine
from tests.wiring import reading

SCENES = 9


@pytest.fixture
def words(deployment: Deployment, store: Store, s3: S3, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Deployment:
    """A deployment whose engine is the real runtime with stages that write words."""
    models = tmp_path / "models.yaml"
    models.write_text(REGISTRY.model_dump_json())
    monkeypatch.setattr(operators.configuration, "MODELS", models)
    engine = WordsEngine(s3.connection(), tmp_path)
    monkeypatch.setattr(operators.stages.operator, "engine_of", lambda *_: engine)
    # Connecting takes longer than all that a shard does here.
    for module in (operators.stages.operator, operators.stages.merge, operators.briefs.operator):
        monkeypatch.setattr(module, "connected_store", lambda *_: store)
    return deployment


@dataclass
class Pictures:
    """One run of brief, text and so many shards of pictures."""

    deployment: Deployment
    shards: int
    run_id: str = "manual__1"
    max_failed_share: float = 0.0
    batch_size: int | None = None
    xcoms: dict[str, Any] = field(default_factory=dict)

    def begin(self, brief: str = "bees") -> None:
        conf = {"id": brief, "topic": "Bees", "scenes": SCENES}
        task = dag_of(films(brief={}), self.deployment).get_task("brief")
        task.execute(self._context("brief", conf))
        text = TextOperator(task_id="text", recipe="script.narrated", deployment=self.deployment)
        text.execute(self._context("text"))

    def shard(self, index: int) -> dict[str, Any]:
        task = ImageOperator(task_id="image_shards" if self.shards > 1 else "image", shard=index, **self._arguments())
        task.execute(self._context("image_shards", map_index=index))
        return dict(self.xcoms["image_shards"][index])

    def merge(self) -> dict[str, Any]:
        MergeOperator(task_id="image", **self._arguments()).execute(self._context("image"))
        return dict(self.xcoms["image"])

    def all(self) -> dict[str, Any]:
        for index in range(self.shards):
            self.shard(index)
        return self.merge()

    def alone(self) -> dict[str, Any]:
        """The stage made by one task."""
        task = ImageOperator(task_id="image", **self._arguments())
        task.execute(self._context("image"))
        return dict(self.xcoms["image"])

    def _arguments(self) -> dict[str, Any]:
        return {
            "recipe": "image.scene",
            "shards": self.shards,
            "retries": 0,
            "max_failed_share": self.max_failed_share,
            "batch_size": self.batch_size,
            "deployment": self.deployment,
            "inputs": reading("image.scene"),
        }

    def _context(self, task_id: str, conf: dict[str, Any] | None = None, map_index: int = -1) -> Any:
        return context_of(Ti(task_id, self.xcoms, self.run_id, map_index=map_index), conf)


def lines(store: Store, listed: Manifest | StageContent) -> list[ItemLine]:
    return [line for part in listed.parts for line in unpack_lines(store.blob(part.sha256, "a part"))]


def content(store: Store, made: Manifest) -> StageContent | None:
    body = store.get(stage_key(made.kind, made.stage_fingerprint))
    return None if body is None else StageContent.model_validate_json(body)


def forget_pictures(store: Store) -> None:
    for folder in ("v1/items/image/", "v1/stages/image/", "v1/claims/image/"):
        for each in store.listed(folder):
            store.delete(each.key)


def test_shards_make_what_one_task_makes_whatever_their_number(words: Deployment, store: Store) -> None:
    one = Pictures(words, 1)
    one.begin()
    alone = manifest(store, one.alone())
    expected = content(store, alone)
    assert expected is not None
    for shards in (2, 3, 14):
        forget_pictures(store)
        run = Pictures(words, shards, f"manual__{shards}")
        run.begin()
        merged = manifest(store, run.all())
        found = content(store, merged)
        assert found is not None
        assert (found.content_digest, found.preimage, found.items) == (
            expected.content_digest,
            expected.preimage,
            SCENES,
        )
        assert merged.content_digest == alone.content_digest
        assert [(line.position, line.item, line.outputs) for line in lines(store, merged)] == [
            (line.position, line.item, line.outputs) for line in lines(store, alone)
        ]
        assert (merged.counts, merged.shard, merged.producer) == (alone.counts, alone.shard, "image_shards")
        assert store.get(request_key(merged.request)) is not None


def test_a_shard_makes_its_own_items_and_writes_no_stage_content(words: Deployment, store: Store) -> None:
    run = Pictures(words, 2)
    run.begin()
    shards = [manifest(store, run.shard(index)) for index in range(2)]
    assert [shard.run.map_index for shard in shards] == [0, 1]
    assert sum(shard.counts.made for shard in shards) == SCENES
    assert [content(store, shard) for shard in shards] == [None, None]
    merged = manifest(store, run.merge())
    assert merged.spent_s == pytest.approx(sum(shard.spent_s for shard in shards), abs=0.002)
    assert merged.wall_s >= max(shard.wall_s for shard in shards)


def test_a_shard_without_items_succeeds_and_starts_no_process(words: Deployment, store: Store) -> None:
    run = Pictures(words, 14)
    run.begin()
    shards = [run.shard(index) for index in range(14)]
    planned = [shard["counts"]["planned"] for shard in shards]
    assert 0 in planned
    assert [shard["process_started"] for shard in shards] == [items > 0 for items in planned]
    assert run.merge()["counts"]["made"] == SCENES


def test_when_the_stage_exists_no_shard_starts_a_process_and_the_run_says_so(words: Deployment, store: Store) -> None:
    first, second = Pictures(words, 3, "manual__1"), Pictures(words, 2, "manual__2")
    for run in (first, second):
        run.begin()
    made = manifest(store, first.all())
    shards = [second.shard(index) for index in range(2)]
    assert [shard["process_started"] for shard in shards] == [False, False]
    assert sum(shard["counts"]["reused"] for shard in shards) == SCENES
    reused = manifest(store, second.merge())
    stored = content(store, made)
    assert stored is not None
    assert (reused.parts, reused.content_digest) == (stored.parts, made.content_digest)
    assert (reused.counts.reused, reused.process_started, reused.spent_s) == (SCENES, False, 0.0)
    assert reused.saved_s == pytest.approx(made.spent_s, abs=0.002)
    assert reused.producer == "image_shards"


def test_what_a_run_spent_stands_when_its_shards_are_cleared(words: Deployment, store: Store) -> None:
    run = Pictures(words, 2)
    run.begin()
    before = run.all()
    assert run.all()["counts"] == before["counts"]


def test_shards_that_made_some_and_reused_some_are_merged(words: Deployment, store: Store) -> None:
    run, other = Pictures(words, 2, "manual__1"), Pictures(words, 1, "manual__2")
    for each in (run, other):
        each.begin()
    made = run.shard(0)["counts"]
    other.alone()
    assert run.shard(1)["process_started"] is False
    merged = run.merge()
    assert merged["counts"]["made"] == made["made"]
    assert merged["counts"]["reused"] == SCENES - made["made"]
    assert merged["process_started"] is True


@pytest.mark.parametrize(("brief", "is_mendable"), [("blank-02", True), ("refused-02", False)])
def test_the_share_of_failures_is_of_the_whole_stage(
    words: Deployment, store: Store, brief: str, is_mendable: bool
) -> None:
    run = Pictures(words, 3, max_failed_share=0.12)
    run.begin(brief)
    merged = manifest(store, run.all())
    assert (merged.counts.failed, merged.counts.made) == (1, SCENES - 1)
    assert merged.failures[0].item == f"{brief}/02"
    assert content(store, merged) is None
    run.max_failed_share = 0.1
    del run.xcoms["image_shards"]
    with pytest.raises(ItemsRejected, match="1 of 9 items failed, more than the allowed share of 0.1") as caught:
        run.all()
    assert ("Clear `image_shards`" in str(caught.value)) is is_mendable


def test_the_batches_that_fitted_in_every_shard_are_the_stages(words: Deployment, store: Store) -> None:
    run, later = Pictures(words, 3, "manual__1", batch_size=16), Pictures(words, 3, "manual__2", batch_size=16)
    run.begin("large")
    shards = [manifest(store, run.shard(index)) for index in range(3)]
    fitting = [shard.fitting_batch_size for shard in shards if shard.fitting_batch_size is not None]
    assert fitting
    assert manifest(store, run.merge()).fitting_batch_size == min(fitting)
    forget_pictures(store)
    later.begin("large")
    again = [manifest(store, later.shard(index)) for index in range(3)]
    assert [shard.fitting_batch_size for shard in again] == [None, None, None]
    assert later.merge()["content_digest"] == manifest(store, run.xcoms["image"]).content_digest


def test_shards_that_left_nothing_or_are_of_another_number_are_named(words: Deployment) -> None:
    run = Pictures(words, 3)
    run.begin()
    with pytest.raises(InputLost, match=r"of the 3 shards .* 3 left no manifest .*0, 1, 2\); clear `image_shards`"):
        run.merge()
    run.shard(1)
    with pytest.raises(InputLost, match=r"2 left no manifest .*index 0, 2\)"):
        run.merge()
    run.shards = 2
    run.shard(0)
    with pytest.raises(InputLost, match=r"1 left no manifest .*index 1\)"):
        run.merge()


def test_a_shard_of_another_plan_is_refused(words: Deployment, store: Store) -> None:
    run = Pictures(words, 2)
    run.begin()
    for index in range(2):
        run.shard(index)
    own, other = (manifest(store, run.xcoms["image_shards"][index]) for index in range(2))
    key = run.xcoms["image_shards"][0]["manifest"]
    store.put(key, own.model_copy(update={"parts": other.parts}).model_dump_json().encode())
    with pytest.raises(CorruptInput, match="they were not made from one plan"):
        run.merge()


def test_a_list_that_is_gone_names_the_shard_to_clear(words: Deployment, store: Store) -> None:
    run = Pictures(words, 2)
    run.begin()
    for index in range(2):
        run.shard(index)
    store.delete(blob_key(manifest(store, run.xcoms["image_shards"][1]).parts[0].sha256))
    with pytest.raises(InputLost, match=r"`image_shards`, map index 1 .* clear the task `image_shards`"):
        run.merge()


def test_a_stage_content_that_went_after_the_shards_reused_it_is_not_made_of_nothing(
    words: Deployment, store: Store
) -> None:
    first, second = Pictures(words, 2, "manual__1"), Pictures(words, 2, "manual__2")
    for run in (first, second):
        run.begin()
    made = manifest(store, first.all())
    for index in range(2):
        second.shard(index)
    store.delete(stage_key(made.kind, made.stage_fingerprint))
    with pytest.raises(InputLost, match="is gone.*clear `image_shards`"):
        second.merge()


def test_the_stages_content_of_another_record_is_replaced(words: Deployment, store: Store) -> None:
    run = Pictures(words, 2)
    run.begin()
    for index in range(2):
        run.shard(index)
    made = manifest(store, run.merge())
    key, right = stage_key(made.kind, made.stage_fingerprint), content(store, made)
    store.put(key, b"{")
    assert run.merge()["counts"]["made"] == SCENES
    assert content(store, made) == right
    assert {line.outcome for line in lines(store, made)} == {Outcome.MADE}
