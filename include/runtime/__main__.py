"""`python -m include.runtime run <request uri>`: the one way to start a stage, anywhere.

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
    uri = parser.parse_args(arguments).request
    # Imported here: it takes a while, and a stop is heard meanwhile.
    from include.runtime.session import Session

    return Session(stopping).run(uri)


if __name__ == "__main__":
    code = main(sys.argv[1:])
    sys.stdout.flush()
    logging.shutdown()
    # A batch that was dropped may still be computing in its thread; nothing waits for it.
    os._exit(code)
