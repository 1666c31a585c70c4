"""A job waited for in the triggerer, and left there."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from atelier.testing.s3 import S3
from include.contract.engines import Suspension
from operators.engines import trigger as waiting_in_triggerer
from operators.engines.ray import waiting
from operators.engines.ray.trigger import RayJobTrigger
from operators.engines.task_status import TaskStatus
from tests.operators.engines.ray.api import TOKEN, FakeRay
from tests.operators.engines.ray.tries import engine, job, stage

RUNS = "exec sleep 60"


@pytest.fixture(autouse=True)
def eager(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "POLL_S", 0.05)
    monkeypatch.setattr(waiting, "LOG_S", 0.1)


def trigger_of(ray: FakeRay, s3: S3, python: str) -> RayJobTrigger:
    """As Airflow makes it from what it keeps."""
    outcome = engine(ray, s3, python, sync_wait_s=0, hold_event_s=0).run(job(s3))
    assert isinstance(outcome, Suspension)
    path, arguments = outcome.trigger.serialize()
    assert path == "operators.engines.ray.trigger.RayJobTrigger"
    kept = json.dumps(arguments)
    assert TOKEN not in kept
    assert s3.secret_key not in kept
    assert "very-secret" not in kept
    return RayJobTrigger(**json.loads(kept))


def test_it_fires_with_what_ray_says_of_the_job(ray: FakeRay, s3: S3, tmp_path: Path) -> None:
    made = trigger_of(ray, s3, stage(tmp_path, s3, "echo the last words; exit 3"))

    async def first() -> dict[str, Any]:
        async for event in made.run():
            return dict(event.payload)
        raise AssertionError("no event")

    event = asyncio.run(first())
    assert json.loads(json.dumps(event)) == event
    assert (event["job"]["status"], event["job"]["driver_exit_code"]) == ("FAILED", 3)
    assert event["last_lines"] == ["the last words"]
    assert "cause" not in event


def test_the_job_that_it_waited_for_is_stopped_with_its_task(
    ray: FakeRay, s3: S3, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = trigger_of(ray, s3, stage(tmp_path, s3, RUNS))
    made.task_instance = SimpleNamespace(dag_id="d", run_id="r", task_id="t", map_index=None)  # type: ignore[assignment]
    monkeypatch.setattr(waiting_in_triggerer, "task_status_of", lambda *_: TaskStatus.GONE)
    asyncio.run(made.on_kill())
    ((name, submitted),) = ray.jobs.items()
    assert submitted.is_stopped
    assert f"POST /api/jobs/{name}/stop" in ray.asked


def test_a_cluster_that_is_away_is_left_to_the_reaper(
    ray: FakeRay, s3: S3, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    made = trigger_of(ray, s3, stage(tmp_path, s3, RUNS))
    made.task_instance = SimpleNamespace(dag_id="d", run_id="r", task_id="t", map_index=2)  # type: ignore[assignment]
    monkeypatch.setattr(waiting_in_triggerer, "task_status_of", lambda *_: TaskStatus.GONE)
    ray.refusals = [(503, "not now")]
    asyncio.run(made.on_kill())
    assert "the reaper will" in caplog.text
