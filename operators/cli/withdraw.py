"""`atelier withdraw` and `atelier restore`: take a published piece away from readers, or give it back.

The stage side does it, because only it changes indexes: this starts its interpreter and passes on its output.
"""

from __future__ import annotations

import getpass
import os
import shlex
import subprocess
from argparse import ArgumentParser, Namespace
from pathlib import Path

from include.contract.deployments import Deployment
from include.contract.errors import BadRequest
from include.contract.values import CleanText
from include.store.store import Store
from operators.cli.command import OK, REFUSED, Command
from operators.cli.connecting import connect
from operators.cli.output import tell_all
from operators.cli.types import day_of, words
from operators.configuration import deployment_in
from operators.engines import PROJECT_ROOT

STAGE_PYTHON = PROJECT_ROOT / ".venv" / "stage" / "bin" / "python"
NAME, REASON = words(CleanText(200)), words(CleanText(2000, may_be_empty=True))
"""What a tombstone accepts."""
_PROGRAM = ("-m", "include.runtime.publishing")


def run_withdraw(asked: Namespace) -> int:
    """Have the piece removed from everything that readers see."""
    return _run("withdraw", asked)


def run_restore(asked: Namespace) -> int:
    """Have it listed again."""
    return _run("restore", asked)


def _run(action: str, asked: Namespace) -> int:
    deployment = deployment_in(asked.deployment)
    arguments = [*_PROGRAM, *_arguments_of(action, asked, deployment)]
    python, environment = (
        _stage_python(deployment, arguments),
        _environment(connect(deployment.store, asked.surroundings)),
    )
    tell_all()
    try:
        done = subprocess.run(  # noqa: S603 - the deployment file and checked words make the command
            [str(python), *arguments], cwd=PROJECT_ROOT, env=environment, check=False
        )
    except OSError as error:
        raise BadRequest(f"the deployment's `process.python`, {python}, cannot be started: {error.strerror}") from error
    return OK if done.returncode == 0 else REFUSED


def _arguments_of(action: str, asked: Namespace, deployment: Deployment) -> list[str]:
    words = [action, f"--by={asked.by or _me()}", f"--why={asked.why}", f"--prefix={deployment.store.prefix}"]
    if asked.day is not None:
        words.append(f"--day={asked.day}")
    return [*words, "--", deployment.store.bucket, asked.type, asked.slug]


def _me() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError) as error:
        raise BadRequest("it is not known who wants this: the user has no name; give one with --by NAME") from error


def _stage_python(deployment: Deployment, arguments: list[str]) -> Path:
    """The interpreter of the stage side on this machine."""
    python = STAGE_PYTHON if deployment.process is None else PROJECT_ROOT / deployment.process.python
    if not os.path.isfile(python):
        raise BadRequest(
            f"{python} does not exist, and publishing belongs to the stage side. Make it (`make setup`), or run this "
            f"in the stage image, with the store's AWS variables: python {shlex.join(arguments)}"
        )
    return python


def _environment(store: Store) -> dict[str, str]:
    """This process's own, with what leads to the store, and without Airflow's secrets."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("AIRFLOW")}
    return own | store.connection.environment()


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("type", metavar="TYPE", help="the content type's name, or TYPE-STAGE")
    parser.add_argument("slug", metavar="SLUG", help="the piece's: the id of its brief")
    parser.add_argument(
        "--day", type=day_of, help="only the piece of this day; default: all days, including those to come"
    )
    parser.add_argument("--by", type=NAME, metavar="NAME", help="who wants it; default: you")


def _withdraw_arguments(parser: ArgumentParser) -> None:
    _arguments(parser)
    parser.add_argument("--why", type=REASON, required=True, metavar="TEXT", help="the reason, for the tombstone")


def _restore_arguments(parser: ArgumentParser) -> None:
    _arguments(parser)
    parser.add_argument("--why", type=REASON, default="", metavar="TEXT", help="the reason, for the tombstone")


WITHDRAW = Command("withdraw", "Take a published piece away from readers.", _withdraw_arguments, run_withdraw)
RESTORE = Command("restore", "Give a withdrawn piece back to readers.", _restore_arguments, run_restore)
