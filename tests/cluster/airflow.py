"""An Airflow of the tests' own whose parts are started and killed one by one, beside an S3 server and a cluster."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from threading import Event, RLock, Thread
from typing import Any

import psutil

from deploy.demo.airflow_api import AirflowApi
from deploy.local import processes, weed
from deploy.local.airflow import (
    airflow_environment,
    airflow_services,
    base_url,
    prepare_airflow,
    unhealthy_parts,
    workers_are_served,
)
from deploy.local.credentials import credentials_of
from deploy.local.installation import Installation
from deploy.local.pods import cluster_environment
from deploy.local.ports import AIRFLOW_PORT, choose_ports
from tests.cluster.database import RunningDatabase
from tests.ports import remember_own_ports

SETTINGS = {
    "AIRFLOW__CORE__PARALLELISM": "8",
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "20",
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT_DETECTION_INTERVAL": "3",
    "AIRFLOW__SCHEDULER__ORPHANED_TASKS_CHECK_INTERVAL": "5",
    "AIRFLOW__SCHEDULER__TASK_QUEUED_TIMEOUT": "90",
    "AIRFLOW__SCHEDULER__TASK_QUEUED_TIMEOUT_CHECK_INTERVAL": "10",
    "AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_THRESHOLD": "15",
    "AIRFLOW__TRIGGERER__TRIGGERER_HEALTH_CHECK_THRESHOLD": "10",
    "AIRFLOW__TRIGGERER__JOB_HEARTBEAT_SEC": "2",
    "AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "60",
}
"""Faults are noticed in seconds instead of minutes."""


def until(answer: Callable[[], Any], within_s: float, what: str) -> Any:
    """The first true answer."""
    limit = time.monotonic() + within_s
    while True:
        found = answer()
        if found:
            return found
        assert time.monotonic() < limit, f"not within {within_s:g} s: {what}"
        time.sleep(0.2)


@dataclass
class Airflow:
    """The parts by their names: `s3`, `api-server`, `scheduler`, `dag-processor`, `triggerer`."""

    installation: Installation
    ports: dict[str, int]
    services: dict[str, processes.Service]
    database: RunningDatabase
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    _changing: Any = field(default_factory=RLock)
    _is_over: Event = field(default_factory=Event)

    @classmethod
    def prepared(cls, installation: Installation, dags: str) -> Airflow:
        """Everything made ready, nothing started but what that needs."""
        installation.prepare()
        remember_own_ports(installation)
        ports = choose_ports(installation)
        credentials = credentials_of(installation)
        database = RunningDatabase.start(installation, ports)
        environment = {
            **airflow_environment(installation, credentials, ports),
            **cluster_environment(installation, credentials, ports),
            **SETTINGS,
            "AIRFLOW__CORE__DAGS_FOLDER": dags,
        }
        prepare_airflow(installation, credentials, environment, database.own.migrated_to)
        services = [
            weed.weed_service(installation, credentials, ports),
            *airflow_services(installation, environment, ports),
        ]
        return cls(installation, ports, {service.name: service for service in services}, database)

    def start(self, *names: str) -> None:
        """Start the parts called `names`."""
        with self._changing:
            for name in names:
                log = self.installation.logs / f"{name}.log"
                self.running[name] = processes.start(
                    self.services[name], self.installation.root, self.installation.state, log
                )

    def start_all(self) -> None:
        """Start every part and wait until all answer."""
        self.start(*self.services)
        until(lambda: weed.weed_answers(self.ports), 60, "the S3 server answers")
        self.await_healthy()
        until(lambda: workers_are_served(self.ports), 60, "the execution API answers")
        Thread(target=self._keep_scheduler, daemon=True).start()

    def _keep_scheduler(self) -> None:
        """Start the scheduler again when it ends by itself, as whatever runs one does.

        Airflow 3.3's ends when a worker hands it an error that cannot be unpickled: a task whose start was acknowledged
        twice, since the first answer came too late.
        """
        while not self._is_over.wait(1):
            with self._changing:
                process = self.running.get("scheduler")
                if process is not None and process.poll() is not None and not self._is_over.is_set():
                    self.start("scheduler")

    def await_healthy(self) -> None:
        """Wait until all parts report to the API server."""
        until(self._is_healthy, 600, "Airflow's parts are healthy")

    def _is_healthy(self) -> bool:
        ended = [name for name, process in self.running.items() if process.poll() is not None]
        assert not ended, f"{', '.join(ended)} ended; see {self.installation.logs}"
        return not unhealthy_parts(self.ports)

    def kill(self, name: str) -> None:
        """Kill a part with all its processes, as a lost machine does."""
        with self._changing:
            process = self.running.pop(name)
        everyone = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
        for each in everyone:
            each.kill()
        process.wait()
        psutil.wait_procs(everyone, timeout=10)

    def kill_workers(self) -> None:
        """Kill the workers that run tasks now, and their tasks; an idle one would take the executor's queue along."""
        for task in until(self.task_processes, 120, "a worker runs a task"):
            for each in (task.parent(), task):
                each.kill()

    def stop_workers(self) -> None:
        """Ask the tasks that run to stop, as a machine that is drained does."""
        for each in self.task_processes():
            each.send_signal(signal.SIGTERM)

    def task_processes(self) -> list[psutil.Process]:
        """What runs tasks: the processes with no children below the scheduler's workers."""
        children = psutil.Process(self.running["scheduler"].pid).children(recursive=True)
        parents = {each.ppid() for each in children}
        return [each for each in children if each.pid not in parents and each.ppid() != self.running["scheduler"].pid]

    def end(self) -> None:
        """Stop everything."""
        with self._changing:
            self._is_over.set()
        processes.end_all([psutil.Process(p.pid) for p in self.running.values() if p.poll() is None], 3)
        for process in self.running.values():
            process.wait()
        self.database.stop()
        processes.end_all(processes.left_over(self.installation.state), 1)
        weed.remove_sockets(self.ports)

    def api(self) -> Api:
        """Airflow's REST API, not signed in yet."""
        return Api(base_url(self.ports), "admin", credentials_of(self.installation).airflow_password)

    @property
    def url(self) -> str:
        """Where the API server answers."""
        return f"http://127.0.0.1:{self.ports[AIRFLOW_PORT]}"


class Api(AirflowApi):
    """What people do in the Airflow UI."""

    def clear(self, dag_id: str, run_id: str, *task_ids: str) -> None:
        """Clear tasks, as the button does."""
        body = {"dry_run": False, "dag_run_id": run_id, "task_ids": list(task_ids), "only_failed": False}
        self.ask("POST", f"/api/v2/dags/{dag_id}/clearTaskInstances", json=body)

    def mark(self, dag_id: str, run_id: str, task_id: str, state: str) -> None:
        """Mark one task as `failed` or `success`."""
        self.ask("PATCH", f"/api/v2/dags/{dag_id}/dagRuns/{run_id}/taskInstances/{task_id}", json={"new_state": state})

    def running_tasks(self) -> int:
        """How many tasks hold a worker now."""
        found = self.ask("GET", "/api/v2/dags/~/dagRuns/~/taskInstances", params={"state": "running", "limit": 1})
        return int(found["total_entries"])

    def make_pool(self, name: str, slots: int) -> None:
        """Make a pool that counts deferred tasks too."""
        body = {"name": name, "slots": slots, "include_deferred": True}
        self.ask("POST", "/api/v2/pools", json=body)

    def delete_run(self, dag_id: str, run_id: str) -> None:
        """Delete a run."""
        response = self._send("DELETE", f"/api/v2/dags/{dag_id}/dagRuns/{run_id}")
        assert response.is_success, response.text

    def instance(self, dag_id: str, run_id: str, task_id: str) -> dict[str, Any]:
        """All that Airflow tells of a task: its rendered fields, its trigger."""
        path = f"/api/v2/dags/{dag_id}/dagRuns/{run_id}/taskInstances/{task_id}"
        found: dict[str, Any] = self.ask("GET", path)
        return found

    def text_of_log(self, dag_id: str, run_id: str, task_id: str, try_number: int = 1) -> str:
        """All lines of one try's log, errors included."""
        return "\n".join(self._lines(dag_id, run_id, task_id, try_number))

    def _lines(self, dag_id: str, run_id: str, task_id: str, try_number: int) -> Iterator[str]:
        for event in self.log(dag_id, run_id, task_id, try_number):
            yield str(event.get("event", ""))
            for detail in event.get("error_detail") or ():
                yield str(detail.get("exc_value", ""))


def restart_api_server() -> str | None:
    """The command that restarts the cluster's API server, where the tests may do that."""
    return os.environ.get("ATELIER_TEST_RESTART_API_SERVER")
