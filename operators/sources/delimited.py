"""Rows of a CSV file, whatever separates its cells."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import IO

from include.contract.errors import BadRequest
from include.contract.source_rows import SourceRow
from operators.sources.columns import Key, check_columns, nested
from operators.sources.limits import MAX_CELL_CHARACTERS, MAX_CELLS, check_limit
from operators.sources.lines import SAVE_AS, lines_in

_DELIMITERS = ",;\t"
_SAYS_DELIMITER = re.compile(r'"?sep=(?P<delimiter>[^"\n])"?[,;\t ]*\n?', re.IGNORECASE)
"""The line that tells Excel what separates cells, which it also writes itself."""


def csv_rows(body: IO[bytes], name: str, allowed: Sequence[str], key: Key | None) -> Iterator[SourceRow]:
    """Each row that `key` wants; one that cannot be read says so.

    :raises BadRequest: the file as a whole cannot be read, or holds too much.
    """
    lines = lines_in(body, name)
    above, first, delimiter = _beginning(lines, name)
    csv.field_size_limit(MAX_CELL_CHARACTERS)
    reader = csv.reader(chain([first], lines), delimiter=delimiter, strict=True)
    header = _header(reader, f"{name}, line {above + 1}")
    check_columns(header, f"{name}, line {above + 1}", allowed, key)
    at = header.index(key.column) if key else 0
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
            yield SourceRow(where, {}, what)
            continue
        if cells is None:
            return
        total += len(cells)
        check_limit(name, "cells", total, MAX_CELLS)
        if key and at < len(cells) and not key.wanted(cells[at].strip()):
            continue
        if not _is_blank(cells):
            yield _row(where, header, cells, delimiter)


def _beginning(lines: Iterator[str], name: str) -> tuple[int, str, str]:
    """How many lines stand above the header, its first line, and the delimiter that it shows or that is told."""
    told = ""
    for above, line in enumerate(lines):
        says = None if told else _SAYS_DELIMITER.fullmatch(line)
        if says:
            told = says["delimiter"]
        elif line.strip():
            return above, line, told or max(_DELIMITERS, key=line.count)
    raise BadRequest(f"{name}: is empty; the first line names the columns, such as `id,topic`")


def _header(reader: Iterator[list[str]], where: str) -> list[str]:
    """The columns; those at the end that have no name are left out."""
    try:
        header = [" ".join(cell.split()) for cell in next(reader)]
    except csv.Error as error:
        raise BadRequest(f"{where}: is not the header of a CSV file: {error}; {SAVE_AS}") from error
    while header and not header[-1]:
        header.pop()
    return header


def _row(where: str, header: Sequence[str], cells: Sequence[str], delimiter: str) -> SourceRow:
    given = {column: text for column, cell in zip(header, cells, strict=False) if (text := cell.strip())}
    return SourceRow(where, nested(given), _mistake(header, cells, given, delimiter))


def _mistake(header: Sequence[str], cells: Sequence[str], given: dict[str, str], delimiter: str) -> str:
    if not _is_blank(cells[len(header) :]):
        return f"has {len(cells)} cells under {len(header)} columns; quote a cell that contains {delimiter!r}"
    if "" in given:
        return f"has {given['']!r:.40} under a column without a name; name the column in the first line, or empty it"
    formulas = [column for column, cell in given.items() if cell.startswith("=")]
    if formulas:
        return f"{formulas[0]}: is a formula ({given[formulas[0]]:.40}); export the sheet with values"
    return ""


def _is_blank(cells: Sequence[str]) -> bool:
    return not "".join(cells).strip()
