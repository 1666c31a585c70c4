"""`.venv/airflow/bin/atelier`: Atelier's command line, which finds what runs here by itself: the store, and Airflow."""

from __future__ import annotations

import os
import sys
from argparse import REMAINDER, ArgumentParser, Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from deploy.local import locks, weed
from deploy.local.airflow import USER, airflow_environment, base_url
from deploy.local.credentials import credentials_of
from deploy.local.installation import Installation
from deploy.local.stackfile import Phase, Stack, StackFile
from include.contract.errors import BadRequest
from operators.cli.command import Command, Surroundings
from operators.cli.main import main
from operators.cli.output import complain
from operators.configuration import DEPLOYMENT_ENV

OWN_STORE = ("AIRFLOW_CONN_ATELIER_STORE", "AIRFLOW_HOME", "AWS_ACCESS_KEY_ID", "AWS_PROFILE")
"""Variables that say which store is meant."""


def running(installation: Installation) -> Stack | None:
    """The embedded servers, if they are running and ready.

    :raises BadRequest: what `make up` keeps of them cannot be read.
    """
    with _readable():
        if not installation.state.is_dir() or not locks.supervisor_lives(installation):
            return None
        stack = StackFile.of(installation).read()
        return stack if stack is not None and stack.phase is Phase.READY else None


def store_environment(installation: Installation) -> dict[str, str]:
    """Environment variables for the embedded store; none if it is not running.

    :raises BadRequest: what `make up` keeps of it cannot be read.
    """
    stack = running(installation)
    if stack is None:
        return {}
    with _readable():
        return weed.client_variables(weed.endpoint_url(stack.ports), credentials_of(installation))


@contextmanager
def _readable() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise BadRequest(f"what `make up` keeps cannot be read: {error}; ask who started it") from error


def launcher(installation: Installation) -> str:
    """`atelier` of this installation, as it can be typed where this process was started."""
    path = installation.airflow_bin / "atelier"
    return str(path.relative_to(installation.root)) if Path.cwd() == installation.root else str(path)


def surroundings(installation: Installation) -> Surroundings:
    """What messages say about this machine."""
    airflow_url, sign_in = _user_interface(installation)
    return Surroundings(
        airflow_url=airflow_url,
        sign_in=sign_in,
        airflow=(launcher(installation), "airflow"),
        airflow_place="while `make up` runs here",
        no_store="start the one of this machine with `make up`",
    )


def _user_interface(installation: Installation) -> tuple[str, str]:
    """Where Airflow's UI is and how to sign in there; nothing while it does not run or cannot be read of."""
    try:
        stack = running(installation)
        if stack is None:
            return "", ""
        with _readable():
            password = credentials_of(installation).airflow_password
    except BadRequest:
        return "", ""
    return base_url(stack.ports), f"Sign in as {USER}, password {password}"


def run_airflow(installation: Installation, asked: Namespace) -> int:
    """Become Airflow's own command line, with the settings of the embedded Airflow.

    :raises BadRequest: it is not running.
    """
    stack = running(installation)
    if stack is None:
        raise BadRequest("airflow: nothing is running here; start it with `make up`")
    program = str(installation.airflow_bin / "airflow")
    with _readable():
        settings = airflow_environment(installation, credentials_of(installation), stack.ports)
    quiet = {"AIRFLOW__LOGGING__LOGGING_LEVEL": "ERROR", "PYTHONWARNINGS": "ignore"}
    environment = {**quiet, **os.environ, **settings, **installation.environment()}
    os.execve(program, [program, *asked.words], environment)  # noqa: S606 - no shell is wanted


def _airflow_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("words", nargs=REMAINDER, metavar="…", help="Airflow's own arguments; `cheat-sheet` lists them")


def airflow_command(installation: Installation) -> Command:
    """`atelier airflow …`."""
    summary = "Run Airflow's own command line on the Airflow of `make up`."
    return Command("airflow", summary, _airflow_arguments, partial(run_airflow, installation))


if __name__ == "__main__":
    here = Installation.here()
    os.environ.setdefault(DEPLOYMENT_ENV, here.deployment_file)
    if not any(name in os.environ for name in OWN_STORE):
        try:
            os.environ.update(store_environment(here))
        except BadRequest as error:
            complain(str(error))
    sys.exit(main(sys.argv[1:], surroundings(here), (airflow_command(here),)))
