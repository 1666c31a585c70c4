from __future__ import annotations

import pytest

from include.contract.artifacts import artifact_of
from include.contract.content_types import StageSettings
from include.contract.deployments import Deployment
from include.contract.errors import InputLost
from include.contract.fingerprint import content_digest
from include.contract.keys import blob_key, manifest_key
from include.contract.manifests import Counts, ItemLine, ManifestPart, Shard, StageContent, pack_lines
from include.contract.requests import StageRequest
from include.store.store import Store
from operators.dags.assembly import dag_of
from operators.retry import StageFailed
from operators.stages.request import request_of
from operators.stages.reuse import keep_or_adopt, lines_by_item, manifest_of_reuse, was_made
from tests.asked import asked_for
from tests.operators.conftest import Run, films
from tests.operators.context import Ti, context_of
from tests.operators.left import flip, manifest, outputs, stage_contents
from tests.operators.planning.archive import Archive
from tests.wiring import ref_to

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


def hollow(store: Store, content: StageContent) -> StageContent:
    """The same stage, whose list of items is right by its digest and promises nothing."""
    body = pack_lines([ItemLine(position=0, item="bees")])
    artifact = artifact_of("part", body, "application/x-ndjson")
    store.put_blob(body, artifact)
    part = ManifestPart(sha256=artifact.sha256, bytes=artifact.bytes, items=1)
    return content.model_copy(update={"parts": (part,), "content_digest": content_digest(())})


@pytest.mark.parametrize(
    "broken", ["blobs gone", "blobs short", "part gone", "part flipped", "unreadable", "foreign preimage", "no outputs"]
)
def test_a_broken_stage_content_counts_as_absent_and_is_replaced(
    deployment: Deployment, store: Store, broken: str
) -> None:
    first = Run(deployment)
    first.brief({"topic": "Bees"})
    first.text()
    (key,) = stage_contents(store)
    content = StageContent.model_validate_json(store.get(key) or b"")
    blobs = [blob_key(sha256) for sha256 in outputs(store, first.xcoms["text"])]
    if broken == "blobs gone":
        for blob in blobs:
            store.delete(blob)
    elif broken == "blobs short":
        for blob in blobs:
            store.put(blob, b"x")
    elif broken == "part gone":
        store.delete(blob_key(content.parts[0].sha256))
    elif broken == "part flipped":
        flip(store, content.parts[0].sha256)
    elif broken == "no outputs":
        store.put(key, hollow(store, content).model_dump_json().encode())
    elif broken == "unreadable":
        store.put(key, b"{")
    else:
        store.put(key, content.model_copy(update={"preimage": {"format": 2}}).model_dump_json().encode())
    again = Run(deployment, "manual__2")
    again.brief({"topic": "Bees"})
    assert again.text()["process_started"]
    assert StageContent.model_validate_json(store.get(key) or b"") == content
    assert all(store.size(blob) for blob in blobs)


def test_a_missing_or_unreadable_upstream_names_the_task_to_clear(deployment: Deployment, store: Store) -> None:
    run = Run(deployment)
    run.brief({"topic": "Bees"})
    with pytest.raises(StageFailed, match="`text` left no manifest"):
        run.image()
    run.text()
    store.put(run.xcoms["text"]["manifest"], b"not json")
    with pytest.raises(StageFailed, match="corrupt_input.*`text`"):
        run.image()
    store.delete(run.xcoms["text"]["manifest"])
    with pytest.raises(StageFailed, match="clear that task"):
        run.image()


def test_a_list_of_items_that_was_damaged_is_made_again_when_its_task_is_cleared(
    deployment: Deployment, store: Store
) -> None:
    run = Run(deployment)
    run.brief({"topic": "Bees"})
    own = manifest(store, run.text())
    flip(store, own.parts[0].sha256)
    ref = ref_to("image.scene", "text", str(run.xcoms["text"]["manifest"]), own.content_digest)
    with pytest.raises(InputLost, match="clear the task `text`, which makes it again"):
        lines_by_item(store, ref)
    run.try_number = 2
    run.text()
    assert list(lines_by_item(store, ref)) == ["bees"]
