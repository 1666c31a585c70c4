"""What the pages of a Parquet file say of themselves: a footer may claim anything, but readers go by the pages.

Both are structs in Thrift's compact protocol
(https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md) with the fields of
https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift. They are read here, since pyarrow
ends the process where a damaged footer says nothing of a column.
"""

from __future__ import annotations

from dataclasses import dataclass
from os import SEEK_END
from typing import IO, Any

Fields = dict[int, Any]
"""Of a struct, by their numbers."""

MAX_PAGES = 20_000
"""Of a file."""
MAX_FOOTER_BYTES = 2 * 2**20
_TAIL_BYTES = 8
_MAX_DEPTH = 12
_DICTIONARY_PAGE = 2
_DELTA_BYTE_ARRAY = 7
_ROW_GROUPS, _COLUMNS, _ABOUT = 4, 1, 3
_CHUNK_BYTES, _DATA_AT, _DICTIONARY_AT = 7, 9, 11
_TYPE, _UNPACKED, _PACKED, _DATA, _DATA_2 = 1, 2, 3, 5, 8
_VALUES, _ENCODING, _ENCODING_2 = 1, 2, 4


@dataclass(frozen=True)
class Pages:
    """What pages hold together."""

    count: int = 0
    unpacked_bytes: int = 0
    values: int = 0
    has_dictionary: bool = False
    """Whether texts may be repeated by their numbers."""
    has_shared_beginnings: bool = False
    """Whether texts may be repeated by what they share with the one before."""

    def __add__(self, more: Pages) -> Pages:
        return Pages(
            self.count + more.count,
            self.unpacked_bytes + more.unpacked_bytes,
            self.values + more.values,
            self.has_dictionary or more.has_dictionary,
            self.has_shared_beginnings or more.has_shared_beginnings,
        )


def chunks_in(body: IO[bytes]) -> list[list[Fields]]:
    """For each group of rows, what the footer says of each column.

    :raises ValueError: it cannot be read, or is too long.
    """
    end = body.seek(-_TAIL_BYTES, SEEK_END)
    size = int.from_bytes(body.read(4), "little")
    if size > min(end, MAX_FOOTER_BYTES):
        raise ValueError(f"the footer has {size} bytes; allowed: at most {MAX_FOOTER_BYTES}")
    body.seek(end - size)
    groups = _list(_Compact(body.read(size), 0).struct(), _ROW_GROUPS)
    return [[_fields(column, _ABOUT) for column in _list(group, _COLUMNS)] for group in groups]


def pages_of(body: IO[bytes], chunk: Fields) -> Pages:
    """What the pages of `chunk`, one of `chunks_in`, hold.

    :raises ValueError: they cannot be read.
    """
    start = _size(chunk, _DATA_AT)
    if _DICTIONARY_AT in chunk:
        start = min(start, _size(chunk, _DICTIONARY_AT) or start)
    body.seek(start)
    packed = body.read(_size(chunk, _CHUNK_BYTES))
    whole, at = Pages(), 0
    for _ in range(MAX_PAGES + 1):
        if at >= len(packed):
            return whole
        header = _Compact(packed, at)
        fields = header.struct()
        at = header.at + _size(fields, _PACKED)
        whole += _page(fields)
    raise ValueError(f"a column has more than {MAX_PAGES} pages")


def _page(fields: Fields) -> Pages:
    """The page whose header has these `fields`."""
    data = [(fields.get(kind), encoding) for kind, encoding in ((_DATA, _ENCODING), (_DATA_2, _ENCODING_2))]
    told = [(header, encoding) for header, encoding in data if isinstance(header, dict)]
    return Pages(
        count=1,
        unpacked_bytes=_size(fields, _UNPACKED),
        values=sum(_size(header, _VALUES) for header, _ in told),
        has_dictionary=fields.get(_TYPE) == _DICTIONARY_PAGE,
        has_shared_beginnings=any(header.get(encoding) == _DELTA_BYTE_ARRAY for header, encoding in told),
    )


def _size(fields: Fields, number: int) -> int:
    size = fields.get(number)
    if not isinstance(size, int) or size < 0:
        raise ValueError("a size is missing in the footer or in the header of a page")
    return size


def _fields(value: Any, number: int) -> Fields:
    inner = value.get(number) if isinstance(value, dict) else None
    if not isinstance(inner, dict):
        raise ValueError("the footer says nothing of a column")
    return inner


def _list(value: Any, number: int) -> list[Any]:
    inner = value.get(number) if isinstance(value, dict) else None
    if not isinstance(inner, list):
        raise ValueError("the footer says nothing of groups of rows, or of the columns of one")
    return inner


class _Compact:
    """Reads Thrift's compact protocol from `packed`, from `at` on."""

    def __init__(self, packed: bytes, at: int) -> None:
        self._packed = packed
        self.at = at

    def struct(self, depth: int = 0) -> Fields:
        fields: Fields = {}
        number = 0
        while kind := self._byte():
            step, kind = kind >> 4, kind & 15
            number = number + step if step else self._signed()
            fields[number] = self._value(kind, depth + 1)
        return fields

    def _value(self, kind: int, depth: int) -> Any:
        if depth > _MAX_DEPTH:
            raise ValueError("the footer or the header of a page is nested too deep")
        match kind:
            case 1 | 2:
                return kind == 1
            case 3:
                return self._byte()
            case 4 | 5 | 6:
                return self._signed()
            case 7:
                return self._skip(8)
            case 8:
                return self._skip(self._unsigned())
            case 9 | 10:
                return self._values(depth)
            case 12:
                return self.struct(depth)
        raise ValueError(f"the footer or the header of a page has a field of the type {kind}")

    def _values(self, depth: int) -> list[Any]:
        count, kind = divmod(self._byte(), 16)
        if count == 15:
            count = self._unsigned()
        # Each value takes a byte at least: a list that says more ends where the bytes do.
        if kind in (1, 2):
            return [self._byte() for _ in range(count)]
        return [self._value(kind, depth + 1) for _ in range(count)]

    def _byte(self) -> int:
        if self.at >= len(self._packed):
            raise ValueError("the footer or the header of a page is cut off")
        self.at += 1
        return self._packed[self.at - 1]

    def _skip(self, count: int) -> None:
        self.at += count

    def _unsigned(self) -> int:
        value = 0
        for shift in range(0, 64, 7):
            byte = self._byte()
            value |= (byte & 127) << shift
            if byte < 128:
                return value
        raise ValueError("the footer or the header of a page has a number that is too long")

    def _signed(self) -> int:
        value = self._unsigned()
        return value >> 1 ^ -(value & 1)
