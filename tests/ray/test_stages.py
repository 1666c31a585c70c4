"""Stages through the operator, on a real Ray cluster."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import httpx
import pytest
from airflow.sdk.exceptions import TaskDeferred

from include.contract.deployments import Deployment
from include.contract.engines import EngineName, ProcessSettings
from include.contract.errors import Cause
from operators.engines.ray.causes import _BY_ERROR
from operators.retry import StageFailed
from tests.operators.conftest import Run
from tests.ray.head import ROOT, STAGE_BIN, Cluster
from tests.ray.runs import brief, kill, made, processes, when, with_settings

pytestmark = pytest.mark.ray
DRIVER = "-m tests.ray.stages"


def test_stages_are_made_by_jobs_and_the_next_run_starts_none(deployment: Deployment, ray_cluster: Cluster) -> None:
    run = Run(deployment)
    run.brief(brief())
    text, image = run.text(), run.image()
    assert (text["counts"]["made"], text["pods_started"]) == (1, 1)
    assert (image["counts"]["made"], image["pods_started"]) == (2, 1)
    again = Run(deployment, run_id="manual__2")
    again.brief(brief())
    assert (again.text()["counts"]["reused"], again.image()["pods_started"]) == (1, 0)
    assert again.xcoms["image"]["content_digest"] == image["content_digest"]


@pytest.mark.long
def test_what_is_made_is_what_a_child_process_makes(deployment: Deployment, tmp_path: Path) -> None:
    assert deployment.ray is not None
    process = ProcessSettings(python=deployment.ray.python, scratch=str(tmp_path / "scratch"), cache=str(tmp_path))
    elsewhere = deployment.store.model_copy(update={"prefix": "other/"})
    beside = deployment.model_copy(update={"engine": EngineName.PROCESS, "process": process, "store": elsewhere})
    made_by = []
    for each in (deployment, beside):
        run = Run(each)
        run.brief(brief(scenes=3))
        run.text()
        run.image()
        told = (run.xcoms[name] for name in ("text", "image"))
        made_by.append([(each["content_digest"], each["counts"]) for each in told])
    assert made_by[0] == made_by[1]


def test_nobody_who_sees_the_cluster_sees_a_secret(
    deployment: Deployment, ray_cluster: Cluster, s3_server: Any
) -> None:
    run = Run(with_settings(deployment, deferrable=True, sync_wait_s=0))
    run.brief(brief())
    with pytest.raises(TaskDeferred) as deferred:
        run.text()
    run.deployment = deployment
    run.text()
    seen = {
        "XCom": json.dumps(run.xcoms),
        "the trigger": json.dumps(deferred.value.trigger.serialize()),
        **_answers(ray_cluster),
        **{str(path): path.read_text(errors="replace") for path in _logs(ray_cluster)},
    }
    assert "atelier-" in seen["/api/jobs/"]
    assert any("job-driver-atelier-" in name for name in seen)
    for secret in (s3_server.secret_key, ray_cluster.token):
        assert [name for name, text in seen.items() if secret in text] == []
    assert [name for name, text in seen.items() if "Bees fly" in text] == [], "what a brief says"


PAGES = (
    "/", "/api/version", "/api/jobs/", "/nodes?view=summary", "/logical/actors", "/events", "/api/cluster_status",
    *(f"/api/v0/{kind}?detail=1" for kind in ("jobs", "nodes", "actors", "workers", "tasks", "runtime_envs")),
)  # fmt: skip
"""What Ray's dashboard asks for, besides what is about one job or node."""


def _answers(cluster: Cluster) -> dict[str, str]:
    """All that the dashboard shows, by address."""
    jobs = [each["submission_id"] for each in cluster.ask("/api/jobs/") if each["submission_id"]]
    nodes = [each["node_id"] for each in cluster.ask("/api/v0/nodes", detail=1)["data"]["result"]["result"]]
    of_each = [path for job in jobs for path in (f"/api/jobs/{job}", f"/api/jobs/{job}/logs")]
    of_each += [f"/nodes/{node}" for node in nodes]
    with httpx.Client(headers={"Authorization": f"Bearer {cluster.token}"}, timeout=60) as client:
        return {path: client.get(cluster.address + path).raise_for_status().text for path in (*PAGES, *of_each)}


def _logs(cluster: Cluster) -> list[Path]:
    return [path for path in cluster.folder.rglob("logs/**/*") if path.is_file() and not path.is_symlink()]


@pytest.mark.long
def test_a_driver_that_is_killed_is_tried_again_and_what_has_a_record_is_not_made_again(
    deployment: Deployment, ray_cluster: Cluster
) -> None:
    run = Run(deployment)
    run.brief(brief("slow", 6))
    run.text()
    with (
        when(made(deployment, 1), lambda: kill(processes(ray_cluster, DRIVER))),
        pytest.raises(StageFailed) as caught,
    ):
        run.image()
    assert caught.value.failure.cause is Cause.NODE_LOST
    run.try_number = 2
    counts = run.image()["counts"]
    assert counts["made"] + counts["reused"] == 6
    assert counts["reused"] >= 1


@pytest.mark.long
def test_a_job_that_is_stopped_by_hand_drains_and_says_how_far_it_came(
    deployment: Deployment, ray_cluster: Cluster
) -> None:
    run = Run(deployment)
    run.brief(brief("slow", 6))
    run.text()

    def stop() -> None:
        headers = {"Authorization": f"Bearer {ray_cluster.token}"}
        for job in httpx.get(f"{ray_cluster.address}/api/jobs/", headers=headers).json():
            if job["status"] == "RUNNING" and job["submission_id"]:
                httpx.post(f"{ray_cluster.address}/api/jobs/{job['submission_id']}/stop", headers=headers)

    with when(made(deployment, 1), stop), pytest.raises(StageFailed) as caught:
        run.image()
    failure = caught.value.failure
    assert failure.cause is Cause.PREEMPTED
    assert failure.progress.done >= 1


def test_every_error_type_of_this_ray_has_a_cause() -> None:
    program = (
        "import json; from ray.dashboard.modules.job.common import JobErrorType as t; "
        "print(json.dumps([each.value for each in t]))"
    )
    said = subprocess.run([STAGE_BIN / "python", "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert {*json.loads(said.stdout)} == {*_BY_ERROR, "JOB_ENTRYPOINT_COMMAND_ERROR"}
