"""Kueue, the real one: two teams' queues with a quota of two GPUs together."""

from __future__ import annotations

import time
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

import pytest
from kubernetes.client import CustomObjectsApi
from kubernetes.client.exceptions import ApiException

from tests.cluster.airflow import until
from tests.cluster.studio import Run, Studio, script

pytestmark = [pytest.mark.cluster, pytest.mark.long]
GROUP, VERSION = "kueue.x-k8s.io", "v1beta2"
QUOTA_GPUS = 2


@pytest.fixture(scope="module")
def queues(studio: Studio) -> Iterator[None]:
    """A ClusterQueue of two GPUs, and a LocalQueue for each team."""
    api = CustomObjectsApi(studio.cluster.client)
    name = studio.namespace
    flavor = {"metadata": {"name": name}, "spec": {}}
    resources = [
        {"name": "nvidia.com/gpu", "nominalQuota": QUOTA_GPUS},
        {"name": "cpu", "nominalQuota": "2"},
        {"name": "memory", "nominalQuota": "20Gi"},
    ]
    covered = [each["name"] for each in resources]
    cluster_queue = {
        "metadata": {"name": name},
        "spec": {
            "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": name}},
            "preemption": {"withinClusterQueue": "LowerPriority"},
            "resourceGroups": [
                {"coveredResources": covered, "flavors": [{"name": name, "resources": resources}]}
            ],
        },
    }  # fmt: skip
    try:
        _create(api, "resourceflavors", "ResourceFlavor", flavor)
    except ApiException as error:
        if error.status != HTTPStatus.NOT_FOUND:
            raise
        pytest.skip("needs Kueue in the cluster, with pods among its integrations")
    _create(api, "clusterqueues", "ClusterQueue", cluster_queue)
    for team in ("team-a", "team-b"):
        body = {"metadata": {"name": team}, "spec": {"clusterQueue": name}}
        api.create_namespaced_custom_object(GROUP, VERSION, name, "localqueues", _whole("LocalQueue", body))
    yield
    for team in ("team-a", "team-b"):
        api.delete_namespaced_custom_object(GROUP, VERSION, name, "localqueues", team)
    for plural in ("clusterqueues", "resourceflavors"):
        api.delete_cluster_custom_object(GROUP, VERSION, plural, name)


@pytest.mark.usefixtures("queues")
def test_six_stages_of_two_teams_share_the_quota_and_waiting_is_no_failure(clean: Studio) -> None:
    scripts = [script(f"[slow {8 + n / 10}]", scenes=1) for n in range(6)]
    dags = ["team_a", "team_b_sync"] * 3
    runs = [clean.run(dag, {"id": "kueue", "script": each}) for dag, each in zip(dags, scripts, strict=True)]
    most, gated = 0, False
    limit = time.monotonic() + 400
    while any(run.state() not in ("success", "failed") for run in runs):
        pods = [p for p in clean.pods() if p.metadata.annotations["atelier.dev/task-id"] == "image"]
        most = max(most, sum(p.status.phase == "Running" for p in pods))
        gated = gated or any(p.spec.scheduling_gates for p in pods)
        assert time.monotonic() < limit
        time.sleep(0.2)
    assert [run.state() for run in runs] == ["success"] * 6, "\n".join(run.why() for run in runs)
    assert (most, gated) == (QUOTA_GPUS, True)
    assert [(run.task("image").try_number, run.xcom("image")["pods_started"]) for run in runs] == [(1, 1)] * 6


@pytest.mark.usefixtures("queues")
def test_eviction_for_a_more_urgent_workload_is_a_preemption_and_loses_no_item(clean: Studio) -> None:
    batch = [clean.run("team_a", {"id": f"batch-{n}", "script": script(f"[slow {5 + n}]")}) for n in range(2)]
    for run in batch:
        run.await_progress("image", 1)
    urgent = clean.run("urgent", {"id": "urgent", "script": script("[slow 6]", scenes=1)})
    preempted = until(lambda: next((run for run in batch if _tries(run) > 1), None), 120, "one is preempted")
    assert urgent.await_end() == "success", urgent.why()
    assert [run.await_end() for run in batch] == ["success"] * 2, preempted.why()
    said = preempted.log("image", 1)
    assert "preempted (" in said, said
    counts = preempted.manifest("image").counts
    assert counts.reused >= 1
    assert counts.made + counts.reused == 6


def _tries(run: Run) -> int:
    task = run.task("image")
    return task.try_number + (task.state == "up_for_retry")


def _create(api: Any, plural: str, kind: str, body: dict[str, Any]) -> None:
    api.create_cluster_custom_object(GROUP, VERSION, plural, _whole(kind, body))


def _whole(kind: str, body: dict[str, Any]) -> dict[str, Any]:
    return {"apiVersion": f"{GROUP}/{VERSION}", "kind": kind, **body}
