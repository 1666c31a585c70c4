"""`atelier validate`: every mistake in the deployment, the content types, and the tables and files that they name."""

from __future__ import annotations

import os
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from include.contract.content_types import ContentType, read_content_type
from include.contract.deployments import Deployment
from include.contract.errors import BadRequest
from include.contract.source import About
from include.contract.sources import settings_named
from include.contract.yaml12 import Document
from operators.cli.command import OK, REFUSED, Command, Surroundings
from operators.cli.output import counted, tell
from operators.cli.tables import Tables
from operators.configuration import CONTENT_TYPES, deployment_in, document_in, mistakes_here, registry, shown


def run(asked: Namespace) -> int:
    """Print every mistake, one per line, with file and line."""
    found = Mistakes(asked.surroundings)
    found.of_deployment(asked.deployment)
    paths = asked.files or _shipped()
    for path in paths:
        found.of_content_type(path)
    for line in (*found.told, *found.not_looked_at()):
        tell(line)
    if found.told:
        tell(counted(len(found.told), "mistake"))
        return REFUSED
    tell(f"No mistakes in {counted(len(paths), 'content type')} and {asked.deployment}.")
    return OK


def _shipped() -> list[Path]:
    return sorted(path for path in CONTENT_TYPES.iterdir() if path.suffix in (".yaml", ".yml"))


class Mistakes:
    """All that is wrong. Little is left unchecked because of a file's mistakes, and that is reported."""

    def __init__(self, surroundings: Surroundings) -> None:
        self.told: list[str] = []
        self._surroundings = surroundings
        self._deployment: Deployment | None = None
        self._tables: Tables | None = None
        self._names: dict[str, Path] = {}
        self._unread: list[str] = []

    def of_deployment(self, file: str) -> None:
        """Mistakes in the deployment in `file`."""
        try:
            self._deployment = deployment_in(file)
            registry(self._deployment)
        except BadRequest as error:
            self.told += str(error).splitlines()
        else:
            self._tables = Tables(self._deployment, self._surroundings)

    def of_content_type(self, path: Path) -> None:
        """Mistakes in the content type in `path`, and in the table that it names."""
        file = Path(os.path.abspath(path))
        if path.suffix != ".yaml":
            self.told.append(f"{shown(file)}: is ignored: the name of a content type's file ends in `.yaml`; rename it")
            return
        try:
            document = document_in(file)
        except BadRequest as error:
            self.told.append(str(error))
            return
        readable = _as_far_as_rows_need(document)
        absent = [*self._tables.absent(readable)] if self._tables and readable else []
        try:
            read_content_type(document, [*mistakes_here(document, file, self._deployment), *absent])
        except BadRequest as error:
            self.told += str(error).splitlines()
        self._of_name(document, path)
        if self._tables and readable:
            self.told += self._tables.wrong_rows(readable)
        elif isinstance(document.value, dict) and "source" in document.value:
            self._unread.append(shown(file))

    def _of_name(self, document: Document, path: Path) -> None:
        name = document.value.get("name") if isinstance(document.value, dict) else None
        first = self._names.setdefault(name, path) if isinstance(name, str) else path
        if first != path:
            self.told.append(f"{path}: `name`: {name!r} is also the name of {first}; each content type needs its own")

    def not_looked_at(self) -> Iterator[str]:
        """What could not be checked, and why."""
        if self._unread:
            yield f"Not checked until these are fixed: the tables and files of {', '.join(self._unread)}."
        if self._tables and self._tables.passed_over:
            yield (
                f"Not checked, because the store is not known here or does not answer: "
                f"{', '.join(sorted(self._tables.passed_over))}."
            )
        if self._tables:
            yield from (f"Not checked: {reason}." for _, reason in sorted(self._tables.unreachable.items()))


def _as_far_as_rows_need(document: Document) -> ContentType | None:
    """The content type as its rows are read by, whatever else is wrong with it; None where that is wrong too."""
    value = document.value if isinstance(document.value, dict) else {}
    needed = {name: value[name] for name in ("name", "source", "brief", "stages") if name in value}
    settings = settings_named(value.get("source"))
    is_due = settings is not None and settings.about is not About.EVENTS
    due = {"schedule": "@daily", "start_date": "2026-01-01"} if is_due else {}
    try:
        return ContentType.model_validate({"name": "unnamed", "title": "-", "description": "-", **due, **needed})
    except ValidationError:
        return None


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "files", nargs="*", type=Path, metavar="FILE", help="content types; default: all of dags/content_types"
    )


COMMAND = Command("validate", "Check content types, the deployment, and what they name.", _arguments, run)
