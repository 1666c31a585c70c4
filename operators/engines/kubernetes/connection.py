"""Airflow's connection to the cluster, for coroutines, and the cluster's refusals as errors."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from http import HTTPStatus
from typing import Any

from airflow.providers.cncf.kubernetes.hooks.kubernetes import AsyncKubernetesHook
from airflow.sdk.exceptions import AirflowNotFoundException
from kubernetes.client.exceptions import ApiException
from kubernetes.config.config_exception import ConfigException
from kubernetes_asyncio.client import CoreV1Api
from urllib3.exceptions import HTTPError

from include.contract.errors import BadRequest, ClusterAway
from include.contract.parsing import json_in

NO_CLUSTER = (AirflowNotFoundException, ConfigException)
"""What is raised if Airflow has no such connection, or its kubeconfig does not lead to a cluster."""

SHOWN = 600
"""Characters of an answer that are shown."""


@asynccontextmanager
async def awaitable_client(connection_id: str, extras: Mapping[str, Any] | None = None) -> AsyncIterator[CoreV1Api]:
    """The core API for coroutines.

    :param extras: the connection's extras, if they were read already: a worker that is stopped while it asks Airflow
        asynchronously could not ask it anything else.
    """
    hook = AsyncKubernetesHook(conn_id=connection_id, connection_extras=dict(extras) if extras is not None else None)
    async with hook.get_conn() as connection:
        yield CoreV1Api(connection)


@contextmanager
def cluster_errors(connection_id: str) -> Iterator[None]:
    """Turns errors of the cluster in this block into the contract's.

    :raises BadRequest: Airflow's connection does not lead to a cluster, or the API refuses for good.
    :raises ClusterAway: the cluster does not answer, or cannot do it now.
    """
    try:
        yield
    except NO_CLUSTER as error:
        said = " ".join(str(error).split())
        raise BadRequest(
            f"the Airflow connection `{connection_id}` does not lead to a cluster: {said}; it has to be of the type "
            "`kubernetes`, with `in_cluster` or a kubeconfig in its extra"
        ) from error
    except ApiException as error:
        said, status = refusal_in_words(error), error.status or 0
        is_quota = status == HTTPStatus.FORBIDDEN and "exceeded quota" in said
        may_pass = status in (0, HTTPStatus.TOO_MANY_REQUESTS) or status >= HTTPStatus.INTERNAL_SERVER_ERROR
        if is_quota or may_pass:
            raise ClusterAway(said) from error
        raise BadRequest(f"{said}; check the deployment's settings and the operator's role") from error
    except (HTTPError, OSError) as error:
        raise ClusterAway(refusal_in_words(error)) from error


def refusal_in_words(error: Exception) -> str:
    """The answer of the cluster's API in one line, which names a missing permission; or that it did not answer.

    :param error: of either client, or of the network beneath.
    """
    status = getattr(error, "status", None)
    if not status:
        return f"the Kubernetes API does not answer: {str(error) or type(error).__name__}"
    body = getattr(error, "body", None) or ""
    try:
        answer = json_in(body)
    except ValueError:
        answer = None
    message = answer.get("message") if isinstance(answer, dict) else body
    said = f"the Kubernetes API answers {status} {getattr(error, 'reason', '')}".rstrip()
    return f"{said}: {message!s:.{SHOWN}}" if message else said
