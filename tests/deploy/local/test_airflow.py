from __future__ import annotations

import json
from dataclasses import asdict

from deploy.local.airflow import STORE_CONNECTION, airflow_environment, airflow_services
from deploy.local.credentials import credentials_of
from deploy.local.installation import Installation
from deploy.local.ports import AIRFLOW_PORT, GRPC, WANTED

PORTS = {**WANTED, **dict.fromkeys(GRPC, 1), AIRFLOW_PORT: 18099, "s3": 18333}


def test_every_address_follows_its_port(installation: Installation) -> None:
    environment = airflow_environment(installation, credentials_of(installation), PORTS)
    assert environment["AIRFLOW__CORE__EXECUTION_API_SERVER_URL"] == "http://127.0.0.1:18099/execution/"
    assert environment["AIRFLOW__API__PORT"] == "18099"
    assert json.loads(environment[STORE_CONNECTION])["extra"]["endpoint_url"] == "http://127.0.0.1:18333"


def test_no_credential_is_an_argument(installation: Installation) -> None:
    credentials = credentials_of(installation)
    services = airflow_services(installation, airflow_environment(installation, credentials, PORTS))
    arguments = " ".join(word for service in services for word in service.argv)
    assert not [secret for secret in asdict(credentials).values() if secret in arguments]


def test_only_what_forks_loads_what_tasks_and_parses_need(installation: Installation) -> None:
    services = airflow_services(installation, {})
    assert [service.name for service in services if "ATELIER_PRELOAD" in service.env] == ["scheduler", "dag-processor"]
