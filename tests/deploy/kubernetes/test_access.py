from __future__ import annotations

from collections.abc import Callable

import pytest
from kubernetes.client import AuthorizationV1Api, CoreV1Api
from kubernetes.client import models as k8s
from kubernetes.client.exceptions import ApiException

from tests.deploy.kubernetes.pods import plain_pod, stage_pod
from tests.kube import Workplace

pytestmark = pytest.mark.cluster

GRANTED = {
    *((verb, "", "pods") for verb in ("create", "get", "list", "watch", "delete")),
    ("get", "", "pods/log"),
}
OF_EVERY_USER = {"authentication.k8s.io", "authorization.k8s.io"}
"""API groups in which every user may ask who they are and what they may do."""


def test_airflow_may_do_exactly_what_the_engine_does(kube: Workplace) -> None:
    wanted = k8s.V1SelfSubjectRulesReview(spec=k8s.V1SelfSubjectRulesReviewSpec(namespace=kube.namespace))
    rules = AuthorizationV1Api(kube.airflow).create_self_subject_rules_review(wanted).status.resource_rules
    found = {
        (verb, group, resource)
        for rule in rules
        for group in rule.api_groups
        if group not in OF_EVERY_USER
        for resource in rule.resources
        for verb in rule.verbs
    }
    assert found == GRANTED


@pytest.mark.parametrize(
    ("verb", "group", "resource", "subresource"),
    [
        ("create", "", "pods", "exec"),
        ("create", "", "pods", "attach"),
        ("create", "", "pods", "portforward"),
        ("patch", "", "pods", "ephemeralcontainers"),
        ("patch", "", "pods", ""),
        ("update", "", "pods", ""),
        ("deletecollection", "", "pods", ""),
        ("get", "", "secrets", ""),
        ("list", "", "secrets", ""),
        ("create", "", "serviceaccounts", "token"),
        ("list", "", "events", ""),
        ("get", "", "configmaps", ""),
        ("patch", "", "resourcequotas", ""),
        ("patch", "networking.k8s.io", "networkpolicies", ""),
        ("patch", "rbac.authorization.k8s.io", "roles", ""),
    ],
)
def test_airflow_may_not(kube: Workplace, verb: str, group: str, resource: str, subresource: str) -> None:
    assert not _may(kube, verb, group, resource, subresource)


@pytest.mark.parametrize(("verb", "resource", "subresource"), [("create", "pods", ""), ("get", "pods", "log")])
def test_airflow_may(kube: Workplace, verb: str, resource: str, subresource: str) -> None:
    assert _may(kube, verb, "", resource, subresource)


def _may(kube: Workplace, verb: str, group: str, resource: str, subresource: str) -> bool:
    action = k8s.V1ResourceAttributes(
        namespace=kube.namespace, verb=verb, group=group, resource=resource, subresource=subresource
    )
    review = k8s.V1SelfSubjectAccessReview(spec=k8s.V1SelfSubjectAccessReviewSpec(resource_attributes=action))
    return bool(AuthorizationV1Api(kube.airflow).create_self_subject_access_review(review).status.allowed)


Attempt = Callable[[CoreV1Api, str, str], object]
ATTEMPTS: dict[str, Attempt] = {
    "exec": lambda api, space, pod: api.connect_get_namespaced_pod_exec(pod, space, command="true"),
    "patch": lambda api, space, pod: api.patch_namespaced_pod(pod, space, {"metadata": {"labels": {"a": "b"}}}),
    "read secrets": lambda api, space, pod: api.read_namespaced_secret("atelier-store", space),
    "list secrets": lambda api, space, pod: api.list_namespaced_secret(space),
    "pods of another namespace": lambda api, space, pod: api.list_namespaced_pod("kube-system"),
    "pods of all namespaces": lambda api, space, pod: api.list_pod_for_all_namespaces(),
    "a pod in another namespace": lambda api, space, pod: api.create_namespaced_pod("default", plain_pod("true")),
    "nodes": lambda api, space, pod: api.list_node(),
}


@pytest.mark.parametrize("name", ATTEMPTS)
def test_airflow_is_refused(kube: Workplace, a_pod: str, name: str) -> None:
    with pytest.raises(ApiException) as refused:
        ATTEMPTS[name](CoreV1Api(kube.airflow), kube.namespace, a_pod)
    assert refused.value.status == 403


@pytest.fixture(scope="module")
def a_pod(kube: Workplace) -> str:
    """Name of a pod that Airflow has made."""
    pod = stage_pod(kube.namespace, "true")
    return str(CoreV1Api(kube.airflow).create_namespaced_pod(kube.namespace, pod).metadata.name)


def test_stages_have_no_rights_at_all(kube: Workplace) -> None:
    user = f"system:serviceaccount:{kube.namespace}:atelier-stage"
    action = k8s.V1ResourceAttributes(namespace=kube.namespace, verb="get", resource="pods")
    review = k8s.V1SubjectAccessReview(spec=k8s.V1SubjectAccessReviewSpec(resource_attributes=action, user=user))
    assert not AuthorizationV1Api(kube.cluster.client).create_subject_access_review(review).status.allowed
