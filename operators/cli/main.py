"""The command line: its subcommands, and how mistakes are reported."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from typing import TextIO

from include.contract.errors import AtelierError
from operators.cli import gallery, models, opening, plan, schema, show, status, validate, verify, withdraw
from operators.cli.command import REFUSED, Command, Surroundings
from operators.cli.output import OutputLost, complain, tell_all
from operators.configuration import DEFAULT_DEPLOYMENT, DEPLOYMENT_ENV

COMMANDS: tuple[Command, ...] = (
    validate.COMMAND,
    plan.COMMAND,
    show.COMMAND,
    status.COMMAND,
    opening.COMMAND,
    gallery.COMMAND,
    verify.COMMAND,
    withdraw.WITHDRAW,
    withdraw.RESTORE,
    models.COMMAND,
    schema.COMMAND,
)
INTERRUPTED = 130


def main(arguments: Sequence[str], surroundings: Surroundings | None = None, more: Sequence[Command] = ()) -> int:
    """Run one subcommand, of these or of `more`; its exit code."""
    # A stream that was closed before Python began is None.
    sys.stdout, sys.stderr = sys.stdout or _nowhere(), sys.stderr or _nowhere()
    try:
        return _run(arguments, surroundings or Surroundings(), (*COMMANDS, *more))
    except AtelierError as error:
        complain(str(error))
        return REFUSED
    except OutputLost as error:
        # The interpreter would complain of it once more when it closes the stream.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error.__cause__, BrokenPipeError):
            complain(f"the output cannot be written: {error}")
        return REFUSED
    except KeyboardInterrupt:
        return INTERRUPTED


def _nowhere() -> TextIO:
    return open(os.devnull, "w", encoding="utf-8")


def _run(arguments: Sequence[str], surroundings: Surroundings, commands: Sequence[Command]) -> int:
    """The subcommand's exit code, or argparse's, once all that is said has arrived."""
    try:
        asked = _parser(commands).parse_args(arguments)
        asked.surroundings = surroundings
        return int(asked.run(asked))
    finally:
        tell_all()


def _parser(commands: Sequence[Command]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="atelier", description="Check, plan and inspect what Atelier makes.")
    parser.add_argument(
        "--deployment",
        metavar="FILE",
        default=os.environ.get(DEPLOYMENT_ENV, DEFAULT_DEPLOYMENT),
        help="the deployment's file, absolute or from the project's root; default: "
        f"${DEPLOYMENT_ENV} or {DEFAULT_DEPLOYMENT}",
    )
    subparsers = parser.add_subparsers(required=True, metavar="COMMAND")
    for command in commands:
        subparser = subparsers.add_parser(command.name, help=command.summary, description=command.summary)
        command.add_arguments(subparser)
        subparser.set_defaults(run=command.run)
    return parser
