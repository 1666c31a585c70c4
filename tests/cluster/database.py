"""An installation's own Postgres, for tests that start and kill Airflow's parts one by one."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass

import psycopg

from deploy.local import database, processes
from deploy.local.credentials import Credentials, credentials_of
from deploy.local.database import Database
from deploy.local.installation import Installation
from deploy.local.ports import DATABASE_PORT, LOOPBACK

START_LIMIT_S = 60.0


@dataclass
class RunningDatabase:
    """A Postgres that answers."""

    installation: Installation
    credentials: Credentials
    ports: Mapping[str, int]
    own: Database
    process: subprocess.Popen[bytes]

    @classmethod
    def start(cls, installation: Installation, ports: Mapping[str, int]) -> RunningDatabase:
        """Make the data where there are none, start the server and wait until it answers."""
        credentials, own = credentials_of(installation), Database.of(installation)
        own.make(credentials)
        own.clear_away()
        log = installation.logs / "postgres.log"
        process = processes.start(own.service(credentials, ports), installation.root, installation.state, log)
        limit = time.monotonic() + START_LIMIT_S
        while not database.answers(credentials, ports):
            assert process.poll() is None, log.read_text()[-2000:]
            assert time.monotonic() < limit, log.read_text()[-2000:]
            time.sleep(0.05)
        return cls(installation, credentials, ports, own, process)

    def rows(self, query: str) -> list[str]:
        """What `query` gives, a line a row."""
        with psycopg.connect(
            host=LOOPBACK,
            port=self.ports[DATABASE_PORT],
            user=database.USER,
            password=self.credentials.database_password,
            dbname=database.NAME,
        ) as connection:
            # What it is given is the tests' own.
            found = connection.execute(query.encode()).fetchall()
        return ["\t".join(map(str, row)) for row in found]

    def stop(self) -> None:
        """End the server and remove its data."""
        self.process.send_signal(self.own.service(self.credentials, self.ports).stop_signal)
        self.process.wait(30)
        database.remove(self.installation)
