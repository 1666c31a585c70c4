from __future__ import annotations

import json
import traceback
from types import SimpleNamespace

import pytest
from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.sdk.exceptions import AirflowTaskTimeout

from include.contract.deployments import Deployment
from include.contract.engines import COMMAND, Job
from include.contract.errors import Cause
from include.contract.failures import Progress
from include.contract.keys import blob_key, manifest_key, progress_key, request_key, split_request_uri, stage_key
from include.contract.manifests import RunRef
from include.contract.requests import StageRequest
from include.store.concluding import keep_manifest
from include.store.store import Store
from operators.engines.process import ProcessEngine
from operators.retry import StageFailed
from operators.stages.executions_started import ExecutionsStarted
from operators.stages.kinds import TextOperator
from tests.operators.conftest import Run
from tests.operators.left import manifest, outputs, stage_contents


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


def test_it_is_a_pod_operator_with_the_same_command_line(deployment: Deployment) -> None:
    task = TextOperator(task_id="text", recipe="script.narrated", deployment=deployment)
    assert isinstance(task, KubernetesPodOperator)
    assert task.cmds + task.arguments == ["python", *COMMAND]
    assert task.do_xcom_push is False
    assert task.template_fields == KubernetesPodOperator.template_fields
    assert task.stage == "text"


def test_a_manifest_lies_where_the_contract_says(deployment: Deployment, store: Store) -> None:
    run = Run(deployment, run_id="scheduled__2026-01-01T00:00:00+00:00")
    run.brief({"topic": "Bees"})
    reference = run.text()
    own = manifest(store, reference)
    assert reference["manifest"] == manifest_key(own.run, own.request)
    assert stage_key(own.kind, own.stage_fingerprint) in stage_contents(store)


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
