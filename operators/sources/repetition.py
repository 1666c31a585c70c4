"""How a Parquet file can be read in little memory: how much it holds, and how often it repeats its texts.

Text of which a file holds each value once, in a dictionary, and its number in each row, may stand for gigabytes in some
hundred bytes. Where that could be much, the rows are read with their texts kept apart, once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from operators.sources.limits import MAX_CELLS, MAX_COLUMNS, MAX_ROWS, MAX_UNPACKED_BYTES, check_limit
from operators.sources.pages import MAX_PAGES, Pages, chunks_in, pages_of
from operators.sources.weights import longest

if TYPE_CHECKING:
    from pyarrow.parquet import FileMetaData, ParquetFile

ROWS_APART = 65_536
"""That are read at once where texts are kept apart."""
_ROWS = 4096
"""That are read at once where they are not; fewer where texts are long."""
_BYTES = 16 * 2**20
"""Of the texts of these rows."""
_REPEATED_BYTES = 512 * 2**20
"""Of all texts, repeated as often as they stand there, where they are not kept apart."""
_APART_CELLS = 1_000_000
_MAX_CHUNKS = 20_000


@dataclass(frozen=True)
class ColumnChunk:
    """One column in one group of rows."""

    group: int
    column: int
    path: str
    is_text: bool
    pages: Pages


def chunks_of(body: IO[bytes], about: FileMetaData, name: str) -> list[ColumnChunk]:
    """Every chunk of the file; none of one without rows, whose chunks need no pages.

    :raises BadRequest: the file holds too much, by its footer or by its pages.
    :raises ValueError: its pages cannot be read.
    """
    groups, columns = about.num_row_groups, about.num_columns
    check_limit(name, "rows", about.num_rows, MAX_ROWS)
    check_limit(name, "columns", columns, MAX_COLUMNS)
    check_limit(name, "cells", about.num_rows * columns, MAX_CELLS)
    check_limit(name, "columns in groups of rows", groups * columns, _MAX_CHUNKS)
    if not about.num_rows:
        return []
    schema = [about.schema.column(column) for column in range(columns)]
    chunks: list[ColumnChunk] = []
    total = Pages()
    told = chunks_in(body)
    if len(told) != groups or any(len(whole) != columns for whole in told):
        raise ValueError("its groups of rows have other columns than the file")
    for group, column in ((group, column) for group in range(groups) for column in range(columns)):
        pages = pages_of(body, told[group][column])
        total += pages
        check_limit(name, "pages", total.count, MAX_PAGES)
        check_limit(name, "cells", total.values, MAX_CELLS)
        check_limit(name, "unpacked bytes", total.unpacked_bytes, MAX_UNPACKED_BYTES)
        is_text = schema[column].physical_type == "BYTE_ARRAY"
        chunks.append(ColumnChunk(group, column, schema[column].path, is_text, pages))
    return chunks


def check_cells_apart(chunks: Sequence[ColumnChunk], name: str) -> None:
    """Refuse a file that holds too many texts to keep them apart.

    :raises BadRequest: it does.
    """
    cells = sum(chunk.pages.values for chunk in chunks if chunk.is_text)
    check_limit(name, "cells of text, which is long or in lists,", cells, _APART_CELLS)


def rows_at_once(apart: ParquetFile, chunks: Sequence[ColumnChunk]) -> int:
    """How many rows can be read at once with their texts repeated; 0 when texts have to be kept apart.

    :param apart: the file, opened to keep its texts apart.
    :raises ValueError: it has to be, and cannot.
    """
    about = apart.metadata
    if any(about.schema.column(number).max_repetition_level for number in range(about.num_columns)):
        return 0
    repeated, longest_of = 0, dict.fromkeys(range(about.num_columns), 0)
    for chunk in chunks:
        if chunk.is_text and (chunk.pages.has_dictionary or chunk.pages.has_shared_beginnings):
            text_bytes = _longest_in(apart, chunk)
            repeated += text_bytes * chunk.pages.values
            longest_of[chunk.column] = max(longest_of[chunk.column], text_bytes)
    if repeated > _REPEATED_BYTES:
        return 0
    return min(_ROWS, max(1, _BYTES // max(1, sum(longest_of.values()))))


def _longest_in(apart: ParquetFile, chunk: ColumnChunk) -> int:
    """Bytes that no text of the chunk exceeds that is repeated."""
    size = chunk.pages.unpacked_bytes
    if size * chunk.pages.values <= _BYTES:
        return size
    if chunk.pages.has_shared_beginnings:
        raise ValueError(f"the column `{chunk.path:.40}` is encoded as DELTA_BYTE_ARRAY, and too long for that")
    first = next(apart.iter_batches(1, row_groups=[chunk.group], columns=[chunk.path], use_threads=False), None)
    return max(map(longest, first.columns), default=0) if first else 0
