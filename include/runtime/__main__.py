"""`python -m include.runtime`: the one way to start a stage, anywhere, and to bring its models before it starts.

The store's settings come from the standard AWS environment variables.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
from pathlib import Path

from include.runtime.stopping import Stopping

_NO_FONTS = Path(__file__).with_name("no_fonts")
"""A root for Fontconfig in which the machine has no fonts, and no settings of another version to complain of."""


def main(arguments: list[str]) -> int:
    """Run one request and report how it ended: exit code, termination message, last log line."""
    os.environ.setdefault("FONTCONFIG_SYSROOT", str(_NO_FONTS))
    stopping = Stopping()
    stopping.hear()
    parser = argparse.ArgumentParser(prog="python -m include.runtime", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    command = commands.add_parser("run", help="run one stage request")
    command.add_argument("request", metavar="URI", help="s3://bucket/[prefix/]v1/requests/<sha256>.json")
    command.set_defaults(begin=_run)
    models = commands.add_parser("models", help="the models of this machine").add_subparsers(required=True)
    command = models.add_parser(
        "warm", help="bring models here, so that the stages that need them start without a download"
    )
    command.add_argument("names", metavar="NAME", nargs="+", help="as in `acme/qwen3-4b@1`, or of the registry")
    command.add_argument("--store", metavar="URI", required=True, help="s3://bucket or s3://bucket/prefix/")
    command.add_argument(
        "--hold", action="store_true", help="then stay, so that nothing takes them, until asked to stop"
    )
    command.set_defaults(begin=_warm)
    asked = parser.parse_args(arguments)
    return int(asked.begin(asked, stopping))


# What they import takes a while, and a stop is heard meanwhile.
def _run(asked: argparse.Namespace, stopping: Stopping) -> int:
    from include.runtime.session import Session

    return Session(stopping).run(asked.request)


def _warm(asked: argparse.Namespace, stopping: Stopping) -> int:
    from include.runtime.models.warming import warm

    return warm(asked.store, asked.names, stopping, is_held=asked.hold)


if __name__ == "__main__":
    code = main(sys.argv[1:])
    sys.stdout.flush()
    logging.shutdown()
    # A batch that was dropped may still be computing in its thread; nothing waits for it.
    os._exit(code)
