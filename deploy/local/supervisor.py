"""The one process that owns the embedded servers: starts them, watches them, and ends when all have ended.

It stops when nobody needs it: no `make demo` holds a lease (a shared file lock, which the kernel takes back from
a process that is killed) and no `make up` has asked it to stay.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import time
from functools import cached_property
from types import FrameType

from deploy.kubernetes.cluster import NoCluster
from deploy.kubernetes.manifests import ClusterRefused
from deploy.local import locks, pods, processes, ray_head, weed
from deploy.local.airflow import airflow_environment, airflow_services, prepare_airflow
from deploy.local.component import Component, PortTaken, ServiceEnded, stop_all
from deploy.local.credentials import Credentials, credentials_of
from deploy.local.database import FOR_ROOT, UNPRIVILEGED, Database
from deploy.local.installation import Installation
from deploy.local.ports import choose_ports
from deploy.local.processes import ServersBroken, Service
from deploy.local.stackfile import Phase, StackFile
from deploy.local.status import Status
from include.contract.errors import BadRequest

POLL_S = 0.1
STILL_S = 180.0
"""How long a server that does not answer may do nothing."""
PORT_CHOICES = 3
FAILURES = (ServersBroken, NoCluster, ClusterRefused, BadRequest)
"""Errors that say to users why servers cannot be kept up."""

log = logging.getLogger(__name__)


class Stop(Exception):
    """Somebody asked the supervisor to stop."""


class Supervisor:
    """Start, watch, stop."""

    def __init__(self, installation: Installation) -> None:
        self.installation = installation
        self.components: list[Component] = []
        self.file = StackFile.of(installation)
        self.status = Status(self.file)
        self.is_asked_to_stop = False

    @cached_property
    def credentials(self) -> Credentials:
        """What the servers share.

        :raises BadRequest: their file is damaged.
        """
        return credentials_of(self.installation)

    def run(self) -> None:
        """Run until nobody needs it, or until a server cannot be kept up."""
        self.status.enter(Phase.STARTING)
        try:
            processes.end_left_over(self.installation.state, 1)
            own = Database.of(self.installation)
            with own.alone():
                self._serve(own)
        except FAILURES as error:
            self._fail(error)

    def _serve(self, own: Database) -> None:
        try:
            self.start(own)
            self.status.told.clear()  # what concerned its starter, who has heard it
            self.status.enter(Phase.READY)
            while True:
                self._check()
                time.sleep(POLL_S)
        except Stop:
            self.status.enter(Phase.STOPPING)
        except FAILURES as error:
            self._fail(error)
        finally:
            self._end()

    def stop_soon(self, number: int, frame: FrameType | None) -> None:
        """Handle a signal: stop at the next check, not sooner, so that nothing is left half done."""
        self.is_asked_to_stop = True

    def start(self, own: Database) -> None:
        """Start everything; again, on other ports, if another program was quicker to take one."""
        for choice in range(1, PORT_CHOICES + 1):
            self.status.ports = choose_ports(self.installation)
            try:
                self.start_all(own)
                return
            except PortTaken as error:
                if choice == PORT_CHOICES:
                    raise
                self.status.tell(f"{error}; everything is started again on other ports")
                self._end()

    def start_all(self, own: Database) -> None:
        """Start everything once, each server when those that it needs answer.

        :raises PortTaken: another program was quicker.
        """
        self.status.enter(Phase.STARTING, "the S3 server and the database")
        environment = {
            **airflow_environment(self.installation, self.credentials, self.status.ports),
            **pods.cluster_environment(self.installation, self.credentials, self.status.ports),
            **ray_head.ray_environment(self.installation, self.credentials),
        }
        # First of all: a node of Ray does not start on a busy machine.
        for service in ray_head.ray_services(self.installation, self.credentials, self.status.ports):
            self.add(service)
            self.await_all()
        self.add(weed.weed_service(self.installation, self.credentials, self.status.ports))
        self.make_database(own)
        own.clear_away()
        self.add(own.service(self.credentials, self.status.ports))
        self.await_all()
        self.status.enter(Phase.STARTING, "the migration of Airflow's database")
        prepare_airflow(self.installation, self.credentials, environment, own.migrated_to)
        for service in airflow_services(self.installation, environment, self.status.ports):
            self.add(service)
        self.await_all()

    def make_database(self, own: Database) -> None:
        """Create the database's data, and report what people should know about where they are."""
        if not own.make(self.credentials):
            return
        if own.account:
            self.status.tell(
                f"Postgres refuses to run as root, so it runs as `{UNPRIVILEGED}`. Its data is in {own.folder} and a "
                f"copy of its programs in {FOR_ROOT}, since `{UNPRIVILEGED}` cannot read every folder"
            )
        earlier = self.installation.airflow_home / "airflow.db"
        if earlier.exists():
            self.status.tell(
                f"Airflow starts with an empty Postgres database. Its earlier runs are in {earlier}, an SQLite file, "
                f"which is left alone and not read; what they made is in the store and is reused"
            )

    def add(self, service: Service) -> None:
        """Start `service`, and keep it."""
        self.components.append(Component(service, self.installation))

    def await_all(self) -> None:
        """Wait until all components answer, as long as the first that does not is alive and working.

        :raises ServiceEnded: one hangs.
        """
        while waiting := next((each for each in self.components if not each.is_ready()), None):
            self._check()
            name = waiting.service.name
            self.status.enter(Phase.STARTING, f"{name} to answer")
            if waiting.still_s() > STILL_S:
                raise ServiceEnded(
                    f"{name} does not answer, and has done nothing for {STILL_S:.0f} s; see {waiting.log}"
                )
            time.sleep(POLL_S)

    def _check(self) -> None:
        """Start again what has ended, stop when nobody needs it."""
        for component in self.components:
            if happened := component.keep():
                self.status.tell(happened)
        if self.is_asked_to_stop:
            raise Stop
        if not self.file.is_kept_by(os.getpid()) and locks.nobody_leases(self.installation):
            raise Stop

    def _fail(self, error: Exception) -> None:
        log.error("%s", error)
        self.status.enter(Phase.FAILED, str(error))

    def _end(self) -> None:
        stop_all(self.components)
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
        supervisor = Supervisor(installation)
        signal.signal(signal.SIGTERM, supervisor.stop_soon)
        supervisor.run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
