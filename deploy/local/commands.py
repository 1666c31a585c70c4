"""`make up` and `make down`: start the embedded servers and leave them running, and stop them."""

from __future__ import annotations

import os
import signal
import sys

from deploy.local import locks, stack
from deploy.local.airflow import USER, base_url
from deploy.local.console import tell
from deploy.local.credentials import credentials_file, credentials_of
from deploy.local.database import USER as DATABASE_USER
from deploy.local.database import address
from deploy.local.installation import Installation
from deploy.local.ports import AIRFLOW_PORT, WANTED
from deploy.local.stackfile import StackFile
from deploy.local.store import connect
from include.contract.errors import BadRequest

EXIT_BAD_DEPLOYMENT = 2
LEFT = "Stopped the servers that a killed supervisor had left running."


def up(installation: Installation) -> int:
    """Start the servers, or keep the running ones, and print how to sign in."""
    installation.deployment()
    with stack.running(installation, tell) as running:
        StackFile.of(installation).keep(running.stack.pid)
        ports = running.stack.ports
        connect(installation, credentials_of(installation), ports)  # makes the bucket, which a plan wants to read
        if ports[AIRFLOW_PORT] != WANTED[AIRFLOW_PORT]:
            tell(f"Port {WANTED[AIRFLOW_PORT]} was in use when Airflow was first started here, so it has another one.")
        tell(f"Airflow  {base_url(ports)}")
        tell(f"user     {USER}")
        tell(f"password {credentials_of(installation).airflow_password}")
        tell(f"Postgres {address(ports)}, user {DATABASE_USER}; its password is in {credentials_file(installation)}")
        tell("Trigger the DAG `narrated_video` there; `make down` stops everything.")
        tell("In a terminal, `.venv/airflow/bin/atelier --help` lists what you can do; it finds this store by itself.")
    return 0


def down(installation: Installation) -> int:
    """Stop the servers, unless a `make demo` is using them: then they stop when it ends."""
    installation.prepare()
    if not locks.supervisor_lives(installation):
        tell(LEFT if stack.clear_left(installation) else "Nothing is running.")
        return 0
    StackFile.of(installation).let_go()
    if locks.somebody_leases(installation):
        tell("A `make demo` is using the servers; they stop when it ends.")
        return 0
    tell("Stopping …")
    if stack.await_stopped(installation):
        tell(LEFT if stack.clear_left(installation) else "Stopped.")
        return 0
    tell(f"The servers have not stopped; see {installation.logs / 'supervisor.log'}")
    return 1


def main(arguments: list[str]) -> int:
    """`up` or `down`."""
    commands = {"up": up, "down": down}
    if len(arguments) != 1 or arguments[0] not in commands:
        tell(f"usage: python -m deploy.local.commands {'|'.join(commands)}")
        return os.EX_USAGE
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        return commands[arguments[0]](Installation.here())
    except BadRequest as error:
        tell(f"Nothing was started:\n{error}")
        return EXIT_BAD_DEPLOYMENT
    except stack.StackFailed as error:
        tell(f"`make {arguments[0]}` failed: {error}")
        return 1
    except KeyboardInterrupt:
        tell("Interrupted.")
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
