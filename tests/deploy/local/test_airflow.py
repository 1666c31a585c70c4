from __future__ import annotations

import json
import sys
from dataclasses import asdict

from deploy.local import processes
from deploy.local.airflow import (
    HEALTHY_PARTS,
    STORE_CONNECTION,
    airflow_environment,
    airflow_services,
    stop_tasks,
    unhealthy_parts,
)
from deploy.local.credentials import credentials_of
from deploy.local.installation import Installation
from deploy.local.ports import AIRFLOW_PORT, GRPC, WANTED
from deploy.local.processes import Service
from tests.cluster.airflow import until
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


def test_what_tasks_report_to_is_started_before_the_scheduler_and_so_ends_after_it(installation: Installation) -> None:
    names = [service.name for service in airflow_services(installation, {}, PORTS)]
    assert names.index("api-server") < names.index("scheduler")


def test_a_part_answers_when_the_api_server_calls_it_healthy(installation: Installation) -> None:
    health = {part: {"status": "healthy"} for part in HEALTHY_PARTS} | {"dag_processor": {"status": "unhealthy"}}
    with answering(Stub([(200, health)])) as api:
        services = airflow_services(installation, {}, {**PORTS, AIRFLOW_PORT: api.port})
        answering_ones = [service.name for service in services if service.answers()]
    assert answering_ones == ["api-server", "scheduler", "triggerer"]


SCHEDULER_PROGRAM = """
import os, pathlib, signal, sys, time

folder = pathlib.Path(sys.argv[1])

def worker(name, task):
    pid = os.fork()
    if pid:
        return pid
    signal.signal(signal.SIGTERM, lambda *_: (folder / f"{name}-signalled").touch())
    if task:
        child = os.fork()
        if not child:
            def stop(*_):
                (folder / "task-stopped").touch()
                os._exit(75)
            signal.signal(signal.SIGTERM, stop)
            (folder / "task-runs").touch()
            while True:
                time.sleep(0.1)
        os.waitpid(child, 0)
        (folder / "told-airflow").touch()
    else:
        while not (folder / "told-airflow").exists():
            time.sleep(0.02)
    os._exit(0)

ended = []
signal.signal(signal.SIGTERM, lambda *_: ended.append(1))
workers = [worker("busy", True), worker("idle", False)]
while not ended:
    time.sleep(0.02)
for each in workers:
    os.waitpid(each, 0)
(folder / "in-order").touch()
"""


def test_tasks_stop_and_are_told_of_before_the_scheduler_ends(installation: Installation) -> None:
    """The scheduler forks workers, which fork tasks, and waits for them when it is asked to end."""
    home = installation.home
    service = Service("scheduler", (sys.executable, "-c", SCHEDULER_PROGRAM, str(home)))
    scheduler = processes.start(service, home, installation.state, installation.logs / "scheduler.log")
    until((home / "task-runs").exists, 30, "the task runs")
    stop_tasks(scheduler)
    assert scheduler.poll() == 0
    assert {path.name for path in home.iterdir() if path.is_file()} == {
        "task-runs", "task-stopped", "told-airflow", "in-order",
    }  # fmt: skip
