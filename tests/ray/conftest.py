"""One Ray cluster for the whole session, and a deployment that leads to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from atelier.testing.s3 import S3
from include.contract.deployments import Deployment
from include.store.store import Store
from operators.store import connected_store
from tests import airflow_home  # noqa: F401 - before anything imports Airflow
from tests.ray.head import Cluster, Head, running
from tests.ray.runs import deployment_on
from tests.ray.scenes import Scene, scenes_on, whole


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
    return deployment_on(ray_cluster, s3, tmp_path, monkeypatch)


@pytest.fixture
def store(deployment: Deployment) -> Store:
    """The deployment's."""
    return connected_store(deployment.store)
