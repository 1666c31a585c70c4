"""`atelier gallery`: what a content type has published, in a folder that a browser can open."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from operators.cli.command import OK, Command
from operators.cli.connecting import connect
from operators.cli.output import counted, size_in_words, tell
from operators.configuration import deployment_in
from operators.published.gallery import copy_gallery


def run(asked: Namespace) -> int:
    """Copy it, and say what to open."""
    store = connect(deployment_in(asked.deployment).store, asked.surroundings)
    copied = copy_gallery(store, asked.type, (asked.to or Path("out") / f"gallery-{asked.type}").absolute())
    tell(f"{counted(copied.pieces, 'piece')}, {size_in_words(copied.bytes)}. Open this in a browser:")
    tell(f"  {copied.page.as_uri()}")
    return OK


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("type", metavar="TYPE", help="a content type's name, or TYPE-STAGE")
    parser.add_argument("--to", type=Path, metavar="FOLDER", help="the folder to copy it to; default: out/gallery-TYPE")


COMMAND = Command("gallery", "Copy the newest published pieces to a folder, to look at them.", _arguments, run)
