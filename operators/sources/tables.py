"""Tables of briefs, row by row: CSV, YAML and Parquet, with the place of each row for messages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from os import SEEK_END
from typing import IO

from include.contract.brief import Brief
from include.contract.errors import BadRequest
from include.contract.messages import quoted
from include.contract.source_rows import SourceRow
from include.contract.yaml12 import MAX_BYTES, read_yaml
from operators.sources.columns import Key
from operators.sources.delimited import csv_rows
from operators.sources.limits import MAX_TABLE_BYTES, check_limit
from operators.sources.parquet import parquet_rows


def rows_of(body: IO[bytes], name: str, more_columns: Sequence[str], key: Key | None = None) -> Iterator[SourceRow]:
    """Each row that `key` wants, in order; one that cannot be read says so, and the next one follows.

    :param body: one that can be read in any order.
    :param name: the file's, whose ending says what it is.
    :param more_columns: columns beside the fields of a brief.
    :raises BadRequest: the file as a whole cannot be read.
    """
    ending = name.rpartition(".")[2].lower()
    readers = {"yaml": _yaml_rows, "parquet": parquet_rows}
    check_table_size(body.seek(0, SEEK_END), name)
    body.seek(0)
    return readers.get(ending, csv_rows)(body, name, (*more_columns, *Brief.model_fields), key)


def check_table_size(size: int, name: str) -> None:
    """Refuse a table's file of more than `MAX_TABLE_BYTES`.

    :raises BadRequest: it has more.
    """
    check_limit(name, "bytes", size, MAX_TABLE_BYTES)


def _yaml_rows(body: IO[bytes], name: str, _: Sequence[str], key: Key | None) -> Iterator[SourceRow]:
    text = body.read(MAX_BYTES + 1)
    try:
        document = read_yaml(text.decode("utf-8-sig"), name)
    except UnicodeDecodeError as error:
        line = text[: error.start].count(b"\n") + 1
        raise BadRequest(f"{name}, line {line}: is not UTF-8 text; save the file in UTF-8") from error
    if not isinstance(document.value, list):
        raise BadRequest(f"{name}, line 1: is not a list; allowed: one mapping for each row, beginning with `- `")
    for number, fields in enumerate(document.value):
        where = f"{name}, line {document.line((number,))}"
        if not isinstance(fields, dict):
            yield SourceRow(where, {}, f"is not a mapping of fields (found {quoted(fields)})")
        elif key is None or key.wanted(fields.get(key.column)):
            yield SourceRow(where, {column: value for column, value in fields.items() if value is not None})
