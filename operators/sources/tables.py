"""Tables of briefs, row by row: CSV, YAML and Parquet, with the place of each row for messages."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from typing import IO, Any

from include.contract.brief import Brief
from include.contract.errors import BadRequest
from include.contract.yaml12 import MAX_BYTES, read_yaml
from operators.sources import Row

MAX_CELL_CHARACTERS = 100_000
PARQUET_ROWS = 4096
"""Rows of a Parquet file that are in memory at once."""
_DELIMITERS = ",;\t"


def rows_of(body: IO[bytes], name: str, more_columns: Sequence[str]) -> Iterator[Row]:
    """Each row, in order; one that cannot be read says so, and the next one follows.

    :param body: from its beginning; Parquet needs one that can be read in any order.
    :param name: the file's, whose ending says what it is.
    :param more_columns: columns beside the fields of a brief.
    :raises BadRequest: the file as a whole cannot be read.
    """
    allowed = (*more_columns, *Brief.model_fields)
    ending = name.rpartition(".")[2].lower()
    readers = {"csv": _csv_rows, "yaml": _yaml_rows, "parquet": _parquet_rows}
    return readers[ending](body, name, allowed)


def _csv_rows(body: IO[bytes], name: str, allowed: Sequence[str]) -> Iterator[Row]:
    lines = _decoded(body, name)
    header_line = next(lines, "")
    delimiter = max(_DELIMITERS, key=header_line.count)
    header = [cell.strip() for cell in next(csv.reader([header_line], delimiter=delimiter), [])]
    _check_columns(header, f"{name}, line 1", allowed)
    csv.field_size_limit(MAX_CELL_CHARACTERS)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    line = 2
    while True:
        where = f"{name}, line {line}"
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise BadRequest(f"{where}: is not CSV: {error}; close its quotes, or shorten the cell") from error
        if cells is None:
            return
        line = reader.line_num + 2
        if any(cell.strip() for cell in cells):
            yield _csv_row(where, header, cells)


def _csv_row(where: str, header: Sequence[str], cells: Sequence[str]) -> Row:
    given = {column: cell.strip() for column, cell in zip(header, cells, strict=False) if cell.strip()}
    return Row(where, _nested(given), _csv_mistake(header, cells, given))


def _csv_mistake(header: Sequence[str], cells: Sequence[str], given: dict[str, str]) -> str:
    if len(cells) > len(header):
        return f"has {len(cells)} cells under {len(header)} columns; quote a cell that has commas"
    formulas = [column for column, cell in given.items() if cell.startswith("=")]
    if formulas:
        return f"{formulas[0]}: is a formula ({given[formulas[0]]:.40}); export the sheet with values"
    return ""


def _decoded(body: IO[bytes], name: str) -> Iterator[str]:
    """The file's lines as text, the mark that some programs put in front left out."""
    for number, line in enumerate(body, start=1):
        try:
            yield line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            raise BadRequest(
                f"{name}, line {number}: is not UTF-8 text (byte {error.object[error.start]:#04x}); "
                "save the file as CSV in UTF-8"
            ) from error


def _yaml_rows(body: IO[bytes], name: str, _: Sequence[str]) -> Iterator[Row]:
    text = body.read(MAX_BYTES + 1)
    try:
        document = read_yaml(text.decode("utf-8-sig"), name)
    except UnicodeDecodeError as error:
        line = text[: error.start].count(b"\n") + 1
        raise BadRequest(f"{name}, line {line}: is not UTF-8 text; save the file in UTF-8") from error
    if not isinstance(document.value, list):
        raise BadRequest(f"{name}, line 1: is not a list; allowed: one mapping a row, each begun with `- `")
    for number, fields in enumerate(document.value):
        where = f"{name}, line {document.line((number,))}"
        if isinstance(fields, dict):
            yield Row(where, {column: value for column, value in fields.items() if value is not None})
        else:
            yield Row(where, {}, f"is not a mapping of fields (found {fields!r:.40})")


def _parquet_rows(body: IO[bytes], name: str, allowed: Sequence[str]) -> Iterator[Row]:
    from pyarrow import ArrowException, parquet

    try:
        table = parquet.ParquetFile(body)
    except (ArrowException, OSError) as error:
        raise BadRequest(f"{name}: is not a Parquet file: {error}") from error
    _check_columns(table.schema_arrow.names, name, allowed)
    number = 0
    for batch in table.iter_batches(PARQUET_ROWS):
        for fields in batch.to_pylist():
            number += 1
            given = {column: value for column, value in fields.items() if value is not None}
            yield Row(f"{name}, row {number}", _nested(given))


def _check_columns(header: Sequence[str], where: str, allowed: Sequence[str]) -> None:
    """Refuse a table in which a column is not known, or stands twice."""
    unknown = [column for column in header if column.partition(".")[0] not in allowed]
    if unknown:
        raise BadRequest(
            f"{where}: has the column `{unknown[0]:.40}`, which is not known; allowed: {', '.join(allowed)}, and "
            "parts of them after a dot, as in `product.name`"
        )
    twice = [column for column in header if header.count(column) > 1]
    if twice:
        raise BadRequest(f"{where}: has the column `{twice[0]}` twice; keep one of them")


def _nested(given: Iterable[tuple[str, Any]] | dict[str, Any]) -> dict[str, Any]:
    """`product.name` as `name` within `product`."""
    fields: dict[str, Any] = {}
    for column, value in dict(given).items():
        outer, _, inner = column.partition(".")
        if inner:
            fields.setdefault(outer, {})[inner] = value
        else:
            fields[column] = value
    return fields
