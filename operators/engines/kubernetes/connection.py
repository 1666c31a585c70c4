"""Airflow's connection to the cluster, for what is awaited."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from airflow.providers.cncf.kubernetes.hooks.kubernetes import AsyncKubernetesHook
from kubernetes_asyncio.client import CoreV1Api


@asynccontextmanager
async def awaitable_client(connection_id: str, extras: Mapping[str, Any] | None = None) -> AsyncIterator[CoreV1Api]:
    """The core API for coroutines.

    :param extras: what the connection says, where it was read already: a worker that is stopped while it asks Airflow
        asynchronously could ask it nothing more.
    """
    hook = AsyncKubernetesHook(conn_id=connection_id, connection_extras=dict(extras) if extras is not None else None)
    async with hook.get_conn() as connection:
        yield CoreV1Api(connection)
