"""How a Parquet file can be read in little memory: what it says of its size, and how often it repeats its texts.

Text of which a file holds each value once, in a dictionary, and its number in each row, may stand for gigabytes in some
hundred bytes. Where that could be much, the rows are read with their texts kept apart, once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from operators.sources.limits import MAX_CELLS, MAX_COLUMNS, MAX_ROWS, MAX_UNPACKED_BYTES, check_limit
from operators.sources.weights import longest

if TYPE_CHECKING:
    from pyarrow.parquet import ColumnChunkMetaData, FileMetaData, ParquetFile

ROWS_APART = 65_536
"""That are read at once where texts are kept apart."""
_ROWS = 4096
"""That are read at once where they are not; fewer where texts are long."""
_BYTES = 16 * 2**20
"""Of the texts of these rows."""
_REPEATED_BYTES = 512 * 2**20
"""Of all texts, repeated as often as they stand there, where they are not kept apart."""
_APART_CELLS = 1_000_000
_MAX_ROW_GROUPS = 2000
_REPEATING = {"PLAIN_DICTIONARY", "RLE_DICTIONARY", "DELTA_BYTE_ARRAY"}
"""Encodings by which a value takes less than its bytes (https://parquet.apache.org/docs/file-format/data-pages)."""


def check_size(about: FileMetaData, name: str) -> None:
    """Refuse a file that holds too much.

    :raises BadRequest: it does.
    """
    check_limit(name, "rows", about.num_rows, MAX_ROWS)
    check_limit(name, "columns", about.num_columns, MAX_COLUMNS)
    check_limit(name, "cells", about.num_rows * about.num_columns, MAX_CELLS)
    check_limit(name, "row groups", about.num_row_groups, _MAX_ROW_GROUPS)
    check_limit(name, "cells", sum(chunk.num_values for _, _, chunk in _chunks(about)), MAX_CELLS)
    unpacked_bytes = sum(chunk.total_uncompressed_size for _, _, chunk in _chunks(about))
    check_limit(name, "unpacked bytes", unpacked_bytes, MAX_UNPACKED_BYTES)


def check_cells_apart(about: FileMetaData, name: str) -> None:
    """Refuse a file that holds too many texts to keep them apart.

    :raises BadRequest: it does.
    """
    cells = sum(chunk.num_values for _, _, chunk in _texts(about))
    check_limit(name, "cells of text, which is long or in lists,", cells, _APART_CELLS)


def rows_at_once(apart: ParquetFile) -> int:
    """How many rows can be read at once with their texts repeated; 0 when texts have to be kept apart.

    :param apart: the file, opened to keep its texts apart.
    :raises ValueError: it has to be, and cannot.
    """
    about = apart.metadata
    if any(about.schema.column(number).max_repetition_level for number in range(about.num_columns)):
        return 0
    repeated, longest_of = 0, dict.fromkeys(range(about.num_columns), 0)
    for group, column, chunk in _texts(about):
        if _REPEATING.intersection(chunk.encodings) or chunk.has_dictionary_page:
            text_bytes = _longest_in(apart, group, chunk)
            repeated += text_bytes * chunk.num_values
            longest_of[column] = max(longest_of[column], text_bytes)
    if repeated > _REPEATED_BYTES:
        return 0
    return min(_ROWS, max(1, _BYTES // max(1, sum(longest_of.values()))))


def _longest_in(apart: ParquetFile, group: int, chunk: ColumnChunkMetaData) -> int:
    """Bytes that no text of the chunk exceeds that is repeated."""
    size: int = chunk.total_uncompressed_size
    if size * chunk.num_values <= _BYTES:
        return size
    if "DELTA_BYTE_ARRAY" in chunk.encodings:
        raise ValueError(
            f"the column `{chunk.path_in_schema:.40}` is encoded as DELTA_BYTE_ARRAY, and too long for that"
        )
    first = next(apart.iter_batches(1, row_groups=[group], columns=[chunk.path_in_schema], use_threads=False), None)
    return max(map(longest, first.columns), default=0) if first else 0


def _chunks(about: FileMetaData) -> list[tuple[int, int, ColumnChunkMetaData]]:
    """Of each group of rows each column."""
    places = [(group, column) for group in range(about.num_row_groups) for column in range(about.num_columns)]
    return [(group, column, about.row_group(group).column(column)) for group, column in places]


def _texts(about: FileMetaData) -> list[tuple[int, int, ColumnChunkMetaData]]:
    return [each for each in _chunks(about) if each[2].physical_type == "BYTE_ARRAY"]
