"""Tables of briefs, row by row: CSV, YAML and Parquet, with the place of each row for messages."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from functools import partial
from os import SEEK_END
from typing import IO

from include.contract.brief import Brief
from include.contract.errors import BadRequest
from include.contract.messages import quoted
from include.contract.yaml12 import MAX_BYTES, read_yaml
from operators.sources import Row
from operators.sources.columns import Key, check_columns, nested
from operators.sources.limits import (
    MAX_CELL_CHARACTERS,
    MAX_CELLS,
    MAX_LINE_BYTES,
    MAX_ROWS,
    MAX_TABLE_BYTES,
    check_limit,
)
from operators.sources.parquet import parquet_rows

_DELIMITERS = ",;\t"


def rows_of(body: IO[bytes], name: str, more_columns: Sequence[str], key: Key | None = None) -> Iterator[Row]:
    """Each row that `key` wants, in order; one that cannot be read says so, and the next one follows.

    :param body: one that can be read in any order.
    :param name: the file's, whose ending says what it is.
    :param more_columns: columns beside the fields of a brief.
    :raises BadRequest: the file as a whole cannot be read.
    """
    ending = name.rpartition(".")[2].lower()
    readers = {"csv": _csv_rows, "yaml": _yaml_rows, "parquet": parquet_rows}
    check_table_size(body.seek(0, SEEK_END), name)
    body.seek(0)
    return readers[ending](body, name, (*more_columns, *Brief.model_fields), key)


def check_table_size(size: int, name: str) -> None:
    """Refuse a table's file of more than `MAX_TABLE_BYTES`.

    :raises BadRequest: it has more.
    """
    check_limit(name, "bytes", size, MAX_TABLE_BYTES)


def _csv_rows(body: IO[bytes], name: str, allowed: Sequence[str], key: Key | None) -> Iterator[Row]:
    lines = _decoded(body, name)
    above, header, delimiter = _csv_header(lines, name)
    check_columns(header, f"{name}, line {above}", allowed, key)
    at = header.index(key.column) if key else 0
    csv.field_size_limit(MAX_CELL_CHARACTERS)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    total = 0
    while True:
        line = above + reader.line_num + 1
        where = f"{name}, line {line}"
        try:
            cells = next(reader, None)
        except csv.Error as error:
            what = f"is not CSV: {error}; close its quotes and double those within a cell, or shorten the cell"
            if above + reader.line_num > line:
                # A quote that nobody closed has taken in the lines below: which of them are rows cannot be known.
                raise BadRequest(f"{where}: {what}") from error
            yield Row(where, {}, what)
            continue
        if cells is None:
            return
        total += len(cells)
        check_limit(name, "cells", total, MAX_CELLS)
        if key and at < len(cells) and not key.wanted(cells[at].strip()):
            continue
        if not _is_blank(cells):
            yield _csv_row(where, header, cells)


def _csv_header(lines: Iterator[str], name: str) -> tuple[int, list[str], str]:
    """The header's line, its columns, and the delimiter that it shows."""
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        delimiter = max(_DELIMITERS, key=line.count)
        try:
            header = [cell.strip() for cell in next(csv.reader([line], delimiter=delimiter, strict=True))]
        except csv.Error as error:
            raise BadRequest(
                f"{name}, line {number}: is not the header of a CSV file: {error}; save the file as CSV in UTF-8"
            ) from error
        while header and not header[-1]:
            header.pop()
        return number, header, delimiter
    raise BadRequest(f"{name}: is empty; the first line names the columns, such as `id,topic`")


def _csv_row(where: str, header: Sequence[str], cells: Sequence[str]) -> Row:
    given = {column: text for column, cell in zip(header, cells, strict=False) if (text := cell.strip())}
    return Row(where, nested(given), _csv_mistake(header, cells, given))


def _csv_mistake(header: Sequence[str], cells: Sequence[str], given: dict[str, str]) -> str:
    if not _is_blank(cells[len(header) :]):
        return f"has {len(cells)} cells under {len(header)} columns; quote a cell that has commas"
    formulas = [column for column, cell in given.items() if cell.startswith("=")]
    if formulas:
        return f"{formulas[0]}: is a formula ({given[formulas[0]]:.40}); export the sheet with values"
    return ""


def _is_blank(cells: Sequence[str]) -> bool:
    return not "".join(cells).strip()


def _decoded(body: IO[bytes], name: str) -> Iterator[str]:
    """The file's lines as text, the mark that some programs put in front left out."""
    for number, line in enumerate(iter(partial(body.readline, MAX_LINE_BYTES + 1), b""), start=1):
        if len(line) > MAX_LINE_BYTES:
            raise BadRequest(f"{name}, line {number}: has more than {MAX_LINE_BYTES} bytes; allowed: that many")
        check_limit(name, "lines", number, MAX_ROWS)
        try:
            yield line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            raise BadRequest(
                f"{name}, line {number}: is not UTF-8 text (byte {error.object[error.start]:#04x}); "
                "save the file as CSV in UTF-8"
            ) from error


def _yaml_rows(body: IO[bytes], name: str, _: Sequence[str], key: Key | None) -> Iterator[Row]:
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
        if not isinstance(fields, dict):
            yield Row(where, {}, f"is not a mapping of fields (found {quoted(fields)})")
        elif key is None or key.wanted(fields.get(key.column)):
            yield Row(where, {column: value for column, value in fields.items() if value is not None})
