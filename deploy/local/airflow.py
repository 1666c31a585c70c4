"""The embedded Airflow: LocalExecutor on Postgres, one process per part, configured by environment variables alone."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import time
from collections.abc import Mapping
from functools import partial
from importlib.metadata import version
from pathlib import Path

import httpx
import psutil

from deploy.local import weed
from deploy.local.credentials import Credentials
from deploy.local.database import database_url
from deploy.local.files import write_atomically
from deploy.local.installation import Installation
from deploy.local.ports import AIRFLOW_PORT, LOOPBACK
from deploy.local.processes import ServersBroken, Service
from include.contract.engines import EngineName
from operators.configuration import DEPLOYMENT_ENV

USER = "admin"
STORE_CONNECTION = "AIRFLOW_CONN_ATELIER_STORE"
PARALLEL_TASKS = 4
API_SERVER, SCHEDULER, DAG_PROCESSOR, TRIGGERER = "api-server", "scheduler", "dag-processor", "triggerer"
HEALTHY_PARTS = ("scheduler", "dag_processor", TRIGGERER)
"""The parts whose health Airflow's UI shows; one that is not running is shown as unhealthy."""
TASKS_GRACE_S = 40.0
"""More than a stage has to record what it has done (`grace_s` of its request)."""
POLL_S = 0.1


class AirflowBroken(ServersBroken):
    """The embedded Airflow could not be prepared."""


def base_url(ports: Mapping[str, int]) -> str:
    """Where the API server answers."""
    return f"http://{LOOPBACK}:{ports[AIRFLOW_PORT]}"


def airflow_environment(
    installation: Installation, credentials: Credentials, ports: Mapping[str, int]
) -> dict[str, str]:
    """All settings of the embedded Airflow. Credentials travel here only: never as arguments, never in its database."""
    url = base_url(ports)
    home = installation.airflow_home
    settings = {
        "CORE__DAGS_FOLDER": installation.root / "dags",
        "CORE__PLUGINS_FOLDER": installation.root / "plugins",
        "CORE__EXECUTOR": "LocalExecutor",
        "CORE__PARALLELISM": PARALLEL_TASKS,
        "CORE__LOAD_EXAMPLES": False,
        "CORE__LAZY_LOAD_PLUGINS": False,
        "SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": 0.2,
        "CORE__FERNET_KEY": credentials.airflow_fernet_key,
        # Workers report to this address: it has to follow the port.
        "CORE__EXECUTION_API_SERVER_URL": f"{url}/execution/",
        "CORE__SIMPLE_AUTH_MANAGER_USERS": f"{USER}:admin",
        "CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": home / "passwords.json",
        "DATABASE__SQL_ALCHEMY_CONN": database_url(credentials, ports, "psycopg"),
        "DATABASE__SQL_ALCHEMY_CONN_ASYNC": database_url(credentials, ports, "asyncpg"),
        # A task that begins while the API server is still starting, or is started again, waits for it: ten minutes.
        "WORKERS__EXECUTION_API_RETRIES": 200,
        "WORKERS__EXECUTION_API_RETRY_WAIT_MAX": 5,
        "API__HOST": LOOPBACK,
        "API__PORT": ports[AIRFLOW_PORT],
        "API__BASE_URL": url,
        "API__WORKERS": 1,
        "API__SECRET_KEY": credentials.airflow_api_secret,
        "API_AUTH__JWT_SECRET": credentials.airflow_jwt_secret,
        "LOGGING__BASE_LOG_FOLDER": home / "logs",
        # A refresh drops the import errors of content types, the next parse of the loader brings them back: an error
        # may lag by one refresh, and is missing for the few seconds from a refresh to the parse.
        "DAG_PROCESSOR__REFRESH_INTERVAL": 60,
        "DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": 5,
        "USAGE_DATA_COLLECTION__ENABLED": False,
    }
    return {
        **{f"AIRFLOW__{name}": str(value) for name, value in settings.items()},
        "AIRFLOW_HOME": str(home),
        "PYTHONPATH": str(installation.root),
        "PATH": f"{installation.airflow_bin}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        DEPLOYMENT_ENV: installation.deployment_file,
        STORE_CONNECTION: _store_connection(credentials, ports),
    }


def airflow_services(
    installation: Installation, environment: Mapping[str, str], ports: Mapping[str, int]
) -> list[Service]:
    """The API server first, because it takes longest to start; last the triggerer, which has least to do."""
    program = str(installation.airflow_bin / "airflow")
    # These fork a process for each task, for each parse and for the triggers, which then finds the imports done.
    forking = {**environment, "ATELIER_PRELOAD": "1"}
    healthy = {part.replace("_", "-"): partial(_is_healthy, part, ports) for part in HEALTHY_PARTS}
    # The log server would listen on every interface; the API server reads the same files from the disk.
    no_logs = "--skip-serve-logs"
    return [
        Service(
            API_SERVER,
            (program, API_SERVER),
            environment,
            ports=(ports[AIRFLOW_PORT],),
            answers=partial(workers_are_served, ports),
        ),
        Service(SCHEDULER, (program, SCHEDULER, no_logs), forking, stop=stop_tasks, answers=healthy[SCHEDULER]),
        Service(DAG_PROCESSOR, (program, DAG_PROCESSOR), forking, answers=healthy[DAG_PROCESSOR]),
        Service(
            TRIGGERER,
            (program, TRIGGERER, no_logs),
            forking if _defers(installation) else environment,
            answers=healthy[TRIGGERER],
        ),
    ]


def prepare_airflow(
    installation: Installation, credentials: Credentials, environment: Mapping[str, str], migrated_to: Path
) -> None:
    """Bring the database, which has to answer, to this Airflow's schema, and write the password file.

    :param migrated_to: file beside the database that says which Airflow its schema is for.
    :raises AirflowBroken: the migration failed; its last lines are in the message.
    """
    passwords = json.dumps({USER: credentials.airflow_password}).encode()
    write_atomically(installation.airflow_home / "passwords.json", passwords, mode=0o600)
    wanted = version("apache-airflow-core")
    if migrated_to.exists() and migrated_to.read_text() == wanted:
        return
    command = [str(installation.airflow_bin / "airflow"), "db", "migrate"]
    done = subprocess.run(
        command, cwd=installation.root, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    (installation.logs / "db-migrate.log").write_text(done.stdout + done.stderr)
    if done.returncode:
        raise AirflowBroken("`airflow db migrate` failed:\n" + "\n".join(done.stderr.splitlines()[-8:]))
    write_atomically(migrated_to, wanted.encode())


def stop_tasks(scheduler: subprocess.Popen[bytes]) -> None:
    """Have the scheduler start no more tasks, and running ones stop and tell Airflow, which tries them again.

    Its idle workers are not signalled: one of them holds the lock by which the others hear that they shall end.
    """
    scheduler.terminate()
    limit = time.monotonic() + TASKS_GRACE_S
    asked: set[psutil.Process] = set()
    while scheduler.poll() is None and time.monotonic() < limit:
        for task in _tasks_of(scheduler.pid) - asked:
            asked.add(task)
            with contextlib.suppress(psutil.NoSuchProcess):
                task.terminate()
        time.sleep(POLL_S)


def _tasks_of(scheduler_pid: int) -> set[psutil.Process]:
    """What its workers have forked: a process a task."""
    found: set[psutil.Process] = set()
    with contextlib.suppress(psutil.NoSuchProcess):
        for worker in psutil.Process(scheduler_pid).children():
            with contextlib.suppress(psutil.NoSuchProcess):
                found.update(worker.children())
    return found


def _defers(installation: Installation) -> bool:
    """Whether tasks wait in the triggerer."""
    return installation.deployment().engine in (EngineName.KUBERNETES, EngineName.RAY)


def unhealthy_parts(ports: Mapping[str, int]) -> list[str]:
    """Which of `HEALTHY_PARTS` have not reported to the API server lately; all, if that does not answer."""
    try:
        health = httpx.get(f"{base_url(ports)}/api/v2/monitor/health", timeout=10).json()
        return [part for part in HEALTHY_PARTS if health[part]["status"] != "healthy"]
    except (httpx.TransportError, ValueError, LookupError, TypeError):
        return list(HEALTHY_PARTS)


def _is_healthy(part: str, ports: Mapping[str, int]) -> bool:
    return part not in unhealthy_parts(ports)


def workers_are_served(ports: Mapping[str, int]) -> bool:
    """Whether the API that tasks talk to answers. Its first answer takes seconds: better now than in the first task."""
    try:
        return httpx.get(f"{base_url(ports)}/execution/health", timeout=30).is_success
    except httpx.TransportError:
        return False


def _store_connection(credentials: Credentials, ports: Mapping[str, int]) -> str:
    return json.dumps(
        {
            "conn_type": "aws",
            "login": credentials.store_access_key,
            "password": credentials.store_secret_key,
            "extra": {
                "endpoint_url": weed.endpoint_url(ports),
                "browser_endpoint_url": weed.endpoint_url(ports),
                "region_name": weed.REGION,
            },
        }
    )
