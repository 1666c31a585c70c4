from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from operators.engines.identity import TaskKey
from operators.engines.kubernetes.claim import pods_of
from tests import airflow_home  # noqa: F401 - before anything imports Airflow
from tests.kube import Workplace
from tests.operators.engines.kubernetes.pods import KEY

NOWHERE = {
    "apiVersion": "v1",
    "kind": "Config",
    "clusters": [{"name": "c", "cluster": {"server": "http://127.0.0.1:1"}}],
    "users": [{"name": "u", "user": {"token": "t"}}],
    "contexts": [{"name": "x", "context": {"cluster": "c", "user": "u"}}],
    "current-context": "x",
}


@pytest.fixture
def connection(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An Airflow connection to a cluster that does not answer: building a pod asks it nothing."""
    path = tmp_path / "kubeconfig"
    path.write_text(yaml.safe_dump(NOWHERE))
    value = json.dumps({"conn_type": "kubernetes", "extra": {"kube_config_path": str(path)}})
    monkeypatch.setenv("AIRFLOW_CONN_KUBERNETES_DEFAULT", value)


@pytest.fixture
def key(kube: Workplace, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[TaskKey]:
    """A task of this test's own, with Airflow's connection to the cluster; whatever pods it leaves are removed."""
    connection = {"conn_type": "kubernetes", "extra": {"kube_config_path": str(kube.kubeconfig)}}
    monkeypatch.setenv("AIRFLOW_CONN_KUBERNETES_DEFAULT", json.dumps(connection))
    own = replace(KEY, run_id=request.node.name)
    yield own
    for pod in pods_of(kube.admin, kube.namespace, own):
        kube.admin.delete_namespaced_pod(pod.metadata.name, kube.namespace, grace_period_seconds=0)
