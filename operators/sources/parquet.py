"""Rows of a Parquet file: judged by what it says of itself before it is read, and decoded by few rows at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import IO, TYPE_CHECKING, Any

from include.contract.errors import BadRequest
from include.contract.source_rows import SourceRow
from operators.sources.columns import Key, check_columns, nested
from operators.sources.limits import MAX_CELL_CHARACTERS
from operators.sources.repetition import ROWS_APART, check_cells_apart, chunks_of, rows_at_once
from operators.sources.weights import row_bytes, weights

if TYPE_CHECKING:
    from pyarrow import Array, RecordBatch
    from pyarrow.parquet import ParquetFile

MAX_ROW_BYTES = 4 * 2**20
"""Of a row, and of the rows that are decoded at once."""
MAX_UNREADABLE = 100
"""Rows that are told one by one; a column that cannot be read has as many as rows."""
_BUFFER_BYTES = 2**16
_MAX_FIXED_BYTES = 64
"""Of a type whose values all have one size: numbers and identifiers, no text."""
_THRIFT_LIMITS = {"thrift_string_size_limit": 2**22, "thrift_container_size_limit": 100_000}


def parquet_rows(body: IO[bytes], name: str, allowed: Sequence[str], key: Key | None) -> Iterator[SourceRow]:
    """Each row that `key` wants; one that cannot be read says so.

    :raises BadRequest: the file as a whole cannot be read, or holds too much.
    """
    from pyarrow import ArrowException, set_memory_pool, system_memory_pool

    # This one gives memory back as soon as it is not needed; the others keep a third more.
    set_memory_pool(system_memory_pool())
    try:
        table, batch_rows = _opened(body, name)
        check_columns(table.schema_arrow.names, name, allowed, key)
        reader = _Reader(name, key)
        batches = table.iter_batches(batch_rows, use_threads=False) if table.metadata.num_rows else ()
        for batch in batches:
            yield from reader.rows(batch)
    except (ArrowException, OSError, LookupError, ValueError) as error:
        raise BadRequest(f"{name}: is not a Parquet file that can be read: {error!s:.300}; write it again") from error


def _opened(body: IO[bytes], name: str) -> tuple[ParquetFile, int]:
    """The file, and how many of its rows are to be read at once."""
    from pyarrow.parquet import ParquetFile

    about = ParquetFile(body, **_THRIFT_LIMITS).metadata
    chunks = chunks_of(body, about, name)
    columns = [about.schema.column(number) for number in range(about.num_columns)]
    wide = [column.path for column in columns if column.length > _MAX_FIXED_BYTES]
    if wide:
        raise BadRequest(f"{name}: the column `{wide[0]:.40}` has values of one size; write it as text")
    settings = {"metadata": about, "pre_buffer": False, "buffer_size": _BUFFER_BYTES, **_THRIFT_LIMITS}
    texts = [column.path for column in columns if column.physical_type == "BYTE_ARRAY"]
    apart = ParquetFile(body, read_dictionary=texts, **settings)
    batch_rows = rows_at_once(apart, chunks)
    if batch_rows:
        return ParquetFile(body, **settings), batch_rows
    check_cells_apart(chunks, name)
    return apart, ROWS_APART


class _Reader:
    """Goes through a file's batches, and counts its rows."""

    def __init__(self, name: str, key: Key | None) -> None:
        self._name = name
        self._key = key
        self._above = 0
        self._unreadable = 0

    def rows(self, batch: RecordBatch) -> Iterator[SourceRow]:
        from pyarrow import array, int64

        numbers: Sequence[int] = range(batch.num_rows) if self._key is None else _wanted(batch, self._key)
        chosen = batch if len(numbers) == batch.num_rows else batch.take(array(numbers, int64()))
        sizes = row_bytes(chosen)
        for piece in _pieces(sizes):
            above = [self._above + number for number in numbers[piece.start : piece.stop]]
            if sizes[piece.start] > MAX_ROW_BYTES:
                wrong = f"has {sizes[piece.start]} bytes; allowed: at most {MAX_ROW_BYTES}"
                yield SourceRow(self._where(above[0]), {}, wrong)
            else:
                yield from self._decoded(chosen.slice(piece.start, len(piece)), above)
        self._above += batch.num_rows

    def _decoded(self, piece: RecordBatch, above: Sequence[int]) -> Iterator[SourceRow]:
        """The rows of `piece`; where Python cannot hold a value, its row is looked for by halves."""
        from pyarrow import ArrowException

        try:
            found = _fields(piece)
        except (ArrowException, OverflowError, ValueError) as error:
            half = piece.num_rows // 2
            if half:
                yield from self._decoded(piece.slice(0, half), above[:half])
                yield from self._decoded(piece.slice(half), above[half:])
            else:
                yield self._refused(above[0], error)
            return
        for number, fields in zip(above, found, strict=False):
            yield _row(self._where(number), fields)

    def _refused(self, above: int, error: Exception) -> SourceRow:
        self._unreadable += 1
        if self._unreadable > MAX_UNREADABLE:
            raise BadRequest(
                f"{self._name}: more than {MAX_UNREADABLE} rows cannot be read, the last because of: {error!s:.300}"
            ) from error
        return SourceRow(self._where(above), {}, f"cannot be read: {error!s:.300}")

    def _where(self, above: int) -> str:
        return f"{self._name}, row {above + 1}"


def _pieces(sizes: Sequence[int]) -> Iterator[range]:
    """Rows that are decoded together; one that is too big for that stands alone."""
    start = total = 0
    for number, size in enumerate(sizes):
        total += size
        if total > MAX_ROW_BYTES and number > start:
            yield range(start, number)
            start, total = number, size
    if sizes:
        yield range(start, len(sizes))


def _wanted(batch: RecordBatch, key: Key) -> list[int]:
    """The rows of `batch` that `key` wants, counted from 0."""
    from pyarrow import DictionaryArray

    column = batch.column(batch.schema.get_field_index(key.column))
    if not isinstance(column, DictionaryArray):
        column = column.dictionary_encode()
    codes = column.indices.unique().drop_null()
    values = column.dictionary.take(codes)
    asked = [each for piece in _pieces(weights(values).to_pylist()) for each in _asked(values, piece, key)]
    wanted = {code for code, is_asked in zip(codes.to_pylist(), asked, strict=True) if is_asked}
    if column.indices.null_count and key.wanted(None):
        wanted.add(None)
    return [number for number, code in enumerate(column.indices.to_pylist()) if code in wanted] if wanted else []


def _asked(values: Array, piece: range, key: Key) -> list[bool]:
    """Of each value of `piece` whether its rows are asked for; those of one that cannot be read are, to be told."""
    from pyarrow import ArrowException

    few = values.slice(piece.start, len(piece))
    try:
        if len(piece) > 1 or weights(few)[0].as_py() <= MAX_ROW_BYTES:
            return [key.wanted(value) for value in few.to_pylist()]
    except (ArrowException, OverflowError, ValueError):
        half = piece.start + len(piece) // 2
        if half > piece.start:
            return _asked(values, range(piece.start, half), key) + _asked(values, range(half, piece.stop), key)
    return [True]


def _fields(piece: RecordBatch) -> Iterator[dict[str, Any]]:
    from pyarrow import DictionaryArray

    plain = (each.dictionary_decode() if isinstance(each, DictionaryArray) else each for each in piece.columns)
    columns = [each.to_pylist() for each in plain]
    return (dict(zip(piece.schema.names, values, strict=True)) for values in zip(*columns, strict=True))


def _row(where: str, fields: dict[str, Any]) -> SourceRow:
    given = {column: value for column, value in fields.items() if not _is_blank(value)}
    long = [column for column, value in given.items() if isinstance(value, str) and len(value) > MAX_CELL_CHARACTERS]
    if long:
        wrong = f"{long[0]}: has {len(given[long[0]])} characters; allowed: at most {MAX_CELL_CHARACTERS}"
        return SourceRow(where, {}, wrong)
    return SourceRow(where, nested(given))


def _is_blank(value: Any) -> bool:
    """Whether a cell says nothing: data frames write NaN for a number that is missing."""
    return value is None or value != value or (isinstance(value, str) and not value.strip())
