"""Stages that wait for GPUs."""

from __future__ import annotations

import time

import pytest

from tests.cluster.studio import Run, Studio, script

pytestmark = [pytest.mark.cluster, pytest.mark.long]
GPUS = 2


def test_six_stages_share_two_gpus_and_all_finish(clean: Studio) -> None:
    runs = [
        clean.run("gpu", {"id": f"queue-{n}", "script": script(f"[slow {4 + n / 10}]", scenes=1)}) for n in range(6)
    ]
    most = 0
    limit = time.monotonic() + 500
    while any(run.state() not in ("success", "failed") for run in runs):
        most = max(most, len(running(clean, runs)))
        assert time.monotonic() < limit
        time.sleep(0.2)
    assert [run.state() for run in runs] == ["success"] * 6
    assert most == GPUS
    assert [run.xcom("image")["pods_started"] for run in runs] == [1] * 6


def running(studio: Studio, runs: list[Run]) -> list[str]:
    """Pods of the image stage that hold a GPU."""
    ids = {run.run_id for run in runs}
    pods = [pod for pod in studio.pods() if pod.metadata.annotations["atelier.dev/run-id"] in ids]
    return [
        pod.metadata.name
        for pod in pods
        if pod.metadata.annotations["atelier.dev/task-id"] == "image" and pod.status.phase == "Running"
    ]
