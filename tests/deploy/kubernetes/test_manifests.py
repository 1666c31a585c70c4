from __future__ import annotations

from typing import Any

import pytest

from deploy.kubernetes.manifests import BASE, STORE_POLICY, ClusterRefused, StoreAddress, apply, placed, read_objects
from tests.deploy.kubernetes.pods import plain_pod
from tests.kube import Workplace

STORE = StoreAddress("10.1.2.3", 8333)


def _named(objects: list[dict[str, Any]], kind: str, name: str) -> dict[str, Any]:
    (found,) = [each for each in objects if each["kind"] == kind and each["metadata"]["name"] == name]
    return found


def test_every_file_of_the_base_is_read_and_the_namespace_comes_first() -> None:
    objects = read_objects()
    assert objects[0]["kind"] == "Namespace"
    files = [path for path in BASE.glob("*.yaml") if path.name != "kustomization.yaml"]
    assert len(objects) == sum(path.read_text().count("\nkind: ") for path in files)


def test_they_are_one_namespaces() -> None:
    objects = placed(read_objects(), "media", STORE)
    assert objects[0]["metadata"]["name"] == "media"
    assert {each["metadata"]["namespace"] for each in objects if "namespace" in each["metadata"]} == {"media"}
    (subject,) = _named(objects, "RoleBinding", "atelier-airflow")["subjects"]
    assert subject["namespace"] == "media"


def test_only_the_store_is_let_through() -> None:
    policy = _named(placed(read_objects(), "media", STORE), "NetworkPolicy", STORE_POLICY)
    assert policy["spec"]["egress"] == [
        {"to": [{"ipBlock": {"cidr": "10.1.2.3/32"}}], "ports": [{"protocol": "TCP", "port": 8333}]}
    ]


def test_the_files_themselves_let_nobody_through() -> None:
    policy = _named(read_objects(), "NetworkPolicy", STORE_POLICY)
    assert policy["spec"]["egress"][0]["to"] == [{"ipBlock": {"cidr": "0.0.0.0/32"}}]


def test_placing_leaves_what_was_read_alone() -> None:
    objects = read_objects()
    placed(objects, "media", STORE)
    assert objects == read_objects()


@pytest.mark.cluster
def test_applying_again_changes_nothing(kube: Workplace) -> None:
    objects = placed(read_objects(), kube.namespace, kube.store)
    quotas = [each for each in objects if each["kind"] == "ResourceQuota"]
    before = kube.admin.read_namespaced_resource_quota("atelier", kube.namespace)
    assert apply(kube.cluster.client, quotas) == []
    after = kube.admin.read_namespaced_resource_quota("atelier", kube.namespace)
    assert after.metadata.resource_version == before.metadata.resource_version


@pytest.mark.cluster
def test_what_the_cluster_warns_of_is_told(kube: Workplace) -> None:
    pod = plain_pod("true", nodeSelector={"beta.kubernetes.io/arch": "none"})
    pod["metadata"]["namespace"] = kube.namespace
    (warning,) = apply(kube.cluster.client, [pod])
    assert warning.startswith(
        f"Pod `{pod['metadata']['name']}`: spec.nodeSelector[beta.kubernetes.io/arch]: deprecated"
    )


@pytest.mark.cluster
def test_a_field_that_does_not_exist_is_refused(kube: Workplace) -> None:
    quota = _named(placed(read_objects(), kube.namespace, kube.store), "ResourceQuota", "atelier")
    quota["spec"]["hrad"] = {}
    with pytest.raises(ClusterRefused, match=r"ResourceQuota `atelier`: .*\.spec\.hrad: field not declared"):
        apply(kube.cluster.client, [quota])


@pytest.mark.cluster
def test_what_the_cluster_refuses_is_named_with_the_reason(kube: Workplace) -> None:
    priority = _named(read_objects(), "PriorityClass", "atelier-batch")
    priority["value"] = 7
    with pytest.raises(ClusterRefused, match=r"PriorityClass `atelier-batch`: the cluster answers 422 .*value"):
        apply(kube.cluster.client, [priority])
