"""One try as one job. The head is a stand-in that runs what is submitted; `tests/ray` has real ones."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from atelier.testing import check_engine
from atelier.testing.s3 import S3
from include.contract.engines import RunOutcome, Suspension
from include.contract.errors import BadRequest, Cause, ClusterAway
from include.contract.failures import Failure, FailureClass
from include.contract.ray import WorkerSpec
from operators.engines.ray import engine as engine_module
from operators.engines.ray import waiting
from operators.engines.ray.identity import submission_id
from operators.engines.ray.left import Left
from operators.engines.task_status import TaskStatus
from tests.operators.engines.ray.api import FakeRay
from tests.operators.engines.ray.tries import KEY, REQUEST, engine, job, stage

RUNS = "echo ready; n=0; while [ $n -lt 600 ]; do sleep 0.1; n=$((n+1)); done"
DRAINS = f"trap 'exit 75' TERM; {RUNS}"


@pytest.fixture(autouse=True)
def eager(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever waits asks often."""
    monkeypatch.setattr(waiting, "POLL_S", 0.05)
    monkeypatch.setattr(waiting, "LOG_S", 0.1)
    monkeypatch.setattr(engine_module, "POLL_S", 0.05)


def failed(outcome: RunOutcome) -> Failure:
    assert isinstance(outcome, Failure), outcome
    return outcome


@pytest.mark.parametrize("settings", [{"deferrable": False}, {"sync_wait_s": 0, "hold_event_s": 0}])
def test_it_keeps_what_every_engine_does_in_a_worker_and_in_the_triggerer(
    ray: FakeRay, s3: S3, tmp_path: Path, settings: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    request = f"s3://{s3.bucket}/v1/requests/{REQUEST}.json"
    monkeypatch.setattr("atelier.testing.engine_checks._JOB", replace(job(s3), request_uri=request))
    check_engine(lambda script, is_made: engine(ray, s3, stage(tmp_path, s3, script), is_made, **settings))


def test_a_job_has_an_id_of_its_request_and_its_try_and_no_secret(ray: FakeRay, s3: S3, tmp_path: Path) -> None:
    counted: list[str] = []
    shown: list[str] = []
    told: dict[str, Any] = {"counted": counted, "shown": shown}
    made = engine(ray, s3, stage(tmp_path, s3, "true"), lambda attempt: True, deferrable=False, **told)
    assert made.run(job(s3)) is None
    ((name, submitted),) = ray.jobs.items()
    assert shown == [f"{ray.address}/#/jobs/{name}"]
    assert name == submission_id(job(s3).request_uri, 1)
    assert counted == [name]
    asked = submitted.asked
    assert asked["entrypoint"].endswith(f"-m include.runtime run s3://{s3.bucket}/v1/requests/{REQUEST}.json")
    spec = WorkerSpec.model_validate_json(asked["runtime_env"]["env_vars"].pop("ATELIER_WORKER"))
    assert (spec.cpu, spec.gpus, spec.memory_mib, spec.labels) == (0.5, 0.25, 1024, {"gpu": "h100"})
    assert asked["runtime_env"] == {
        "env_vars": {
            "ATELIER_ATTEMPT": "1",
            "ATELIER_DEADLINE_S": "60",
            "ATELIER_LOG_EVERY_S": "5",
            "ATELIER_TERMINATION_LOG": "/dev/null",
            "ATELIER_TIMEOUT_S": "60",
            "RAY_JOB_STOP_WAIT_TIME_S": "7",
        }
    }
    assert "very-secret" not in json.dumps(asked)


def test_an_answer_that_was_lost_leaves_one_job(ray: FakeRay, s3: S3, tmp_path: Path) -> None:
    ray.loses_answers = True
    assert engine(ray, s3, stage(tmp_path, s3, "true"), lambda attempt: True, deferrable=False).run(job(s3)) is None
    assert len(ray.jobs) == 1


def test_a_submission_that_was_not_taken_is_told_as_it_was_refused(ray: FakeRay, s3: S3, tmp_path: Path) -> None:
    answers = [(200, '{"ray_version": "2.60.0"}'), (404, "Job x does not exist")]
    ray.refusals = [*answers, (500, "Traceback:\nNo available agent to submit job")]
    with pytest.raises(ClusterAway, match="answers 500: No available agent to submit job"):
        engine(ray, s3, stage(tmp_path, s3, "true"), deferrable=False).run(job(s3))
    assert ray.jobs == {}


def test_who_comes_back_finds_the_job_of_the_try(ray: FakeRay, s3: S3, tmp_path: Path) -> None:
    first = engine(ray, s3, stage(tmp_path, s3, DRAINS), instance="same", sync_wait_s=0)
    assert isinstance(first.run(job(s3)), Suspension)
    second = engine(ray, s3, stage(tmp_path, s3, "true"), instance="same", sync_wait_s=0)
    assert isinstance(second.run(job(s3)), Suspension)
    assert len(ray.jobs) == 1
    second.abandon()


def test_a_run_that_was_made_again_does_not_take_the_end_of_its_forerunners_job(
    ray: FakeRay, s3: S3, tmp_path: Path
) -> None:
    failing = engine(ray, s3, stage(tmp_path, s3, "exit 3"), instance="before", deferrable=False)
    assert failed(failing.run(job(s3))).exit_code == 3
    again = engine(ray, s3, stage(tmp_path, s3, "true"), lambda attempt: True, instance="after", deferrable=False)
    assert again.run(job(s3)) is None
    assert len([each for each in ray.asked if each == "POST /api/jobs/"]) == 2


def test_earlier_tries_have_ended_before_the_next_begins(ray: FakeRay, s3: S3, tmp_path: Path) -> None:
    first = engine(ray, s3, stage(tmp_path, s3, DRAINS), sync_wait_s=0)
    assert isinstance(first.run(job(s3)), Suspension)
    other = engine(ray, s3, stage(tmp_path, s3, DRAINS), key=replace(KEY, map_index=3), sync_wait_s=0)
    assert isinstance(
        other.run(replace(job(s3), request_uri=job(s3).request_uri.replace("0" * 64, "1" * 64))), Suspension
    )
    second = replace(KEY, try_number=2)
    made = engine(ray, s3, stage(tmp_path, s3, "true"), lambda attempt: True, key=second, deferrable=False)
    assert made.run(job(s3, attempt=2)) is None
    states = [each.told()["status"] for each in ray.jobs.values()]
    assert states == ["STOPPED", "RUNNING", "SUCCEEDED"]


def test_an_earlier_try_that_does_not_end_is_told_and_nothing_is_started_beside_it(
    ray: FakeRay, s3: S3, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_module, "STOP_SLACK_S", 0.0)
    assert isinstance(engine(ray, s3, stage(tmp_path, s3, DRAINS), sync_wait_s=0).run(job(s3)), Suspension)
    ray.jobs[submission_id(job(s3).request_uri, 1)].status = "RUNNING"
    second = engine(ray, s3, stage(tmp_path, s3, "true"), key=replace(KEY, try_number=2), deferrable=False)
    failure = failed(second.run(job(s3, attempt=2, grace_s=0.2)))
    assert failure.cause is Cause.NODE_LOST
    assert len(ray.jobs) == 1


def test_nothing_is_started_beside_a_driver_that_ray_has_lost_and_that_lives(
    ray: FakeRay, s3: S3, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_module, "GONE_S", 0.5)
    assert isinstance(engine(ray, s3, stage(tmp_path, s3, "sleep 30"), sync_wait_s=0).run(job(s3)), Suspension)
    ray.jobs[submission_id(job(s3).request_uri, 1)].status = "FAILED"
    monkeypatch.setattr(Left, "silence_s", lambda left: 0.0)
    second = engine(ray, s3, stage(tmp_path, s3, "true"), key=replace(KEY, try_number=2), deferrable=False)
    failure = failed(second.run(job(s3, attempt=2)))
    assert failure.cause is Cause.NODE_LOST
    assert "lives on, although Ray has lost sight of it" in failure.message
    assert len(ray.jobs) == 1


def test_a_manifest_counts_whatever_ray_says_of_the_job(ray: FakeRay, s3: S3, tmp_path: Path) -> None:
    made = engine(ray, s3, stage(tmp_path, s3, "exit 1"), lambda attempt: attempt == 1, deferrable=False)
    assert made.run(job(s3)) is None
    lost = engine(ray, s3, stage(tmp_path, s3, "true"), lambda attempt: attempt == 1)
    assert lost.resume(job(s3), {"last_lines": []}) is None


def test_a_job_that_ray_has_lost_and_that_left_nothing_is_infrastructure(ray: FakeRay, s3: S3, tmp_path: Path) -> None:
    failure = failed(engine(ray, s3, stage(tmp_path, s3, "true")).resume(job(s3), {"last_lines": []}))
    assert failure.cause is Cause.NODE_LOST
    assert "its head was replaced" in failure.message


def test_a_job_that_ends_well_and_left_no_manifest_is_a_bug_with_its_last_lines(
    ray: FakeRay, s3: S3, tmp_path: Path
) -> None:
    failure = failed(engine(ray, s3, stage(tmp_path, s3, "echo the last words"), deferrable=False).run(job(s3)))
    assert (failure.failure_class, failure.cause) == (FailureClass.BUG, Cause.BUG)
    assert "the last words" in failure.message


def test_a_job_that_left_nothing_is_told_with_rays_own_lines(ray: FakeRay, s3: S3, tmp_path: Path) -> None:
    failure = failed(engine(ray, s3, "/no/such/python", deferrable=False).run(job(s3)))
    assert failure.exit_code == 127
    assert "/no/such/python" in failure.message


@pytest.mark.parametrize("status", [TaskStatus.GONE, TaskStatus.UNKNOWN])
def test_a_task_that_is_gone_takes_its_job_along_and_a_worker_that_goes_leaves_it(
    ray: FakeRay, s3: S3, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, status: TaskStatus
) -> None:
    monkeypatch.setattr(engine_module, "task_status_of", lambda *_: status)
    running = engine(ray, s3, stage(tmp_path, s3, DRAINS), deferrable=False)
    running.stop()
    failure = failed(running.run(job(s3)))
    is_gone = status is TaskStatus.GONE
    assert failure.cause is (Cause.PREEMPTED if is_gone else Cause.WORKER_STOPPED)
    (submitted,) = ray.jobs.values()
    assert submitted.told()["status"] == ("STOPPED" if is_gone else "RUNNING")


def test_another_minor_version_is_refused_with_what_is_allowed(ray: FakeRay, s3: S3, tmp_path: Path) -> None:
    ray.version = "2.61.0"
    with pytest.raises(BadRequest, match=r"runs Ray 2\.61\.0; allowed: 2\.60\.x; start the cluster with one of these"):
        engine(ray, s3, stage(tmp_path, s3, "true")).run(job(s3))
    assert ray.jobs == {}


def test_a_cluster_that_does_not_answer_is_infrastructure(ray: FakeRay, s3: S3, tmp_path: Path) -> None:
    with pytest.raises(ClusterAway, match="http://127.0.0.1:9 does not answer"):
        engine(ray, s3, stage(tmp_path, s3, "true"), address="http://127.0.0.1:9").run(job(s3))


def test_what_cannot_be_stopped_now_is_left_to_the_reaper(
    ray: FakeRay, s3: S3, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    ray.refusals = [(503, "not now")]
    engine(ray, s3, stage(tmp_path, s3, "true")).abandon()
    assert "the reaper will" in caplog.text


def test_a_job_that_is_stopped_in_the_dashboard_is_tried_again(ray: FakeRay, s3: S3, tmp_path: Path) -> None:
    running = engine(ray, s3, stage(tmp_path, s3, DRAINS), sync_wait_s=0)
    assert isinstance(running.run(job(s3)), Suspension)
    name = submission_id(job(s3).request_uri, 1)
    ray.answer("POST", f"/api/jobs/{name}/stop", "Bearer a-token-of-the-cluster", b"")
    again = engine(ray, s3, stage(tmp_path, s3, "true"))
    limit = time.monotonic() + 30
    while ray.jobs[name].told()["status"] == "RUNNING":
        assert time.monotonic() < limit
    failure = failed(again.resume(job(s3), {"job": ray.jobs[name].told(), "last_lines": []}))
    assert (failure.failure_class, failure.cause) == (FailureClass.TRANSIENT, Cause.PREEMPTED)
