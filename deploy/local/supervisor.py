"""The one process that owns the embedded servers: starts them, watches them, and ends with all of them.

It stops when nobody needs it: no `make demo` holds a lease (a shared file lock, which the kernel takes back from
a process that is killed) and no `make up` has asked it to stay.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime
from functools import cached_property
from types import FrameType

from deploy.kubernetes.cluster import NoCluster
from deploy.kubernetes.manifests import ClusterRefused
from deploy.local import database, locks, pods, processes, stopping, weed
from deploy.local.airflow import (
    AirflowBroken,
    airflow_environment,
    airflow_services,
    prepare_airflow,
    unhealthy_parts,
    workers_are_served,
)
from deploy.local.component import Component, PortTaken, ServiceEnded
from deploy.local.credentials import Credentials, credentials_of
from deploy.local.database import FOR_ROOT, UNPRIVILEGED, Database, DatabaseBroken
from deploy.local.installation import Installation
from deploy.local.ports import choose_ports
from deploy.local.processes import Service
from deploy.local.stackfile import Phase, StackFile
from include.contract.errors import BadRequest

POLL_S = 0.1
STILL_S = 180.0
"""So long a server that does not answer may be seen to do nothing."""
PORT_CHOICES = 3

log = logging.getLogger(__name__)


class Stop(Exception):
    """Somebody asked the supervisor to stop."""


class Supervisor:
    """Start, watch, stop."""

    def __init__(self, installation: Installation) -> None:
        self.installation = installation
        self.components: dict[str, Component] = {}
        self.ports: dict[str, int] = {}
        self.told: list[str] = []
        self.written: tuple[Phase, str] = (Phase.STARTING, "")
        self.file = StackFile.of(installation)
        self.is_asked_to_stop = False

    @cached_property
    def credentials(self) -> Credentials:
        """What the servers share.

        :raises BadRequest: their file is damaged.
        """
        return credentials_of(self.installation)

    def run(self) -> None:
        """Serve until nobody needs it, or until a server cannot be kept up."""
        self._write(Phase.STARTING)
        with ExitStack() as held:
            try:
                own = Database.of(self.installation)
                held.enter_context(own.alone())
                self._start(own)
                self.told.clear()  # what concerned its starter, who has heard it
                self._write(Phase.READY)
                while True:
                    self._check()
                    time.sleep(POLL_S)
            except (
                ServiceEnded, PortTaken, AirflowBroken, DatabaseBroken, NoCluster, ClusterRefused, BadRequest,
            ) as error:  # fmt: skip
                self._write(Phase.FAILED, str(error))
                log.error("%s", error)
            except Stop:
                self._write(Phase.STOPPING)
            finally:
                self._end()

    def stop_soon(self, number: int, frame: FrameType | None) -> None:
        """Handle a signal: stop at the next look around. Not sooner, so that nothing that was begun stays half done."""
        self.is_asked_to_stop = True

    def _start(self, own: Database) -> None:
        """Start everything; again, on other ports, when another program was quicker to take one."""
        for choice in range(1, PORT_CHOICES + 1):
            self.ports = choose_ports(self.installation)
            try:
                self._start_all(own)
                return
            except PortTaken as error:
                if choice == PORT_CHOICES:
                    raise
                self._tell(f"{error}; everything is started again, on other ports")
                self._end()

    def _start_all(self, own: Database) -> None:
        self._write(Phase.STARTING, "the S3 server and the database")
        environment = {
            **airflow_environment(self.installation, self.credentials, self.ports),
            **pods.cluster_environment(self.installation, self.credentials, self.ports),
        }
        self._add(
            weed.weed_service(self.installation, self.credentials, self.ports),
            lambda: weed.remove_sockets(self.ports),
        )
        self._make(own)
        own.clear_away()
        self._add(own.service(self.ports), own.clear_away)
        self._await(self._unready_database)
        self._write(Phase.STARTING, "the tables of Airflow's database")
        prepare_airflow(self.installation, self.credentials, environment, own.migrated_to)
        for service in airflow_services(self.installation, environment, self.ports):
            self._add(service)
        self._await(self._unready)

    def _make(self, own: Database) -> None:
        """Make the database's data, and say what people should know of where they are."""
        if not own.make(self.credentials):
            return
        if own.account:
            self._tell(
                f"Postgres refuses to run as root: it runs as `{UNPRIVILEGED}`, who may not enter every folder, so "
                f"its data are kept in {own.folder} and a copy of its programs in {FOR_ROOT}"
            )
        earlier = self.installation.airflow_home / "airflow.db"
        if earlier.exists():
            self._tell(
                f"Airflow's runs so far are in {earlier}, an SQLite file, which is left alone and not read: Airflow "
                f"starts with an empty Postgres database. What was made is in the store, and is reused"
            )

    def _add(self, service: Service, clear_away: Callable[[], None] | None = None) -> None:
        self.components[service.name] = Component(service, self.installation, clear_away)

    def _await(self, find_waiting: Callable[[], list[str]]) -> None:
        """Wait until all components answer, for as long as those that do not are alive and at work."""
        while True:
            self._check()
            waiting = find_waiting()
            if not waiting:
                return
            self._write(Phase.STARTING, f"{', '.join(waiting)} to answer")
            for name in waiting:
                if self.components[name].still_s() > STILL_S:
                    raise ServiceEnded(
                        f"{name} does not answer, and has done nothing for {STILL_S:.0f} s; "
                        f"see {self.components[name].log}"
                    )
            time.sleep(POLL_S)

    def _unready_database(self) -> list[str]:
        is_ready = self.components["postgres"].serves() and database.answers(self.credentials, self.ports)
        return [] if is_ready else ["postgres"]

    def _unready(self) -> list[str]:
        """The components that do not answer yet. Only a component's own answer counts, not one from its port alone."""
        is_s3_ready = self.components["s3"].serves() and weed.weed_answers(self.ports)
        found = [] if is_s3_ready else ["s3"]
        if not (self.components["api-server"].serves() and workers_are_served(self.ports)):
            return [*found, "api-server"]
        return [*found, *(part.replace("_", "-") for part in unhealthy_parts(self.ports))]

    def _check(self) -> None:
        """Start again what has ended, stop when nobody needs it."""
        for component in self.components.values():
            if happened := component.keep():
                self._tell(happened)
        if self.is_asked_to_stop:
            raise Stop
        if not self.file.is_kept_by(os.getpid()) and locks.nobody_leases(self.installation):
            raise Stop

    def _tell(self, line: str) -> None:
        """Have everybody who uses the servers hear of it."""
        log.warning("%s", line)
        self.told.append(f"{datetime.now():%H:%M} {line}")
        self._write(*self.written)

    def _write(self, phase: Phase, message: str = "") -> None:
        self.written = (phase, message)
        self.file.write(phase, self.ports, message, self.told)

    def _end(self) -> None:
        stopping.stop_all(self.components)
        weed.remove_sockets(self.ports)
        self.components.clear()


def main() -> int:
    """Run as a process of its own; `stack.py` starts it."""
    logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s", level=logging.INFO)
    logging.getLogger("httpx").setLevel(logging.WARNING)
    installation = Installation.here()
    with locks.only_supervisor(installation) as is_only:
        if not is_only:
            return 1
        processes.adopt_orphans()
        processes.end_left_over(installation.state, 1)
        supervisor = Supervisor(installation)
        signal.signal(signal.SIGTERM, supervisor.stop_soon)
        supervisor.run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
