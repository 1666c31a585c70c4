"""`source: {json_lines: briefs.jsonl}`: a file of JSON objects, one a line, as databases and CMSs export."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import IO, Annotated, ClassVar

from pydantic import Field

from atelier import (
    About,
    BadRequest,
    DatedRows,
    Source,
    SourceAccess,
    SourceRow,
    SourceRows,
    SourceSettings,
    json_in,
)

MOST_LINES = 10_000
LONGEST_LINE_BYTES = 2**20


class JsonLinesSettings(SourceSettings):
    """Every line of a file of JSON objects, each with the fields of a brief."""

    about: ClassVar = About.ALL
    reader: ClassVar = "house_style.sources:JsonLinesSource"
    left_empty: ClassVar = "If left empty, every line of the file is made."
    json_lines: Annotated[str, Field(min_length=1, max_length=1024, pattern=r"\.(jsonl|ndjson)$")]
    """A file below the deployment's `files` folder, or `s3://bucket/key`."""


class JsonLinesSource(Source[JsonLinesSettings]):
    """Reads the file anew for every run."""

    def ahead(self, first: date, last: date, access: SourceAccess) -> DatedRows:
        """The same for every run."""
        name = self.settings.json_lines
        with access.opened(name) as body:
            return DatedRows(otherwise=SourceRows.of(rows_in(body, name)))

    def check(self, access: SourceAccess) -> None:
        """Look for the file."""
        access.check_file(self.settings.json_lines)


def rows_in(body: IO[bytes], name: str) -> Iterator[SourceRow]:
    """A row for each line; one that is no object says so, and the next one follows.

    :raises BadRequest: there are more lines, or longer ones, than are read.
    """
    for number in range(1, MOST_LINES + 2):
        line = body.readline(LONGEST_LINE_BYTES + 1)
        if not line:
            return
        if number > MOST_LINES or len(line) > LONGEST_LINE_BYTES:
            raise BadRequest(
                f"{name}, line {number}: the file has more than {MOST_LINES} lines, or one of more than "
                f"{LONGEST_LINE_BYTES} bytes; split it into several"
            )
        if line.strip():
            yield _row(line, f"{name}, line {number}")


def _row(line: bytes, where: str) -> SourceRow:
    try:
        fields = json_in(line)
    except ValueError as error:
        return SourceRow(where, {}, f"is not JSON: {error}")
    if not isinstance(fields, dict):
        return SourceRow(where, {}, 'is not an object of a brief\'s fields, such as {"topic": "Honey bees"}')
    return SourceRow(where, dict(fields))
