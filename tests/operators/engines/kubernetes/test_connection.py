from __future__ import annotations

import asyncio
import json
import os

import pytest

from operators.engines.kubernetes.connection import awaitable_client
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
