"""Airflow's connection to the cluster, for what is awaited, and what the cluster says when it refuses."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from airflow.providers.cncf.kubernetes.hooks.kubernetes import AsyncKubernetesHook
from kubernetes_asyncio.client import CoreV1Api

from include.contract.parsing import json_in

SHOWN = 600
"""Characters of an answer."""


@asynccontextmanager
async def awaitable_client(connection_id: str, extras: Mapping[str, Any] | None = None) -> AsyncIterator[CoreV1Api]:
    """The core API for coroutines.

    :param extras: what the connection says, where it was read already: a worker that is stopped while it asks Airflow
        asynchronously could ask it nothing more.
    """
    hook = AsyncKubernetesHook(conn_id=connection_id, connection_extras=dict(extras) if extras is not None else None)
    async with hook.get_conn() as connection:
        yield CoreV1Api(connection)


def refusal_in_words(error: Exception) -> str:
    """What the cluster's API answered, in a line: a permission that is missing is named there. Or that it did not.

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
