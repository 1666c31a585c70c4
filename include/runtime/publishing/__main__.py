"""`python -m include.runtime.publishing withdraw BUCKET TYPE SLUG --by NAME --why TEXT`, and `restore` alike.

The store's settings come from the standard AWS environment variables. `atelier withdraw` starts this.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import date

from include.contract.errors import AtelierError, ExitCode
from include.contract.keys import Domain
from include.runtime.publishing.withdrawal import restore, withdraw
from include.store.connection import Connection
from include.store.store import Store

_ACTIONS = {"withdraw": (withdraw, "taken out"), "restore": (restore, "listed again")}


def main(arguments: Sequence[str]) -> int:
    """Withdraw or restore, and print which days changed; the exit code is the class of a failure."""
    asked = _parser().parse_args(arguments)
    action, done = _ACTIONS[asked.action]
    store = Store(Domain(asked.bucket, asked.prefix), Connection.from_environment())
    try:
        days = action(store, asked.content_type, asked.slug, by=asked.by, why=asked.why, day=asked.day)
    except AtelierError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    told = ", ".join(str(day) for day in sorted(days)) or "no day: all of it was so before"
    sys.stdout.write(f"`{asked.slug}` of `{asked.content_type}` is {done}: {told}\n")
    return ExitCode.OK


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m include.runtime.publishing", description=__doc__)
    parser.add_argument("action", choices=_ACTIONS)
    parser.add_argument("bucket", metavar="BUCKET")
    parser.add_argument("content_type", metavar="TYPE")
    parser.add_argument("slug", metavar="SLUG")
    parser.add_argument("--prefix", default="", help="before all keys: empty, or ends with a slash")
    parser.add_argument("--by", required=True, metavar="NAME", help="who wants it")
    parser.add_argument("--why", default="", metavar="TEXT")
    parser.add_argument("--day", type=date.fromisoformat, metavar="DAY", help="only the piece of this day")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
