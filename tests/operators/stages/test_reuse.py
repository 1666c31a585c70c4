from __future__ import annotations

import pytest

from include.contract.content_types import StageSettings
from include.contract.deployments import Deployment
from include.contract.keys import manifest_key
from include.contract.manifests import Counts, Shard, StageContent
from include.contract.requests import StageRequest
from include.store.store import Store
from operators.dags.assembly import dag_of
from operators.stages.request import request_of
from operators.stages.reuse import keep_or_adopt, manifest_of_reuse, was_made
from tests.asked import asked_for
from tests.operators.conftest import Run, films
from tests.operators.context import Ti, context_of
from tests.operators.planning.archive import Archive

EMPTY = StageContent(preimage={}, content_digest="0" * 64, items=0, device_s=0.0, parts=())


@pytest.fixture
def asked(deployment: Deployment, store: Store) -> StageRequest:
    run = Run(deployment)
    run.brief({"topic": "Bees"})
    settings = StageSettings(recipe="script.narrated", max_failed_share=0.25)
    context = context_of(Ti("text", run.xcoms))
    entries = run.entries(store)
    return request_of(context, store, deployment, entries, stage="text", settings=settings, inputs={}, shard=Shard())


def leave_manifest(store: Store, asked: StageRequest, attempt: int, failed: int) -> None:
    counts = Counts(planned=4, made=4 - failed, failed=failed)
    manifest = manifest_of_reuse(asked, EMPTY, 0.0, 1).model_copy(update={"attempt": attempt, "counts": counts})
    store.put(manifest_key(asked.run, asked.sha256()), manifest.model_dump_json().encode())


@pytest.mark.parametrize(("failed", "is_made"), [(0, True), (1, True), (2, False)])
def test_a_try_made_its_stage_when_no_more_failed_than_may(
    store: Store, asked: StageRequest, failed: int, is_made: bool
) -> None:
    leave_manifest(store, asked, 2, failed)
    assert was_made(store, asked, 2) is is_made


def test_what_another_try_left_does_not_count(store: Store, asked: StageRequest) -> None:
    assert not was_made(store, asked, 1)
    leave_manifest(store, asked, 1, 0)
    assert was_made(store, asked, 1)
    assert not was_made(store, asked, 2)


@pytest.mark.parametrize("stage", ["text", "image", "speech", "video"])
def test_a_reused_stage_asks_the_store_for_little_whatever_it_reads(
    deployment: Deployment, store: Store, stage: str
) -> None:
    run, content_type = Run(deployment), films()
    run.brief({"topic": "Bees"})
    Archive(store, content_type, has_blobs=True).make([each.brief for each in run.entries(store).entries])
    dag = dag_of(content_type, deployment)
    for task in (dag.get_task(name) for name in content_type.stages):
        with asked_for() as asked:
            assert run.run_stage(task)["process_started"] is False
        if task.task_id == stage:
            # The briefs, the content and its list of items, an output, the manifest.
            assert [name for name, _ in asked] == ["get", "get", "get", "head", "put"]


def test_what_an_earlier_try_has_made_the_same_is_adopted(store: Store, asked: StageRequest) -> None:
    leave_manifest(store, asked, 1, 0)
    before = store.get(manifest_key(asked.run, asked.sha256()))
    nothing = manifest_of_reuse(asked, EMPTY, 0.0, 2)
    assert keep_or_adopt(store, nothing) is nothing, "its items are not those that it counts"
    assert store.get(manifest_key(asked.run, asked.sha256())) != before
    again = manifest_of_reuse(asked, EMPTY, 0.0, 3)
    assert keep_or_adopt(store, again) == nothing
