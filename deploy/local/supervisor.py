"""The one process that owns the embedded servers: starts them, watches them, and ends with all of them.

It stops when nobody needs it: no `make demo` holds a lease (a shared file lock, which the kernel takes back from
a process that is killed) and no `make up` has asked it to stay.
"""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from functools import partial
from types import FrameType

import psutil

from deploy.local import locks, pods, processes, weed
from deploy.local.airflow import (
    AirflowBroken,
    airflow_answers,
    airflow_environment,
    airflow_services,
    defers,
    prepare_airflow,
    workers_are_served,
)
from deploy.local.cluster import NoCluster
from deploy.local.credentials import credentials_of
from deploy.local.installation import Installation
from deploy.local.manifests import ClusterRefused
from deploy.local.ports import choose_ports
from deploy.local.stackfile import Phase, StackFile

POLL_S = 0.1
START_LIMIT_S = 180.0
GRACE_S = 10.0
"""A stage process needs a moment to write the records of what it has done."""

log = logging.getLogger(__name__)


class ServiceEnded(Exception):
    """An embedded server ended by itself, or never became ready."""


class Stop(Exception):
    """Somebody asked the supervisor to stop."""


class Supervisor:
    """Start, watch, stop."""

    def __init__(self, installation: Installation) -> None:
        self.installation = installation
        self.services: dict[str, subprocess.Popen[bytes]] = {}
        self.ports = choose_ports(installation)
        self.file = StackFile.of(installation)

    def run(self) -> None:
        """Serve until nobody needs it, or until a server fails."""
        self.file.write(Phase.STARTING, self.ports)
        try:
            self._start()
            self._await_ready()
            self.file.write(Phase.READY, self.ports)
            self._watch()
        except (ServiceEnded, AirflowBroken, NoCluster, ClusterRefused) as error:
            self.file.write(Phase.FAILED, self.ports, str(error))
            log.error("%s", error)
        except Stop:
            self.file.write(Phase.STOPPING, self.ports)
        finally:
            self._end()

    def _start(self) -> None:
        credentials = credentials_of(self.installation)
        environment = {
            **airflow_environment(self.installation, credentials, self.ports),
            **pods.cluster_environment(self.installation, credentials, self.ports),
        }
        self._start_one(weed.weed_service(self.installation, credentials, self.ports))
        prepare_airflow(self.installation, credentials, environment)
        for service in airflow_services(self.installation, environment):
            self._start_one(service)

    def _start_one(self, service: processes.Service) -> None:
        path = self.installation.logs / f"{service.name}.log"
        self.services[service.name] = processes.start(service, self.installation.root, self.installation.state, path)

    def _await_ready(self) -> None:
        limit = time.monotonic() + START_LIMIT_S
        parts = ["scheduler", "dag_processor", *(["triggerer"] if defers(self.installation) else [])]
        waiting: dict[str, Callable[[Mapping[str, int]], bool]] = {
            "s3": weed.weed_answers,
            "execution API": workers_are_served,
            "airflow": partial(airflow_answers, parts=parts),
        }
        while waiting:
            self._check()
            waiting = {name: answers for name, answers in waiting.items() if not answers(self.ports)}
            if waiting and time.monotonic() > limit:
                raise ServiceEnded(f"{', '.join(waiting)} did not answer within {START_LIMIT_S:.0f} s")
            time.sleep(POLL_S)

    def _watch(self) -> None:
        while True:
            self._check()
            time.sleep(POLL_S)

    def _check(self) -> None:
        """Stop when nobody needs it, fail when a server has ended."""
        for name, process in self.services.items():
            if process.poll() is not None:
                path = self.installation.logs / f"{name}.log"
                raise ServiceEnded(f"{name} ended with exit code {process.returncode}; {_last_words(path)}")
        if not self.file.is_kept_by(os.getpid()) and locks.nobody_leases(self.installation):
            raise Stop

    def _end(self) -> None:
        """Airflow first, so that tasks can still write; the S3 server last.

        The S3 server is killed: asked politely it takes 15 s, and every write that was answered is with the kernel.
        """
        store = self.services.get("s3")
        store_pid = store.pid if store else None
        processes.end_all([p for p in processes.descendants() if p.pid != store_pid], GRACE_S)
        if store:
            store.kill()
            store.wait()
            weed.remove_sockets(self.ports)
        processes.end_all([p for p in processes.descendants() if p.status() != psutil.STATUS_ZOMBIE], 1)


def _last_words(path: os.PathLike[str]) -> str:
    with open(path, encoding="utf-8", errors="replace") as file:
        lines = file.read()[-20000:].splitlines()[-8:]
    return f"the end of {path}:\n" + "\n".join(f"  {line}" for line in lines)


def _stop_on_signal(number: int, frame: FrameType | None) -> None:
    raise Stop


def main() -> int:
    """Run as a process of its own; `stack.py` starts it."""
    logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s", level=logging.INFO)
    logging.getLogger("httpx").setLevel(logging.WARNING)
    installation = Installation.here()
    with locks.only_supervisor(installation) as is_only:
        if not is_only:
            return 1
        processes.adopt_orphans()
        processes.end_all(processes.left_over(installation.state), 1)
        signal.signal(signal.SIGTERM, _stop_on_signal)
        Supervisor(installation).run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
