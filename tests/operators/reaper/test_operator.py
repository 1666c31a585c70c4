from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from airflow.sdk.execution_time import task_runner
from airflow.sdk.execution_time.comms import TaskStatesResult

from include.contract.cluster import KubernetesSettings
from operators.engines.identity import TaskKey
from operators.reaper.operator import ReaperOperator, SweepIncomplete
from tests.operators.reaper.cluster import NAMESPACE, Cluster, pod
from tests.operators.reaper.server import serving

pytestmark = pytest.mark.usefixtures("base_url")
FAILED, RUNNING = (TaskKey("film", "run", name, -1, 1, 2) for name in ("failed", "running"))


@contextmanager
def connected(cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Make `cluster` what the connection `kubernetes_default` leads to."""
    with serving(cluster) as server:
        config = {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": "it",
            "clusters": [{"name": "it", "cluster": {"server": server.url}}],
            "users": [{"name": "it", "user": {"token": "none"}}],
            "contexts": [{"name": "it", "context": {"cluster": "it", "user": "it"}}],
        }
        path = tmp_path / "kubeconfig"
        path.write_text(json.dumps(config))
        connection = {"conn_type": "kubernetes", "extra": {"kube_config_path": str(path)}}
        monkeypatch.setenv("AIRFLOW_CONN_KUBERNETES_DEFAULT", json.dumps(connection))
        yield


class Supervisor:
    """Airflow, which says that of `states`, or nothing."""

    def __init__(self, states: dict[str, str] | None) -> None:
        self._states = states

    def send(self, _: Any) -> Any:
        if self._states is None:
            raise EOFError("the supervisor is gone")
        return TaskStatesResult(task_states={"run": self._states})


def reaped(cluster: Cluster, supervisor: Supervisor, is_dry_run: bool, where: Path, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(task_runner, "SUPERVISOR_COMMS", supervisor, raising=False)
    engine = KubernetesSettings(namespace=NAMESPACE, image="stage:1")
    with connected(cluster, where, patch):
        ReaperOperator(task_id="reaper", engine=engine).execute({"params": {"dry_run": is_dry_run}})


@pytest.mark.parametrize(("is_dry_run", "left"), [(False, ["running"]), (True, ["failed", "running"])])
def test_it_asks_airflow_and_deletes_over_the_deployments_connection(
    is_dry_run: bool, left: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cluster = Cluster(pod("failed", FAILED), pod("running", RUNNING))
    reaped(cluster, Supervisor({"failed": "failed", "running": "deferred"}), is_dry_run, tmp_path, monkeypatch)
    assert sorted(cluster.pods) == left


def test_without_an_answer_it_fails_and_leaves_every_pod(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cluster = Cluster(pod("failed", FAILED), pod("running", RUNNING))
    with pytest.raises(SweepIncomplete, match="2 left because Airflow did not say"):
        reaped(cluster, Supervisor(None), False, tmp_path, monkeypatch)
    assert sorted(cluster.pods) == ["failed", "running"]
