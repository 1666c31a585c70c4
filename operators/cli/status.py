"""`atelier status`: how far each item of a run is, while it goes on and afterwards; from the store alone."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from functools import partial

from operators.cli.command import OK, Command
from operators.cli.connecting import connect
from operators.cli.output import tell, tell_json
from operators.cli.status_words import failures, for_programs, lines_of
from operators.cli.types import content_type_named
from operators.cli.watching import LOOK_EVERY_S, Changes, Document, Redrawn, watch
from operators.configuration import deployment_in
from operators.status.reading import StatusReader
from operators.status.status import RunStatus


def run(asked: Namespace) -> int:
    """Print how far the run is; with `--watch`, until nothing more happens by itself."""
    deployment = deployment_in(asked.deployment)
    content_type = content_type_named(asked.type, deployment)
    reader = StatusReader(connect(deployment.store, asked.surroundings), content_type, asked.name)
    words = failures if asked.failed else lines_of
    if asked.watch:
        if asked.json:
            watch(reader.look, Document(partial(for_programs, only_failed=asked.failed)))
        elif sys.stdout.isatty():
            watch(reader.look, Redrawn(words))
        else:
            watch(reader.look, Changes(words, only_failed=asked.failed))
        return OK
    _tell(reader.look(), asked)
    return OK


def _tell(seen: RunStatus, asked: Namespace) -> None:
    if asked.json:
        tell_json(for_programs(seen, only_failed=asked.failed))
        return
    for line in (failures if asked.failed else lines_of)(seen):
        tell(line)


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("type", metavar="TYPE", help="a content type's name, or the path of its file")
    parser.add_argument("name", metavar="RUN", help="the id of a run")
    parser.add_argument("--failed", action="store_true", help="only what failed, why, and what to do next")
    parser.add_argument(
        "--watch",
        action="store_true",
        help=f"look again every {LOOK_EVERY_S:g} s until nothing more happens by itself; Ctrl-C ends it",
    )
    parser.add_argument("--json", action="store_true", help="for programs")


COMMAND = Command("status", "Show how far each item of a run is, on which node, and what failed.", _arguments, run)
