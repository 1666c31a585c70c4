from __future__ import annotations

from typing import Any

import pytest
from kubernetes.client import CoreV1Api
from kubernetes.client.exceptions import ApiException

from tests.deploy.kubernetes.pods import stage_pod
from tests.kube import Workplace

pytestmark = pytest.mark.cluster

TOO_MUCH: dict[str, dict[str, Any]] = {
    "requests.cpu": {"cpu": 65},
    "requests.memory": {"memory_mib": 256 * 1024 + 1},
    "requests.nvidia.com/gpu": {"gpus": 9},
}


@pytest.mark.parametrize("resource", TOO_MUCH)
def test_more_than_the_quota_is_refused(kube: Workplace, resource: str) -> None:
    pod = stage_pod(kube.namespace, "true", **TOO_MUCH[resource])
    with pytest.raises(ApiException) as refused:
        CoreV1Api(kube.airflow).create_namespaced_pod(kube.namespace, pod, dry_run="All")
    assert refused.value.status == 403
    assert f"exceeded quota: atelier, requested: {resource}" in refused.value.body


@pytest.mark.parametrize("profile", [{"cpu": 16, "memory_mib": 65536, "gpus": 8}, {"cpu": 0.1, "memory_mib": 16}])
def test_what_is_within_it_is_taken(kube: Workplace, profile: dict[str, Any]) -> None:
    pod = stage_pod(kube.namespace, "true", **profile)
    assert CoreV1Api(kube.airflow).create_namespaced_pod(kube.namespace, pod, dry_run="All").metadata.name
