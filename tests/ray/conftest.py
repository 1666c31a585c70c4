"""One Ray cluster for the whole session, and a deployment that leads to it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from atelier.testing.s3 import S3
from include.contract.deployments import Deployment, Profile, StoreSettings
from include.contract.engines import EngineName
from include.contract.ray import RaySettings
from include.store.store import Store
from operators.store import connected_store
from tests import airflow_home  # noqa: F401 - before anything imports Airflow
from tests.operators.context import connect
from tests.ray.head import STAGE_BIN, Cluster, Head, running
from tests.ray.scenes import Scene, scenes_on, whole

CONNECTION = "atelier_ray"


@pytest.fixture(scope="session")
def ray_cluster(s3_server: S3) -> Iterator[Cluster]:
    """A head on this machine. Its environment has the store's credentials, as a cluster's has."""
    with running(s3_server.environment()) as cluster:
        yield cluster


@pytest.fixture(scope="session")
def cluster_of_nodes(s3_server: S3) -> Iterator[Cluster]:
    """A head with storage, which takes no driver; for tests that have parts of it die."""
    with running(s3_server.environment(), Head(cpus=0, memory_mib=100, storage=True)) as cluster:
        yield cluster


@pytest.fixture
def several_nodes(cluster_of_nodes: Cluster) -> Cluster:
    """It, with a head and two nodes, whatever has died before."""
    whole(cluster_of_nodes)
    return cluster_of_nodes


@pytest.fixture
def scene_of(deployment: Deployment, ray_cluster: Cluster, tmp_path: Path) -> Callable[..., Scene]:
    """What makes runs to which something happens."""
    return scenes_on(ray_cluster, deployment, tmp_path)


@pytest.fixture
def deployment(ray_cluster: Cluster, s3: S3, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Deployment:
    """A deployment on a bucket of its own whose stages run on the cluster."""
    connect(s3, monkeypatch)
    monkeypatch.setenv("AIRFLOW_CONN_ATELIER_RAY", json.dumps({"conn_type": "http", "password": ray_cluster.token}))
    (tmp_path / "files").mkdir()
    python = tmp_path / "python"
    # What the engine starts, with other stages: `-m include.runtime` becomes `-m tests.ray.stages`.
    python.write_text(f'#!/bin/sh\nshift 2\nexec {STAGE_BIN / "python"} -m tests.ray.stages "$@"\n')
    python.chmod(0o755)
    return Deployment(
        engine=EngineName.RAY,
        store=StoreSettings(bucket=s3.bucket, prefix="team/"),
        ray=RaySettings(
            address=ray_cluster.address,
            connection_id=CONNECTION,
            python=str(python),
            deferrable=False,
        ),
        files=str(tmp_path / "files"),
        profiles={"cpu-small": Profile(cpu=1, memory_mib=512)},
    )


@pytest.fixture
def store(deployment: Deployment) -> Store:
    """The deployment's."""
    return connected_store(deployment.store)
