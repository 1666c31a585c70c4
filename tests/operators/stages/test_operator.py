from __future__ import annotations

import ast
import inspect
import json
import socket
import textwrap
import traceback
from types import SimpleNamespace

import pytest
from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.sdk import BaseOperator
from airflow.sdk.exceptions import AirflowTaskTimeout

from include.contract.artifacts import artifact_of
from include.contract.deployments import Deployment
from include.contract.engines import COMMAND, Job
from include.contract.errors import Cause, InputLost
from include.contract.failures import Progress
from include.contract.fingerprint import content_digest
from include.contract.keys import blob_key, manifest_key, progress_key, request_key, split_request_uri, stage_key
from include.contract.manifests import ItemLine, Manifest, ManifestPart, RunRef, StageContent, pack_lines, unpack_lines
from include.contract.requests import StageRequest
from include.store.concluding import keep_manifest
from include.store.store import Store
from operators.briefs.operator import BriefOperator
from operators.engines.process import ProcessEngine
from operators.retry import StageFailed
from operators.stages.executions_started import ExecutionsStarted
from operators.stages.kinds import TextOperator
from operators.stages.operator import StageOperator
from operators.stages.publish import PublishOperator
from operators.stages.reuse import lines_by_item
from operators.stages.task import StageTask
from tests.operators.conftest import Run
from tests.wiring import ref_to


def manifest(store: Store, reference: dict[str, object]) -> Manifest:
    body = store.get(str(reference["manifest"]))
    assert body is not None
    return Manifest.model_validate_json(body)


def stage_contents(store: Store) -> list[str]:
    return [each.key for each in store.listed("v1/stages/")]


def outputs(store: Store, reference: dict[str, object]) -> list[str]:
    parts = manifest(store, reference).parts
    return [o.sha256 for p in parts for line in unpack_lines(store.blob(p.sha256, "part")) for o in line.outputs]


def flip(store: Store, sha256: str) -> None:
    """Two bytes of a blob are others; its size stays."""
    body = bytearray(store.get(blob_key(sha256)) or b"")
    body[-2:] = bytes(byte ^ 0xFF for byte in body[-2:])
    store.put(blob_key(sha256), bytes(body))


def hollow(store: Store, content: StageContent) -> StageContent:
    """The same stage, whose list of items is right by its digest and promises nothing."""
    body = pack_lines([ItemLine(position=0, item="bees")])
    artifact = artifact_of("part", body, "application/x-ndjson")
    store.put_blob(body, artifact)
    part = ManifestPart(sha256=artifact.sha256, bytes=artifact.bytes, items=1)
    return content.model_copy(update={"parts": (part,), "content_digest": content_digest(())})


def test_the_first_run_starts_a_process_and_the_second_none(deployment: Deployment, store: Store) -> None:
    first, second = Run(deployment, "manual__1"), Run(deployment, "manual__2")
    for run in (first, second):
        run.brief({"topic": "Why honey bees matter"})
        run.text()
    made, reused = first.xcoms["text"], second.xcoms["text"]
    assert (made["process_started"], reused["process_started"]) == (True, False)
    assert (made["spent_s"], made["saved_s"]) == (7.5, 0)
    assert (reused["spent_s"], reused["saved_s"]) == (0, 7.5)
    assert made["counts"] == {"planned": 1, "made": 1, "reused": 0, "failed": 0, "skipped": 0}
    assert reused["counts"] == {"planned": 1, "made": 0, "reused": 1, "failed": 0, "skipped": 0}
    own = manifest(store, reused)
    assert own.run == RunRef(dag_id="narrated_video", run_id="manual__2", task_id="text")
    assert own.parts == manifest(store, made).parts
    assert manifest(store, made).process_started


def test_what_a_task_leaves_ends_with_its_sentence(deployment: Deployment) -> None:
    run = Run(deployment)
    run.brief({"topic": "Bees"})
    assert run.text()["told"] == "1 made"
    again = Run(deployment, "manual__2")
    again.brief({"topic": "Bees"})
    assert again.text()["told"] == "1 reused"


def test_a_shard_is_named_by_what_it_makes_a_part_of(deployment: Deployment) -> None:
    task = TextOperator(task_id="text_shards", recipe="script.narrated", deployment=deployment, shards=4, shard=1)
    assert task.label == "2 of 4"
    run = Run(deployment)
    run.brief({"topic": "Why bees matter"})
    run.run_stage(task)
    assert task.label == "Why bees matter, 2 of 4"


def test_a_stage_reads_its_upstreams_digest_from_the_manifest(deployment: Deployment, store: Store) -> None:
    run = Run(deployment)
    run.brief({"topic": "Bees"})
    run.text()
    run.xcoms["text"]["content_digest"] = "0" * 64
    request = store.get(f"v1/requests/{manifest(store, run.image()).request}.json")
    assert request is not None
    upstream = json.loads(request)["upstreams"][0]
    assert (upstream["kind"], upstream["task_id"]) == ("text", "text")
    assert upstream["content_digest"] == manifest(store, run.xcoms["text"]).content_digest


def test_what_a_brief_changes_is_made_anew_and_nothing_else(deployment: Deployment) -> None:
    runs = [Run(deployment, f"manual__{n}") for n in range(2)]
    runs[0].brief({"topic": "Bees", "aspect": "16:9"})
    runs[1].brief({"topic": "Bees", "aspect": "9:16"})
    assert [run.text()["process_started"] for run in runs] == [True, False]
    assert [run.image()["process_started"] for run in runs] == [True, True]


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


def test_a_later_try_of_a_task_that_was_done_keeps_what_the_run_spent(deployment: Deployment) -> None:
    run = Run(deployment)
    run.brief({"topic": "Bees"})
    first = run.text()
    run.try_number = 2
    assert run.text() == first


@pytest.mark.parametrize(
    ("try_number", "known", "pods"), [(1, (), 1), (1, ("known",), 2), (2, (), 1), (2, ("known",), 2), (2, ("left",), 1)]
)
def test_what_an_earlier_start_of_a_done_task_has_left_is_removed_and_counted(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch, try_number: int, known: tuple[str, ...], pods: int
) -> None:
    run = Run(deployment)
    run.brief({"topic": "Bees"})
    run.text()
    run.try_number = try_number
    for uid in known:
        ExecutionsStarted().count(uid, {"task_state_store": run.states["text"]})  # type: ignore[arg-type]
    monkeypatch.setattr(
        "operators.stages.operator.engine_of", lambda _, task: SimpleNamespace(abandon=lambda: task.count("left"))
    )
    assert run.text()["pods_started"] == pods


def test_a_task_that_reuses_everything_asks_no_engine(deployment: Deployment, monkeypatch: pytest.MonkeyPatch) -> None:
    made = Run(deployment)
    made.brief({"topic": "Bees"})
    made.text()
    monkeypatch.setattr("operators.stages.operator.engine_of", lambda *_: pytest.fail("an engine was asked for"))
    again = Run(deployment, "manual__2")
    again.brief({"topic": "Bees"})
    assert again.text()["pods_started"] == 0


def test_a_failure_says_cause_items_progress_and_what_follows(deployment: Deployment) -> None:
    run = Run(deployment)
    run.brief({"id": "away", "topic": "Bees"})
    run.text()
    with pytest.raises(StageFailed) as caught:
        run.image()
    assert caught.value.failure.cause is Cause.STORE_AWAY
    for part in ("store_away", "is away", "honey/02", "3 of 5 done", "Tries again in 10 s (retry 1 of 5 for infra"):
        assert part in str(caught.value)


def test_a_mistake_is_in_the_traceback_once(deployment: Deployment) -> None:
    run = Run(deployment)
    run.brief({"topic": "Bees"})
    task = TextOperator(task_id="text", recipe="script.narrated", model="acme/gone@1", deployment=deployment)
    with pytest.raises(StageFailed) as failed:
        run.run_stage(task)
    assert "".join(traceback.format_exception(failed.value)).count("model acme/gone@1 is not in s3://") == 1


def test_a_task_that_is_asked_to_stop_before_its_stage_runs_ends_it_at_once(deployment: Deployment) -> None:
    run = Run(deployment)
    run.brief({"topic": "Bees"})
    task = TextOperator(task_id="text", recipe="script.narrated", deployment=deployment)
    task.on_kill()
    with pytest.raises(StageFailed) as failed:
        run.run_stage(task)
    assert failed.value.failure.cause is Cause.PREEMPTED


def test_a_stage_whose_time_is_over_says_which_limit_that_was(
    deployment: Deployment, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_long(_: ProcessEngine, job: Job) -> None:
        sha256 = split_request_uri(job.request_uri)[1]
        asked = StageRequest.model_validate_json(store.get(request_key(sha256)) or b"")
        told = Progress(total=1, in_hand=0.4, phase="making")
        store.put(progress_key(asked.run, sha256, 1), told.model_dump_json().encode())
        raise AirflowTaskTimeout("Timeout, PID: 7")

    run = Run(deployment)
    run.brief({"topic": "Bees"})
    monkeypatch.setattr(ProcessEngine, "run", too_long)
    with pytest.raises(StageFailed) as caught:
        run.text()
    assert "deadline (exit code 1): took longer than `timeout_s: 3600` of stage `text` in dags/" in str(caught.value)
    assert "Progress: 0 of 1 done, and 40 % of one in hand (0 made" in str(caught.value)


def test_a_lost_input_invalidates_its_producer_and_names_it(deployment: Deployment, store: Store) -> None:
    run = Run(deployment)
    run.brief({"id": "lost", "topic": "Bees"})
    run.text()
    store.delete(blob_key(outputs(store, run.xcoms["text"])[0]))
    assert len(stage_contents(store)) == 1
    with pytest.raises(StageFailed, match=r"blob is gone\n.*Clear `text`"):
        run.image()
    assert stage_contents(store) == []
    assert run.text()["process_started"] is True


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


def batch_size(store: Store, reference: dict[str, object]) -> int | None:
    request = store.get(request_key(manifest(store, reference).request))
    assert request is not None
    return StageRequest.model_validate_json(request).execution.batch_size


def test_the_next_run_begins_with_the_batches_that_fitted_the_device(deployment: Deployment, store: Store) -> None:
    asked, made_of = [], []
    for number, own in enumerate([8, 8, 1]):
        run = Run(deployment, f"manual__{number}", batch_size=own)
        run.brief({"id": "large", "topic": f"Bees {number}"})
        run.text()
        made = run.image()
        asked.append(batch_size(store, made))
        made_of.append(manifest(store, made).fitting_batch_size)
    assert asked == [8, 2, 1]
    assert made_of == [2, None, None]


def test_a_lesson_does_not_raise_a_recipes_own_batch_size(deployment: Deployment, store: Store) -> None:
    runs = [Run(deployment, "manual__1", batch_size=8), Run(deployment, "manual__2")]
    for number, run in enumerate(runs):
        run.brief({"id": "large", "topic": f"Bees {number}"})
        run.text()
        run.image()
    assert [batch_size(store, run.xcoms["image"]) for run in runs] == [8, None]


def test_what_is_learnt_changes_neither_the_result_nor_what_later_tries_ask_for(
    deployment: Deployment, store: Store
) -> None:
    run, other = Run(deployment, "manual__1", batch_size=8), Run(deployment, "manual__2", batch_size=8)
    for each in (run, other):
        each.brief({"id": "large", "topic": "Bees"})
        each.text()
    first = run.image()
    run.try_number = 2
    assert run.image() == first
    reused = other.image()
    assert reused["process_started"] is False
    assert reused["content_digest"] == first["content_digest"]


def test_a_stage_that_failed_has_learnt_as_well(deployment: Deployment, store: Store) -> None:
    unlucky, next_run = Run(deployment, "manual__1", batch_size=8), Run(deployment, "manual__2", batch_size=8)
    unlucky.brief({"id": "unlucky", "topic": "Bees"})
    unlucky.text()
    with pytest.raises(StageFailed, match="is unlucky"):
        unlucky.image()
    next_run.brief({"id": "large", "topic": "Other bees"})
    next_run.text()
    assert batch_size(store, next_run.image()) == 2


def test_it_is_a_pod_operator_with_the_same_command_line(deployment: Deployment) -> None:
    task = TextOperator(task_id="text", recipe="script.narrated", deployment=deployment)
    assert isinstance(task, KubernetesPodOperator)
    assert task.cmds + task.arguments == ["python", *COMMAND]
    assert task.do_xcom_push is False
    assert task.template_fields == KubernetesPodOperator.template_fields
    assert task.stage == "text"


@pytest.mark.parametrize("operator", [StageTask, PublishOperator, BriefOperator])
def test_constructors_assign_verbatim(operator: type[BaseOperator]) -> None:
    (function,) = ast.parse(textwrap.dedent(inspect.getsource(operator.__init__))).body
    assert isinstance(function, ast.FunctionDef)
    kept = [each for each in function.body if isinstance(each, ast.Assign) and ast.unparse(each).startswith("self.")]
    assert kept
    assert all(isinstance(each.value, ast.Name) for each in kept)


def test_constructors_connect_to_nothing_and_render_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise AssertionError("a constructor connects")

    monkeypatch.setattr(socket.socket, "connect", refused)
    task = StageOperator(task_id="pictures", recipe="image.scene", labels={"day": "{{ ds }}"})
    assert task.labels == {"day": "{{ ds }}"}
    assert (task.pool, task.settings.profile) == ("default_pool", "cpu-small")


def test_a_manifest_lies_where_the_contract_says(deployment: Deployment, store: Store) -> None:
    run = Run(deployment, run_id="scheduled__2026-01-01T00:00:00+00:00")
    run.brief({"topic": "Bees"})
    reference = run.text()
    own = manifest(store, reference)
    assert reference["manifest"] == manifest_key(own.run, own.request)
    assert stage_key(own.kind, own.stage_fingerprint) in stage_contents(store)


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


def test_a_request_that_was_damaged_is_written_anew(deployment: Deployment, store: Store) -> None:
    run = Run(deployment)
    run.brief({"topic": "Bees"})
    own = manifest(store, run.text())
    whole = store.get(request_key(own.request))
    store.put(request_key(own.request), b"{}")
    store.delete(stage_contents(store)[0])
    run.try_number = 2
    run.text()
    assert store.get(request_key(own.request)) == whole


def test_a_manifest_of_a_later_try_stays(deployment: Deployment, store: Store) -> None:
    for number in (1, 3):
        run = Run(deployment, f"manual__{number}", try_number=number)
        run.brief({"topic": "Bees"})
        run.text()
    found = manifest(store, run.xcoms["text"])
    assert (found.process_started, found.attempt, found.written_by_try) == (False, 0, 3)
    late = found.model_copy(update={"attempt": 2, "process_started": True})
    keep_manifest(store, late)
    assert manifest(store, run.xcoms["text"]) == found
    later = late.model_copy(update={"attempt": 4})
    keep_manifest(store, later)
    assert manifest(store, run.xcoms["text"]) == later
