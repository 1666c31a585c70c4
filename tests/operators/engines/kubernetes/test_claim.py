"""On a real API server: whose pod goes on, whose is deleted, and that there are never two."""

from __future__ import annotations

import copy
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from operators.engines.identity import REQUEST_ANNOTATION, TASK_LABEL, TaskKey
from operators.engines.kubernetes.claim import claim, delete, pods_of
from tests import airflow_home  # noqa: F401 - before anything imports Airflow
from tests.kube import Workplace
from tests.operators.engines.kubernetes.pods import KEY

pytestmark = pytest.mark.cluster
GRACE_S = 8


@pytest.fixture
def key(request: pytest.FixtureRequest) -> TaskKey:
    """A task of this test's own."""
    return replace(KEY, run_id=request.node.name)


@pytest.fixture
def client(kube: Workplace, key: TaskKey) -> Iterator[Any]:
    """The API with Airflow's rights; the task's pods are deleted afterwards."""
    from kubernetes.client import CoreV1Api

    yield CoreV1Api(kube.airflow)
    for pod in pods_of(kube.admin, kube.namespace, key):
        kube.admin.delete_namespaced_pod(pod.metadata.name, kube.namespace, grace_period_seconds=0)


def wanted(kube: Workplace, key: TaskKey, request: str = "s3://b/r1") -> Any:
    """The pod of a try: it sleeps, and takes its time to go."""
    from kubernetes.client import models as k8s

    security = {
        "allowPrivilegeEscalation": False, "runAsNonRoot": True, "runAsUser": 10001,
        "capabilities": {"drop": ["ALL"]}, "seccompProfile": {"type": "RuntimeDefault"},
    }  # fmt: skip
    container = {
        "name": "base", "image": "busybox", "imagePullPolicy": "IfNotPresent",
        "command": ["sh", "-c", "trap 'sleep 4; exit 0' TERM; while true; do sleep 0.2; done"],
        "resources": {"requests": {"cpu": "10m", "memory": "16Mi"}, "limits": {"memory": "16Mi"}},
        "securityContext": security,
    }  # fmt: skip
    return k8s.V1Pod(
        metadata=k8s.V1ObjectMeta(
            name=key.pod_name(),
            namespace=kube.namespace,
            labels={"app.kubernetes.io/name": "atelier-stage", TASK_LABEL: key.task_digest()},
            annotations={**key.annotations(), REQUEST_ANNOTATION: request},
        ),
        spec={"restartPolicy": "Never", "terminationGracePeriodSeconds": GRACE_S, "containers": [container]},
    )


def never() -> None:
    """Waiting always makes sense."""


def await_phase(kube: Workplace, pod: Any, phase: str) -> None:
    limit = time.monotonic() + 60
    while kube.admin.read_namespaced_pod(pod.metadata.name, kube.namespace).status.phase != phase:
        assert time.monotonic() < limit
        time.sleep(0.2)


def test_the_same_try_finds_its_pod_and_a_later_one_takes_it_over(kube: Workplace, client: Any, key: TaskKey) -> None:
    pod, is_new = claim(client, wanted(kube, key), key, never)
    assert is_new
    for later in (key, replace(key, try_number=3)):
        found, is_new = claim(client, wanted(kube, later), later, never)
        assert (found.metadata.uid, is_new) == (pod.metadata.uid, False)


@pytest.mark.parametrize("change", ["cleared", "asks for something else", "is being deleted"])
def test_a_pod_that_is_not_this_trys_is_gone_before_a_new_one_is_made(
    kube: Workplace, client: Any, key: TaskKey, change: str
) -> None:
    old, _ = claim(client, wanted(kube, key), key, never)
    await_phase(kube, old, "Running")
    later, request = replace(key, try_number=2), "s3://b/r1"
    if change == "cleared":
        later = replace(later, max_tries=key.max_tries + 7)
    elif change == "asks for something else":
        request = "s3://b/r2"
    else:
        delete(client, old)
    began = time.monotonic()
    new, is_new = claim(client, wanted(kube, later, request), later, never)
    assert is_new
    assert time.monotonic() - began > 3, "the old pod takes four seconds to go"
    assert [pod.metadata.uid for pod in pods_of(client, kube.namespace, later)] == [new.metadata.uid]


def test_more_than_one_match_is_resolved_for_the_one_that_is_furthest(
    kube: Workplace, client: Any, key: TaskKey
) -> None:
    older, newer = wanted(kube, key), wanted(kube, key)
    newer.metadata.name = f"{newer.metadata.name}-twin"
    client.create_namespaced_pod(kube.namespace, older)
    await_phase(kube, older, "Running")
    client.create_namespaced_pod(kube.namespace, newer)
    found, is_new = claim(client, wanted(kube, key), key, never)
    assert (found.metadata.name, is_new) == (older.metadata.name, False)
    left = [pod for pod in pods_of(client, kube.namespace, key) if pod.metadata.deletion_timestamp is None]
    assert [pod.metadata.name for pod in left] == [older.metadata.name]


def test_two_workers_at_once_make_one_pod(kube: Workplace, client: Any, key: TaskKey) -> None:
    made: list[tuple[str, bool]] = []

    def work() -> None:
        pod, is_new = claim(client, copy.deepcopy(wanted(kube, key)), key, never)
        made.append((pod.metadata.uid, is_new))

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({uid for uid, _ in made}) == 1
    assert sorted(is_new for _, is_new in made) == [False] * 5 + [True]


def test_waiting_for_an_old_pod_ends_when_it_makes_no_sense(kube: Workplace, client: Any, key: TaskKey) -> None:
    class Enough(Exception):
        pass

    def check() -> None:
        raise Enough

    old, _ = claim(client, wanted(kube, key), key, never)
    await_phase(kube, old, "Running")
    cleared = replace(key, max_tries=20)
    with pytest.raises(Enough):
        claim(client, wanted(kube, cleared), cleared, check)


def test_only_the_very_pod_is_deleted_and_not_one_of_its_name(kube: Workplace, client: Any, key: TaskKey) -> None:
    pod, _ = claim(client, wanted(kube, key), key, never)
    stale = copy.deepcopy(pod)
    stale.metadata.uid = "00000000-0000-0000-0000-000000000000"
    delete(client, stale)
    assert client.read_namespaced_pod(pod.metadata.name, kube.namespace).metadata.deletion_timestamp is None


def test_pods_of_other_tasks_are_left_alone(kube: Workplace, client: Any, key: TaskKey) -> None:
    other = replace(key, map_index=4)
    pod, _ = claim(client, wanted(kube, other), other, never)
    claim(client, wanted(kube, key), key, never)
    assert client.read_namespaced_pod(pod.metadata.name, kube.namespace).metadata.deletion_timestamp is None
    delete(kube.admin, pod)
