"""`atelier verify published`: whether what readers find is right, byte by byte."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from datetime import date

from include.contract.errors import BadRequest
from include.contract.names import allowed_names
from operators.cli.command import OK, REFUSED, Command
from operators.cli.connecting import connect
from operators.cli.output import complain, counted, size_in_words, tell
from operators.cli.types import day_of
from operators.configuration import deployment_in
from operators.published.verifying import Verification, Verified

PUBLISHED = "published"


def run(asked: Namespace) -> int:
    """Print everything that is wrong, as it is found, and how much was checked."""
    store = connect(deployment_in(asked.deployment).store, asked.surroundings)
    verification = Verification(store, _asked_for(asked.first, asked.last), mends=asked.mend)
    wrong = mended = 0
    for content_type in _content_types(verification, asked.type):
        for finding in verification.of(content_type):
            mended += finding.is_mended
            wrong += not finding.is_mended
            complain(str(finding))
    tell(_told(verification.looked, wrong, mended))
    return REFUSED if wrong else OK


def _content_types(verification: Verification, name: str | None) -> list[str]:
    """Those that are asked for.

    :raises BadRequest: nothing of that name is published.
    """
    known = verification.content_types()
    if name is not None and name not in known:
        raise BadRequest(
            f"nothing is published as `{name}` in {verification.store.domain.uri('')}; {allowed_names(name, known)}"
        )
    return known if name is None else [name]


def _asked_for(first: date | None, last: date | None) -> Callable[[date], bool]:
    return lambda day: (first is None or first <= day) and (last is None or day <= last)


def _told(looked: Verified, wrong: int, mended: int) -> str:
    found = f"{wrong:,} wrong, {mended:,} put right" if wrong or mended else "nothing is wrong"
    files = f"{counted(looked.files, 'file')}, {size_in_words(looked.bytes)}"
    return f"{counted(looked.pieces, 'piece')}, {files}: {found}"


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("what", choices=[PUBLISHED], metavar=PUBLISHED, help="what lies under published/ in the store")
    parser.add_argument("type", nargs="?", metavar="TYPE", help="a content type's name; default: all")
    parser.add_argument(
        "--from", dest="first", type=day_of, metavar="DAY", help="the first day whose pieces are checked"
    )
    parser.add_argument("--to", dest="last", type=day_of, metavar="DAY", help="the last day whose pieces are checked")
    parser.add_argument("--mend", action="store_true", help="restore wrong files from their blobs")


COMMAND = Command("verify", "Check what is published, byte by byte.", _arguments, run)
