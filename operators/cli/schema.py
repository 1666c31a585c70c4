"""`atelier schema`: the JSON Schema by which editors complete content types."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from include.contract.schema import schema_text
from operators.cli.command import OK, REFUSED, Command
from operators.cli.output import tell
from operators.configuration import shown
from operators.engines import PROJECT_ROOT

FILE = PROJECT_ROOT / "include" / "contract" / "content_type.schema.json"


def run(asked: Namespace) -> int:
    """Write it, or say whether what is there is up to date."""
    path: Path = asked.file
    text = schema_text()
    is_current = path.is_file() and path.read_text() == text
    if asked.check:
        tell(f"{shown(path)} is {'up to date' if is_current else 'out of date; write it with `make schema`'}.")
        return OK if is_current else REFUSED
    if not is_current:
        path.write_text(text)
    tell(f"{shown(path)} {'was up to date' if is_current else 'is written'}.")
    return OK


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "file", nargs="?", type=Path, default=FILE, metavar="FILE", help="another file than the shipped"
    )
    parser.add_argument("--check", action="store_true", help="write nothing; say whether the file is up to date")


COMMAND = Command("schema", "Write the JSON Schema of content types, for editors.", _arguments, run)
