"""`atelier validate`: every mistake in the deployment, the content types and the tables that they name."""

from __future__ import annotations

import os
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from pathlib import Path

from include.contract.content_types import ContentType
from include.contract.deployments import Deployment
from include.contract.errors import BadRequest
from include.contract.sources import CalendarSource, CatalogueSource
from operators.cli.command import OK, REFUSED, Command
from operators.cli.output import counted, tell
from operators.configuration import CONTENT_TYPES, content_type_in, deployment_in, shown
from operators.files import S3, opened_below
from operators.sources import Found
from operators.sources.calendar import read_whole
from operators.sources.catalogue import read_catalogue
from operators.sources.checking import checked


def run(asked: Namespace) -> int:
    """Tell every mistake, one a line, with file and line."""
    try:
        deployment = deployment_in(asked.deployment)
    except BadRequest as error:
        tell(str(error))
        return REFUSED
    paths = asked.files or _shipped()
    names: dict[str, Path] = {}
    mistakes = 0
    for path in paths:
        for mistake in _mistakes(path, deployment, names):
            tell(mistake)
            mistakes += 1
    if mistakes:
        tell(counted(mistakes, "mistake"))
        return REFUSED
    tell(f"No mistakes in {counted(len(paths), 'content type')} and {asked.deployment}.")
    return OK


def _shipped() -> list[Path]:
    return sorted(path for path in CONTENT_TYPES.iterdir() if path.suffix in (".yaml", ".yml"))


def _mistakes(path: Path, deployment: Deployment, names: dict[str, Path]) -> Iterator[str]:
    """All mistakes of one file. `names` are those of the files before it."""
    file = Path(os.path.abspath(path))
    where = shown(file)
    if path.suffix != ".yaml":
        yield f"{where}: is not read; a content type's file ends in `.yaml`, rename it"
        return
    try:
        content_type = content_type_in(file, deployment)
    except BadRequest as error:
        yield from str(error).splitlines()
    else:
        first = names.setdefault(content_type.name, path)
        if first != path:
            yield f"{path}: `name`: {content_type.name!r} is that of {first} too; each content type needs its own"
        yield from _wrong_rows(content_type, deployment)


def _wrong_rows(content_type: ContentType, deployment: Deployment) -> Iterator[str]:
    """Of a table on this machine. One in S3 is read when runs need it, and by `atelier plan`."""
    source = content_type.source
    try:
        match source:
            case CalendarSource(calendar=name) if not name.startswith(S3):
                with opened_below(name, deployment, "source") as body:
                    found, undated = read_whole(body, name)
                days = [
                    Found(each.rows, tuple(m for m in each.mistakes if m not in undated)) for each in found.values()
                ]
                yield from _told([Found(mistakes=undated), *days], content_type)
            case CatalogueSource(catalogue=name) if not name.startswith(S3):
                with opened_below(name, deployment, "source") as body:
                    yield from _told([read_catalogue(body, name)], content_type)
    except BadRequest as error:
        yield from str(error).splitlines()


def _told(parts: Sequence[Found], content_type: ContentType) -> Iterator[str]:
    for part in parts:
        for mistake in checked(part, content_type)[1]:
            yield f"{mistake.where}: {mistake.message}"


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "files", nargs="*", type=Path, metavar="FILE", help="content types; all of dags/content_types when left out"
    )


COMMAND = Command("validate", "Check content types, the deployment, and calendars on this machine.", _arguments, run)
