from __future__ import annotations

import pytest

from include.contract.content_types import StageSettings
from include.contract.deployments import Deployment
from include.contract.keys import manifest_key
from include.contract.manifests import Counts, Shard, StageContent
from include.contract.requests import StageRequest
from include.store.store import Store
from operators.stages.request import request_of
from operators.stages.reuse import keep_or_adopt, manifest_of_reuse, was_made
from tests.asked import asked_for
from tests.operators.conftest import Run
from tests.operators.context import Ti, context_of

EMPTY = StageContent(preimage={}, content_digest="0" * 64, items=0, device_s=0.0, parts=())


@pytest.fixture
def asked(deployment: Deployment, store: Store) -> StageRequest:
    run = Run(deployment)
    run.brief({"topic": "Bees"})
    settings = StageSettings(recipe="script.narrated", max_failed_share=0.25)
    context = context_of(Ti("text", run.xcoms))
    return request_of(context, store, deployment, stage="text", settings=settings, inputs={}, shard=Shard())


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


def test_a_reused_stage_asks_the_store_for_little(deployment: Deployment) -> None:
    first, second = Run(deployment, "manual__1"), Run(deployment, "manual__2")
    for run in (first, second):
        run.brief({"topic": "Bees"})
    first.text()
    with asked_for() as asked:
        assert second.text()["process_started"] is False
    # The briefs, the content and its list of items, an output, the manifest; the run's last stage tells of the briefs.
    assert [name for name, _ in asked] == ["get", "get", "get", "head", "put", "get"]


def test_what_an_earlier_try_has_made_the_same_is_adopted(store: Store, asked: StageRequest) -> None:
    leave_manifest(store, asked, 1, 0)
    before = store.get(manifest_key(asked.run, asked.sha256()))
    nothing = manifest_of_reuse(asked, EMPTY, 0.0, 2)
    assert keep_or_adopt(store, nothing) is nothing, "its items are not those that it counts"
    assert store.get(manifest_key(asked.run, asked.sha256())) != before
    again = manifest_of_reuse(asked, EMPTY, 0.0, 3)
    assert keep_or_adopt(store, again) == nothing
