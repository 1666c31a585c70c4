from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.kubernetes.manifests import StoreAddress
from deploy.local import pods
from deploy.local.credentials import credentials_of
from deploy.local.installation import PROJECT_ROOT, Installation

PORTS = {"s3": 8333}


@dataclass
class StandIn:
    """A cluster that writes down what it is told."""

    installed: list[tuple[str, StoreAddress, Mapping[str, str]]] = field(default_factory=list)

    def host_address(self) -> str:
        return "172.18.0.1"

    def install(self, namespace: str, store: StoreAddress, variables: Mapping[str, str]) -> list[str]:
        self.installed.append((namespace, store, variables))
        return ["no network policies"]

    def airflow_kubeconfig(self, namespace: str, life_s: int) -> dict[str, Any]:
        return {"kind": "Config", "namespace": namespace, "life_s": life_s}


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> StandIn:
    cluster = StandIn()
    monkeypatch.setattr(pods, "find_cluster", lambda: cluster)
    return cluster


def with_pods(home: Path) -> Installation:
    """The first of the project's deployments with stages as pods, in a home of its own."""
    for file in sorted((PROJECT_ROOT / "include" / "deployments").glob("*.yaml")):
        installation = Installation(home=home, deployment_file=str(file))
        if installation.deployment().kubernetes is not None:
            installation.prepare()
            return installation
    raise AssertionError("no deployment has stages as pods")


def test_where_no_stage_runs_as_a_pod_no_cluster_is_looked_for(installation: Installation, cluster: StandIn) -> None:
    assert pods.cluster_environment(installation, credentials_of(installation), PORTS) == {}
    assert cluster.installed == []


def test_the_cluster_is_told_where_the_store_is_and_airflow_gets_its_own_access(
    tmp_path: Path, cluster: StandIn, caplog: pytest.LogCaptureFixture
) -> None:
    installation = with_pods(tmp_path)
    engine = installation.deployment().kubernetes
    assert engine is not None
    with caplog.at_level(logging.WARNING):
        environment = pods.cluster_environment(installation, credentials_of(installation), PORTS)
    ((namespace, store, variables),) = cluster.installed
    assert (namespace, store) == (engine.namespace, StoreAddress("172.18.0.1", 8333))
    assert variables["AWS_ENDPOINT_URL"] == store.url
    assert "no network policies" in caplog.text
    (connection,) = environment.values()
    assert environment.keys() == {f"AIRFLOW_CONN_{engine.connection_id.upper()}"}
    path = Path(json.loads(connection)["extra"]["kube_config_path"])
    assert yaml.safe_load(path.read_text()) == cluster.airflow_kubeconfig(engine.namespace, pods.ACCESS_LIFE_S)
    assert path.stat().st_mode & 0o777 == 0o600
