from __future__ import annotations

from typing import Any

import pytest
from kubernetes.client import CoreV1Api
from kubernetes.client.exceptions import ApiException

from tests.deploy.kubernetes.pods import plain_pod, stage_pod
from tests.kube import Workplace

pytestmark = pytest.mark.cluster


def test_all_of_it_is_taken_without_a_warning(kube: Workplace) -> None:
    assert kube.warnings == ()


def test_a_stage_runs_as_nobody_with_nothing_to_write_on_but_its_folders(kube: Workplace) -> None:
    script = "id -u; id -g; touch /x 2>/dev/null || echo read-only; ls /var/run/secrets 2>/dev/null || echo no token;"
    script += "touch /scratch/x /cache/x && echo writes; test $AWS_ENDPOINT_URL && echo store"
    said = kube.run(stage_pod(kube.namespace, script))
    assert said.split("\n") == ["10001", "10001", "read-only", "no token", "writes", "store", ""]


def _container(**change: Any) -> dict[str, Any]:
    (container,) = plain_pod("true")["spec"]["containers"]
    return {"containers": [{**container, **change}]}


BREAKS: dict[str, dict[str, Any]] = {
    "privileged": _container(securityContext={"privileged": True}),
    "a capability": _container(
        securityContext={"allowPrivilegeEscalation": False, "capabilities": {"add": ["NET_RAW"], "drop": ["ALL"]}}
    ),
    "root": {"securityContext": {"runAsUser": 0, "seccompProfile": {"type": "RuntimeDefault"}}},
    "no seccomp profile": {"securityContext": {"runAsNonRoot": True, "runAsUser": 10001}},
    "the node's disk": {"volumes": [{"name": "disk", "hostPath": {"path": "/"}}]},
    "the node's network": {"hostNetwork": True},
}


@pytest.mark.parametrize("name", BREAKS)
def test_a_pod_with_more_rights_than_a_stage_needs_is_refused(kube: Workplace, name: str) -> None:
    with pytest.raises(ApiException) as refused:
        CoreV1Api(kube.airflow).create_namespaced_pod(kube.namespace, plain_pod("true", **BREAKS[name]))
    assert refused.value.status == 403
    assert 'violates PodSecurity \\"restricted' in refused.value.body


def test_a_plain_pod_that_keeps_to_it_is_taken(kube: Workplace) -> None:
    assert kube.run(plain_pod("echo fine")) == "fine\n"
