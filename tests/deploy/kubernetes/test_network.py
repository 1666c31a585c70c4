from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from kubernetes.client import CoreV1Api

from tests.deploy.kubernetes.pods import plain_pod, stage_pod
from tests.kube import Workplace, http_server, run_pod

pytestmark = pytest.mark.cluster

STAGE = {"app.kubernetes.io/name": "atelier-stage"}
PORT = 8080
API = "$KUBERNETES_SERVICE_HOST $KUBERNETES_SERVICE_PORT"
LISTEN = f"mkdir /tmp/www; httpd -f -p {PORT} -h /tmp/www"


@pytest.fixture(scope="module")
def elsewhere(kube: Workplace) -> Iterator[str]:
    """A namespace without policies."""
    name = f"atelier-test-{uuid.uuid4().hex[:8]}"
    kube.admin.create_namespace({"metadata": {"name": name}})
    yield name
    kube.admin.delete_namespace(name)


@pytest.fixture(scope="module")
def pod_elsewhere(kube: Workplace, elsewhere: str) -> str:
    """Address of a pod that answers whoever may reach it."""
    return _address(kube.admin, elsewhere, plain_pod(LISTEN))


@pytest.fixture(scope="module")
def places(kube: Workplace, pod_elsewhere: str) -> Iterator[dict[str, str]]:
    """What a pod may try to reach, each as the arguments of `nc`."""
    with http_server(kube.store.address) as other_port:
        yield {
            "store": f"{kube.store.address} {kube.store.port}",
            "another port of its host": f"{kube.store.address} {other_port}",
            "the Kubernetes API": API,
            "another pod": f"{pod_elsewhere} {PORT}",
        }


def _address(api: CoreV1Api, namespace: str, pod: Any) -> str:
    """Of a pod, once it runs and listens."""
    name = api.create_namespaced_pod(namespace, pod).metadata.name
    limit = time.monotonic() + 60
    while (status := api.read_namespaced_pod(name, namespace).status).phase != "Running":
        assert time.monotonic() < limit, status
        time.sleep(0.3)
    time.sleep(0.5)
    return str(status.pod_ip)


def _script(places: dict[str, str]) -> str:
    """Tries all places at once, and DNS; prints the names of those that were reached."""
    tries = [f"(nc -z -w 4 {where} </dev/null 2>/dev/null && echo '{name}') &" for name, where in places.items()]
    return "\n".join(
        [*tries, "(timeout 4 nslookup kubernetes.default.svc.cluster.local >/dev/null 2>&1 && echo DNS) &", "wait"]
    )


def _lines(log: str) -> set[str]:
    return set(log.splitlines())


def test_a_stage_reaches_the_store_and_dns_and_nothing_else(kube: Workplace, places: dict[str, str]) -> None:
    assert _lines(kube.run(stage_pod(kube.namespace, _script(places)))) == {"store", "DNS"}


def test_any_other_pod_of_the_namespace_reaches_nothing(kube: Workplace, places: dict[str, str]) -> None:
    assert _lines(kube.run(plain_pod(_script(places)))) == set()


def test_without_the_policies_all_of_it_is_reached(kube: Workplace, places: dict[str, str], elsewhere: str) -> None:
    assert _lines(run_pod(kube.admin, plain_pod(_script(places), STAGE), elsewhere)) == {*places, "DNS"}


def test_nobody_reaches_a_stage(kube: Workplace, pod_elsewhere: str, elsewhere: str) -> None:
    listens = LISTEN.replace("/tmp/www", "/scratch/www")
    stage = _address(CoreV1Api(kube.airflow), kube.namespace, stage_pod(kube.namespace, listens))
    places = {"another pod": f"{pod_elsewhere} {PORT}", "stage": f"{stage} {PORT}"}
    assert _lines(run_pod(kube.admin, plain_pod(_script(places)), elsewhere)) == {"another pod", "DNS"}
