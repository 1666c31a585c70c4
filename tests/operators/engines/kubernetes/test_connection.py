from __future__ import annotations

import asyncio
import json
import os

import kubernetes.client
import kubernetes_asyncio.client
import pytest
from airflow.providers.cncf.kubernetes.hooks.kubernetes import KubernetesHook

from include.contract.errors import AtelierError, BadRequest, ClusterAway
from operators.engines.kubernetes.connection import awaitable_client, cluster_errors, refusal_in_words
from tests import airflow_home  # noqa: F401 - before anything imports Airflow
from tests.operators.engines.kubernetes.conftest import NOWHERE

SERVER = NOWHERE["clusters"][0]["cluster"]["server"]


async def host(connection_id: str, extras: dict[str, str] | None = None) -> str:
    async with awaitable_client(connection_id, extras) as client:
        return str(client.api_client.configuration.host)


@pytest.mark.usefixtures("connection")
def test_it_leads_to_the_cluster_that_airflows_connection_names() -> None:
    assert asyncio.run(host("kubernetes_default")) == SERVER


@pytest.mark.usefixtures("connection")
def test_airflow_is_not_asked_for_a_connection_that_was_read_already() -> None:
    extras = json.loads(os.environ["AIRFLOW_CONN_KUBERNETES_DEFAULT"])["extra"]
    assert asyncio.run(host("one_that_airflow_does_not_have", extras)) == SERVER


FORBIDDEN = 'pods is forbidden: User "airflow" cannot get resource "pods" in the namespace "atelier"'


@pytest.mark.parametrize("client", [kubernetes.client.ApiException, kubernetes_asyncio.client.ApiException])
@pytest.mark.parametrize(
    ("body", "says"),
    [
        (json.dumps({"kind": "Status", "message": FORBIDDEN}), f": {FORBIDDEN}"),
        ("<html>no</html>", ": <html>no</html>"),
        ("[]", ": []"),
        (None, ""),
    ],
)
def test_a_refusal_is_told_in_one_line_with_what_is_missing(
    client: type[Exception], body: str | None, says: str
) -> None:
    error = client(status=403, reason="Forbidden")
    error.body = body  # type: ignore[attr-defined]
    assert refusal_in_words(error) == f"the Kubernetes API answers 403 Forbidden{says}"


def test_an_api_that_does_not_answer_is_told_apart_from_one_that_refuses() -> None:
    assert refusal_in_words(TimeoutError()) == "the Kubernetes API does not answer: TimeoutError"


def refusal(status: int, message: str = "") -> kubernetes.client.ApiException:
    error = kubernetes.client.ApiException(status=status, reason="Refused")
    error.body = json.dumps({"message": message})
    return error


@pytest.mark.parametrize(
    ("error", "told", "says"),
    [
        (refusal(403, FORBIDDEN), BadRequest, "pods is forbidden.*; check the deployment's settings and"),
        (refusal(403, "exceeded quota: atelier"), ClusterAway, "exceeded quota: atelier"),
        (refusal(429), ClusterAway, "answers 429 Refused"),
        (refusal(503), ClusterAway, "answers 503 Refused"),
        (refusal(0), ClusterAway, "does not answer"),
        (OSError("no route"), ClusterAway, "does not answer: no route"),
    ],
)
def test_what_another_try_may_find_otherwise_is_told_apart(
    error: Exception, told: type[AtelierError], says: str
) -> None:
    with pytest.raises(told, match=says), cluster_errors("kubernetes_default"):
        raise error


@pytest.mark.usefixtures("connection")
@pytest.mark.parametrize("name", ["kubernetes_default", "one_that_airflow_does_not_have"])
def test_a_connection_that_leads_to_no_cluster_is_a_mistake_that_is_named(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = {"conn_type": "kubernetes", "extra": {"kube_config_path": "/no/such/kubeconfig"}}
    monkeypatch.setenv("AIRFLOW_CONN_KUBERNETES_DEFAULT", json.dumps(nowhere))
    with pytest.raises(BadRequest, match=f"`{name}` does not lead to a cluster: .*kubeconfig"), cluster_errors(name):
        KubernetesHook(conn_id=name).core_v1_client.list_node()
