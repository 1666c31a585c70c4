"""`atelier schema`: the JSON Schema with which editors complete content types."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from include.contract.errors import BadRequest
from include.contract.schema import schema_text
from operators.cli.command import OK, REFUSED, Command
from operators.cli.output import tell
from operators.configuration import shown
from operators.engines import PROJECT_ROOT

FILE = PROJECT_ROOT / "include" / "contract" / "content_type.schema.json"


def run(asked: Namespace) -> int:
    """Write it, or say whether what is there is up to date."""
    path: Path = asked.file
    text = schema_text(asked.built_in)
    is_current = _found(path) == text.encode()
    if asked.check:
        tell(f"{shown(path)} is {'up to date' if is_current else 'out of date; write it with `make schema`'}.")
        return OK if is_current else REFUSED
    if not is_current:
        _write(path, text)
    tell(f"{shown(path)} {'was up to date' if is_current else 'is written'}.")
    return OK


def _found(path: Path) -> bytes:
    """What lies there; nothing when there is nothing yet.

    :raises BadRequest: it is no file, or may not be read.
    """
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise BadRequest(f"{path}: cannot be read: {error.strerror}; name a file") from error


def _write(path: Path, text: str) -> None:
    try:
        path.write_bytes(text.encode())
    except OSError as error:
        raise BadRequest(f"{path}: cannot be written: {error.strerror}; name another file") from error


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "file", nargs="?", type=Path, default=FILE, metavar="FILE", help="write this file instead of the shipped one"
    )
    parser.add_argument(
        "--built-in", action="store_true", help="without what installed distributions bring, as the project has it"
    )
    parser.add_argument("--check", action="store_true", help="write nothing, only say whether the file is up to date")


COMMAND = Command("schema", "Write the JSON Schema of content types, for editors.", _arguments, run)
