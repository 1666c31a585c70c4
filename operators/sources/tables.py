"""Tables of briefs, row by row: CSV, YAML and Parquet, with the place of each row for messages."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import IO, TYPE_CHECKING, Any

from include.contract.brief import Brief
from include.contract.errors import BadRequest
from include.contract.yaml12 import MAX_BYTES, read_yaml
from operators.sources import Row

if TYPE_CHECKING:
    from pyarrow import RecordBatch

MAX_CELL_CHARACTERS = 100_000
MAX_LINE_BYTES = 2**20
PARQUET_ROWS = 4096
"""Rows of a Parquet file that are in memory at once."""
PARQUET_BUFFER_BYTES = 2**16
_DELIMITERS = ",;\t"


@dataclass(frozen=True)
class Key:
    """A column that a table must have, and which of its values are asked for: other rows are passed over quickly."""

    column: str
    wanted: Callable[[Any], bool]


def rows_of(body: IO[bytes], name: str, more_columns: Sequence[str], key: Key | None = None) -> Iterator[Row]:
    """Each row that `key` wants, in order; one that cannot be read says so, and the next one follows.

    :param body: from its beginning; Parquet needs one that can be read in any order.
    :param name: the file's, whose ending says what it is.
    :param more_columns: columns beside the fields of a brief.
    :raises BadRequest: the file as a whole cannot be read.
    """
    ending = name.rpartition(".")[2].lower()
    readers = {"csv": _csv_rows, "yaml": _yaml_rows, "parquet": _parquet_rows}
    return readers[ending](body, name, (*more_columns, *Brief.model_fields), key)


def _csv_rows(body: IO[bytes], name: str, allowed: Sequence[str], key: Key | None) -> Iterator[Row]:
    lines = _decoded(body, name)
    above, header, delimiter = _csv_header(lines, name)
    _check_columns(header, f"{name}, line {above}", allowed, key)
    at = header.index(key.column) if key else 0
    csv.field_size_limit(MAX_CELL_CHARACTERS)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
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
        if key and at < len(cells) and not key.wanted(cells[at].strip()):
            continue
        if any(cell.strip() for cell in cells):
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
    return Row(where, _nested(given), _csv_mistake(header, cells, given))


def _csv_mistake(header: Sequence[str], cells: Sequence[str], given: dict[str, str]) -> str:
    if any(cell.strip() for cell in cells[len(header) :]):
        return f"has {len(cells)} cells under {len(header)} columns; quote a cell that has commas"
    formulas = [column for column, cell in given.items() if cell.startswith("=")]
    if formulas:
        return f"{formulas[0]}: is a formula ({given[formulas[0]]:.40}); export the sheet with values"
    return ""


def _decoded(body: IO[bytes], name: str) -> Iterator[str]:
    """The file's lines as text, the mark that some programs put in front left out."""
    for number, line in enumerate(iter(partial(body.readline, MAX_LINE_BYTES + 1), b""), start=1):
        if len(line) > MAX_LINE_BYTES:
            raise BadRequest(f"{name}, line {number}: has more than {MAX_LINE_BYTES} bytes; allowed: that many")
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
            yield Row(where, {}, f"is not a mapping of fields (found {fields!r:.40})")
        elif key is None or key.wanted(fields.get(key.column)):
            yield Row(where, {column: value for column, value in fields.items() if value is not None})


def _parquet_rows(body: IO[bytes], name: str, allowed: Sequence[str], key: Key | None) -> Iterator[Row]:
    from pyarrow import ArrowException, array, int64, parquet

    try:
        table = parquet.ParquetFile(body, pre_buffer=False, buffer_size=PARQUET_BUFFER_BYTES)
        _check_columns(table.schema_arrow.names, name, allowed, key)
        above = 0
        for batch in table.iter_batches(PARQUET_ROWS, use_threads=False):
            numbers = _numbers(batch, key)
            chosen = batch.take(array(numbers, int64()))
            for number, fields in zip(numbers, chosen.to_pylist(), strict=True):
                given = {column: value for column, value in fields.items() if not _is_blank(value)}
                yield Row(f"{name}, row {above + number + 1}", _nested(given))
            above += batch.num_rows
    except (ArrowException, OSError, LookupError, ValueError) as error:
        # Values are decoded as they are read: text that is not UTF-8, nanoseconds, time zones that do not exist.
        raise BadRequest(f"{name}: is not a Parquet file that can be read: {error!s:.300}; write it again") from error


def _numbers(batch: RecordBatch, key: Key | None) -> list[int]:
    """The rows of `batch` that `key` wants, counted from 0."""
    if key is None:
        return list(range(batch.num_rows))
    column = batch.column(batch.schema.get_field_index(key.column)).dictionary_encode()
    wanted = [key.wanted(value) for value in column.dictionary.to_pylist()]
    if not any(wanted) and not column.null_count:
        return []
    return [
        number
        for number, code in enumerate(column.indices.to_pylist())
        if (key.wanted(None) if code is None else wanted[code])
    ]


def _is_blank(value: Any) -> bool:
    """Whether a cell says nothing: data frames write NaN for a number that is missing."""
    return value is None or value != value or (isinstance(value, str) and not value.strip())


def _check_columns(header: Sequence[str], where: str, allowed: Sequence[str], key: Key | None) -> None:
    """Refuse a table in which a column is not known, is missing, or stands twice."""
    unknown = [column for column in header if column.partition(".")[0] not in allowed]
    if unknown:
        raise BadRequest(
            f"{where}: has the column `{unknown[0]:.40}`, which is not known; allowed: {', '.join(allowed)}, and "
            "parts of them after a dot, as in `product.name`"
        )
    if key and key.column not in header:
        raise BadRequest(f"{where}: has no column `{key.column}`; found: {', '.join(header):.200}; add it")
    twice = [column for column in header if header.count(column) > 1]
    if twice:
        raise BadRequest(f"{where}: has the column `{twice[0]}` twice; keep one of them")
    parts = [column for column in header if "." in column and column.partition(".")[0] in header]
    if parts:
        raise BadRequest(f"{where}: has the columns `{parts[0].partition('.')[0]}` and `{parts[0]}`; keep one of them")


def _nested(given: dict[str, Any]) -> dict[str, Any]:
    """`product.name` as `name` within `product`."""
    fields: dict[str, Any] = {}
    for column, value in given.items():
        outer, _, inner = column.partition(".")
        if inner:
            fields.setdefault(outer, {})[inner] = value
        else:
            fields[column] = value
    return fields
