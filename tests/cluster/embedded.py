"""A real Airflow for tests on a cluster: its own DAGs, no store, and no triggerer."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

import httpx
import psutil

from deploy.local import processes
from deploy.local.airflow import (
    TRIGGERER,
    USER,
    airflow_environment,
    airflow_services,
    base_url,
    prepare_airflow,
    unhealthy_parts,
    workers_are_served,
)
from deploy.local.credentials import credentials_of
from deploy.local.installation import Installation
from deploy.local.ports import choose_ports
from operators.reaper.__main__ import PASSWORD_ENV, USER_ENV
from tests.cluster.database import RunningDatabase
from tests.ports import remember_own_ports

START_LIMIT_S = 120.0
API_SERVER = "api-server"
T = TypeVar("T")


class EmbeddedAirflow:
    """API server, scheduler and DAG processor in a home of their own.

    :param home: an empty folder.
    :param dags: folder of its DAG files.
    :param settings: further environment variables.
    """

    def __init__(self, home: Path, dags: Path, settings: Mapping[str, str]) -> None:
        self._installation = Installation(home=home)
        self._installation.prepare()
        remember_own_ports(self._installation)
        self._credentials = credentials_of(self._installation)
        self._ports = choose_ports(self._installation)
        self.url = base_url(self._ports)
        environment = airflow_environment(self._installation, self._credentials, self._ports)
        self.environment = {**environment, "AIRFLOW__CORE__DAGS_FOLDER": str(dags), **settings}
        self._database: RunningDatabase | None = None
        self._services: dict[str, subprocess.Popen[bytes]] = {}
        self._client = httpx.Client(base_url=f"{self.url}/api/v2", timeout=30)

    def start(self) -> None:
        """Start everything and sign in."""
        self._database = RunningDatabase.start(self._installation, self._ports)
        migrated_to = self._database.own.migrated_to
        prepare_airflow(self._installation, self._credentials, self.environment, migrated_to)
        services = airflow_services(self._installation, self.environment, self._ports)
        for service in (each for each in services if each.name != TRIGGERER):
            log = self._installation.logs / f"{service.name}.log"
            self._services[service.name] = processes.start(service, self._installation.root, Path.cwd(), log)
        wait_for(lambda: workers_are_served(self._ports), START_LIMIT_S)
        wait_for(lambda: unhealthy_parts(self._ports) == [TRIGGERER], START_LIMIT_S)
        body = {"username": USER, "password": self._credentials.airflow_password}
        token = httpx.post(f"{self.url}/auth/token", json=body, timeout=30).json()["access_token"]
        self._client.headers["Authorization"] = f"Bearer {token}"

    def stop(self, *names: str) -> None:
        """End the named services, or all."""
        ended = [self._services.pop(name) for name in names or tuple(self._services)]
        processes.end_all([psutil.Process(each.pid) for each in ended if each.poll() is None], 10)
        for each in ended:
            each.wait()
        if not self._services:
            self._client.close()
            if self._database:
                self._database.stop()

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """What the REST API answers."""
        response = self._client.request(method, path, json=body)
        assert response.is_success, f"{method} {path}: {response.status_code} {response.text[:500]}"
        return response.json() if response.content else None

    def trigger(self, dag_id: str, run_id: str, conf: Mapping[str, Any] | None = None) -> None:
        """Start a run, once the DAG is there."""
        wait_for(lambda: self._client.get(f"/dags/{dag_id}").is_success, START_LIMIT_S)
        self.ask("PATCH", f"/dags/{dag_id}", {"is_paused": False})
        body = {"dag_run_id": run_id, "logical_date": None, "conf": dict(conf or {})}
        self.ask("POST", f"/dags/{dag_id}/dagRuns", body)

    def states(self, dag_id: str, run_id: str) -> dict[tuple[str, int], tuple[str | None, int]]:
        """State and `max_tries` of each task instance of a run."""
        rows = self.ask("GET", f"{run_path(dag_id, run_id)}/taskInstances")["task_instances"]
        return {(row["task_id"], row["map_index"]): (row["state"], row["max_tries"]) for row in rows}

    def log_of(self, dag_id: str, run_id: str, task_id: str) -> list[str]:
        """What the first try of a task has logged."""
        path = f"{run_path(dag_id, run_id)}/taskInstances/{task_id}/logs/1?full_content=true"
        return [event["event"] for event in self.ask("GET", path)["content"] if isinstance(event, dict)]

    def reaper(self, kubeconfig: Path, *arguments: str) -> tuple[int, list[str]]:
        """Run the command: exit code and its lines."""
        own = {USER_ENV: USER, PASSWORD_ENV: self._credentials.airflow_password, "KUBECONFIG": str(kubeconfig)}
        command = [sys.executable, "-m", "operators.reaper", *arguments]
        done = subprocess.run(
            command, env={**self.environment, **own}, capture_output=True, text=True, timeout=120, check=False
        )
        return done.returncode, done.stderr.splitlines()


@contextmanager
def airflow(home: Path, dags: Path, settings: Mapping[str, str]) -> Iterator[EmbeddedAirflow]:
    """An Airflow that runs until the block is left."""
    running = EmbeddedAirflow(home, dags, settings)
    try:
        running.start()
        yield running
    finally:
        running.stop()


def run_path(dag_id: str, run_id: str) -> str:
    """Where the REST API has a run."""
    return f"/dags/{dag_id}/dagRuns/{quote(run_id, safe='')}"


def kubernetes_connection(kubeconfig: Path) -> str:
    """The connection `kubernetes_default`, as an environment variable's value."""
    return json.dumps({"conn_type": "kubernetes", "extra": {"kube_config_path": str(kubeconfig)}})


def wait_for(find: Callable[[], T], within_s: float) -> T:
    """What `find` gives, as soon as it is true."""
    limit = time.monotonic() + within_s
    while not (found := find()):
        assert time.monotonic() < limit, f"not within {within_s:g} s"
        time.sleep(0.5)
    return found
