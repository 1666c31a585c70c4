"""A real Kubernetes cluster for tests: a namespace of the session's own, made from the project's manifests.

ATELIER_TEST_KUBECONFIG says which cluster, else KUBECONFIG; tests that need one are skipped when neither is set.
What imports the Kubernetes client does so late: the stage side's tests have none.
"""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest
import yaml

if TYPE_CHECKING:
    from kubernetes.client import ApiClient, CoreV1Api

    from deploy.kubernetes.cluster import Cluster
    from deploy.kubernetes.manifests import StoreAddress
    from deploy.local.credentials import Credentials

KUBECONFIG = os.environ.get("ATELIER_TEST_KUBECONFIG") or os.environ.get("KUBECONFIG")
TOKEN_LIFE_S = 3600
POD_LIMIT_S = 120.0
ANSWER = "here"


@dataclass(frozen=True)
class Workplace:
    """A namespace that is ready for stage pods."""

    namespace: str
    cluster: Cluster
    """As its administrator."""
    kubeconfig: Path
    """Acts as Airflow's service account: for connections, and for `airflow`."""
    store: StoreAddress
    """What the network lets stage pods reach."""
    warnings: tuple[str, ...]
    """What the cluster said while it was made."""

    @property
    def admin(self) -> CoreV1Api:
        """The core API with an administrator's rights."""
        from kubernetes.client import CoreV1Api

        return CoreV1Api(self.cluster.client)

    @property
    def airflow(self) -> ApiClient:
        """A client with Airflow's rights, and no others."""
        from kubernetes import config

        return config.new_client_from_config(str(self.kubeconfig))

    def run(self, pod: Any) -> str:
        """Run a pod to its end with Airflow's rights; its log, whatever its exit code."""
        from kubernetes.client import CoreV1Api

        return run_pod(CoreV1Api(self.airflow), pod, self.namespace)


def run_pod(api: CoreV1Api, pod: Any, namespace: str) -> str:
    """Run a pod to its end and delete it; its log, whatever its exit code."""
    name = api.create_namespaced_pod(namespace, pod).metadata.name
    try:
        limit = time.monotonic() + POD_LIMIT_S
        while True:
            status = api.read_namespaced_pod(name, namespace).status
            if status.phase in ("Succeeded", "Failed"):
                # Decoded here: the client gives the text of a bytes object.
                log = api.read_namespaced_pod_log(name, namespace, _preload_content=False)
                return str(log.data.decode())
            assert time.monotonic() < limit, f"pod {name} has not ended after {POD_LIMIT_S:g} s: {status}"
            time.sleep(0.3)
    finally:
        api.delete_namespaced_pod(name, namespace, grace_period_seconds=0)


@contextmanager
def workplace(cluster: Cluster, store: StoreAddress, credentials: Credentials, folder: Path) -> Iterator[Workplace]:
    """A namespace of its own whose stage pods reach `store`; deleted when the block ends."""
    from kubernetes.client import CoreV1Api

    from deploy.local.weed import client_variables

    namespace = f"atelier-test-{uuid.uuid4().hex[:8]}"
    try:
        warnings = cluster.install(namespace, store, client_variables(store.url, credentials))
        kubeconfig = folder / namespace
        kubeconfig.write_text(yaml.safe_dump(cluster.airflow_kubeconfig(namespace, TOKEN_LIFE_S)))
        yield Workplace(namespace, cluster, kubeconfig, store, tuple(warnings))
    finally:
        CoreV1Api(cluster.client).delete_namespace(namespace)


@contextmanager
def http_server(address: str) -> Iterator[int]:
    """A server that answers every GET with `ANSWER`; gives its port."""
    server = ThreadingHTTPServer((address, 0), _Here)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Here(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(ANSWER.encode())

    def log_message(self, *_: object) -> None:
        pass


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip from one place, so that pytest's summary has one line for all tests without a cluster."""
    if item.get_closest_marker("cluster") and not KUBECONFIG:
        pytest.skip("needs a Kubernetes cluster: set KUBECONFIG to the kubeconfig of one that tests may use")


@pytest.fixture(scope="session")
def cluster() -> Cluster:
    """The cluster for tests, as its administrator."""
    assert KUBECONFIG, "tests that use a cluster carry the marker `cluster`"
    from deploy.kubernetes.cluster import find_cluster

    return find_cluster(KUBECONFIG)


@pytest.fixture(scope="session")
def kube(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workplace]:
    """A namespace for the session, with a small HTTP server of this machine in the store's place."""
    from deploy.kubernetes.manifests import StoreAddress
    from deploy.local.credentials import Credentials

    address = cluster.host_address()
    with http_server(address) as port:
        store = StoreAddress(address, port)
        with workplace(cluster, store, Credentials(), tmp_path_factory.mktemp("kube")) as place:
            yield place
