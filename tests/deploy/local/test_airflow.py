from __future__ import annotations

import json
from dataclasses import asdict

from deploy.local.airflow import (
    HEALTHY_PARTS,
    STORE_CONNECTION,
    airflow_environment,
    airflow_services,
    unhealthy_parts,
)
from deploy.local.credentials import credentials_of
from deploy.local.installation import Installation
from deploy.local.ports import AIRFLOW_PORT, GRPC, WANTED
from tests.deploy.stub import Stub, answering

PORTS = {**WANTED, **dict.fromkeys(GRPC, 1), AIRFLOW_PORT: 18099, "s3": 18333}


def test_every_address_follows_its_port(installation: Installation) -> None:
    environment = airflow_environment(installation, credentials_of(installation), PORTS)
    assert environment["AIRFLOW__CORE__EXECUTION_API_SERVER_URL"] == "http://127.0.0.1:18099/execution/"
    assert environment["AIRFLOW__API__PORT"] == "18099"
    assert environment["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"].endswith("@127.0.0.1:15432/postgres")
    assert json.loads(environment[STORE_CONNECTION])["extra"]["endpoint_url"] == "http://127.0.0.1:18333"


def test_no_credential_is_an_argument(installation: Installation) -> None:
    credentials = credentials_of(installation)
    services = airflow_services(installation, airflow_environment(installation, credentials, PORTS), PORTS)
    arguments = " ".join(word for service in services for word in service.argv)
    assert not [secret for secret in asdict(credentials).values() if secret in arguments]


def test_only_what_forks_loads_what_tasks_and_parses_need(installation: Installation) -> None:
    services = airflow_services(installation, {}, PORTS)
    assert [service.name for service in services if "ATELIER_PRELOAD" in service.env] == ["scheduler", "dag-processor"]


def test_every_part_whose_health_the_ui_shows_is_run(installation: Installation) -> None:
    names = {service.name.replace("-", "_") for service in airflow_services(installation, {}, PORTS)}
    assert set(HEALTHY_PARTS) < names


def test_a_server_that_speaks_of_something_else_is_no_healthy_airflow() -> None:
    for body in ({"status": "fine"}, ["scheduler"], {"scheduler": None}):
        with answering(Stub([(200, body)])) as other:
            assert unhealthy_parts({AIRFLOW_PORT: other.port}) == list(HEALTHY_PARTS)
    assert unhealthy_parts({AIRFLOW_PORT: 9}) == list(HEALTHY_PARTS)
