"""Waiting for a job that does not do as it should."""

from __future__ import annotations

import asyncio
import json
import logging
from datetime import timedelta

import pytest

from atelier.testing.s3 import S3
from include.contract.deployments import StoreSettings
from include.contract.ending import FailureReason, to_failure
from include.contract.errors import Cause
from include.contract.keys import end_key, progress_key
from operators.engines.lines import TaskLog
from operators.engines.ray import waiting
from operators.engines.ray.jobs import Access, Jobs
from operators.engines.ray.left import Left
from operators.engines.ray.logs import LogReader
from operators.engines.ray.waiting import End, JobWait, Limits
from tests.operators.engines.ray.api import TOKEN, FakeRay
from tests.operators.engines.ray.tries import KEY, REQUEST

NAME = "atelier-x-1"
UNSTOPPABLE = "trap '' TERM; while :; do sleep 0.1; done"


@pytest.fixture(autouse=True)
def eager(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "POLL_S", 0.05)
    monkeypatch.setattr(waiting, "LOG_S", 0.1)


def left(s3: S3) -> Left:
    return Left.of(StoreSettings(bucket=s3.bucket), KEY.run(), REQUEST, 1)


def submit(ray: FakeRay, entrypoint: str) -> None:
    variables = {"RAY_JOB_STOP_WAIT_TIME_S": "1"}
    job = {"submission_id": NAME, "entrypoint": entrypoint, "metadata": {}, "runtime_env": {"env_vars": variables}}
    Jobs(Access(ray.address, TOKEN)).submit(job)


def end_of(ray: FakeRay, s3: S3, **limits: float) -> End:
    within = Limits(**{"start_s": 60.0, "late_s": 60.0, "grace_s": 2.0, **limits})
    seen = left(s3)
    shown = TaskLog(logging.getLogger("shown"))
    wait = JobWait(Access(ray.address, TOKEN), NAME, seen, within, LogReader(seen.chunk, 20_000), shown)
    return asyncio.run(wait.until_end())


def why(end: End) -> tuple[Cause, str]:
    assert end.why is not None
    return end.why.cause, end.why.words


def test_a_job_that_never_starts_is_stopped_and_told(ray: FakeRay, s3: S3) -> None:
    ray.starts = False
    submit(ray, "true")
    cause, words = why(end_of(ray, s3, start_s=0.2))
    assert cause is Cause.STARTUP_TIMEOUT
    assert "within 0.2 s (`start_timeout_s`)" in words
    assert ray.jobs[NAME].status == "STOPPED"


def test_a_job_that_outlives_its_limit_is_stopped(ray: FakeRay, s3: S3) -> None:
    submit(ray, UNSTOPPABLE)
    end = end_of(ray, s3, late_s=0.3)
    assert why(end)[0] is Cause.DEADLINE
    assert end.job is not None
    assert end.job.has_ended


def test_a_job_whose_driver_is_silent_is_not_believed_to_run(
    ray: FakeRay, s3: S3, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "SILENT_S", 1.0)
    submit(ray, "sleep 60")
    left(s3).store.put(progress_key(KEY.run(), REQUEST, 1), b"{}")
    end = end_of(ray, s3)
    cause, words = why(end)
    assert cause is Cause.NODE_LOST
    assert "has not been heard of for 1 s" in words
    assert f"POST /api/jobs/{NAME}/stop" in ray.asked
    assert end.job is not None
    assert end.job.has_ended


def test_a_job_without_any_sign_of_life_is_not_believed_either(
    ray: FakeRay, s3: S3, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "SILENT_S", 0.5)
    submit(ray, "sleep 60")
    assert why(end_of(ray, s3))[0] is Cause.NODE_LOST


def test_nothing_is_concluded_from_a_store_that_does_not_answer(
    ray: FakeRay, s3: S3, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "SILENT_S", 0.2)
    monkeypatch.setattr(Left, "silence_s", lambda self: None)
    submit(ray, "sleep 1")
    end = end_of(ray, s3)
    assert end.why is None
    assert end.job is not None
    assert end.job.status == "SUCCEEDED"


def test_a_driver_that_is_heard_of_runs_on(ray: FakeRay, s3: S3, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "SILENT_S", 0.3)
    monkeypatch.setattr(Left, "silence_s", lambda self: 0.0)
    submit(ray, "sleep 1.5")
    assert end_of(ray, s3).why is None


def test_silence_is_measured_by_the_stores_clock(ray: FakeRay, s3: S3) -> None:
    seen = left(s3)
    assert seen.silence_s() == float("inf")
    seen.store.put(progress_key(KEY.run(), REQUEST, 1), json.dumps({"total": 1}).encode())
    silence_s = seen.silence_s()
    assert silence_s is not None
    assert 0 <= silence_s < timedelta(minutes=1).total_seconds()


def test_a_cluster_that_comes_back_is_waited_for_and_one_that_does_not_is_left(
    ray: FakeRay, s3: S3, monkeypatch: pytest.MonkeyPatch
) -> None:
    submit(ray, "true")
    ray.refusals = [(503, "not now")] * 3
    assert end_of(ray, s3).why is None
    monkeypatch.setattr(waiting, "API_PATIENCE_S", 0.2)
    ray.refusals = [(503, "not now")] * 1000
    cause, words = why(end_of(ray, s3))
    assert cause is Cause.CLUSTER_AWAY
    assert words.endswith("answers 503: not now")
    ray.refusals = []


def test_a_job_that_its_head_has_forgotten_is_none(ray: FakeRay, s3: S3) -> None:
    assert end_of(ray, s3) == End(None)


@pytest.mark.parametrize("is_known", [True, False])
def test_a_job_that_ray_has_lost_is_waited_for_as_long_as_its_driver_is_heard_of(
    ray: FakeRay, s3: S3, monkeypatch: pytest.MonkeyPatch, is_known: bool
) -> None:
    monkeypatch.setattr(waiting, "GONE_S", 2.0)
    if is_known:
        submit(ray, "true")
        ray.jobs[NAME].status = "FAILED"
    seen = left(s3)
    seen.store.put(progress_key(KEY.run(), REQUEST, 1), b"{}")
    end = end_of(ray, s3)
    assert (end.why, end.job is not None) == (None, is_known)
    silent_s = seen.silence_s()
    assert silent_s is not None
    assert silent_s >= 2.0


def test_a_driver_that_has_said_why_it_ends_is_gone(ray: FakeRay, s3: S3) -> None:
    seen = left(s3)
    seen.store.put(progress_key(KEY.run(), REQUEST, 1), b"{}")
    failure = to_failure(FailureReason(Cause.DEADLINE, "it took too long"))
    seen.store.put(end_key(KEY.run(), REQUEST, 1), failure.model_dump_json().encode())
    assert end_of(ray, s3) == End(None)
    silent_s = seen.silence_s()
    assert silent_s is not None
    assert silent_s < waiting.GONE_S, "nobody waited for its silence"


def test_an_exit_code_is_believed(ray: FakeRay, s3: S3, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Left, "silence_s", lambda self: 0.0)
    submit(ray, "exit 3")
    end = end_of(ray, s3)
    assert end.job is not None
    assert end.job.driver_exit_code == 3
