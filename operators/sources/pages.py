"""What the pages of a Parquet file say of themselves: a footer may claim anything, but readers go by the pages.

A page's header is a struct in Thrift's compact protocol
(https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md) with the fields of Parquet's
`PageHeader` (https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pyarrow.parquet import ColumnChunkMetaData

MAX_PAGES = 20_000
"""Of a file."""
_MAX_DEPTH = 8
_DICTIONARY_PAGE = 2
_DELTA_BYTE_ARRAY = 7
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


def pages_of(body: IO[bytes], chunk: ColumnChunkMetaData) -> Pages:
    """What the pages of `chunk` hold.

    :raises ValueError: they cannot be read.
    """
    start = chunk.data_page_offset
    if chunk.dictionary_page_offset and chunk.dictionary_page_offset < start:
        start = chunk.dictionary_page_offset
    body.seek(start)
    packed = body.read(chunk.total_compressed_size)
    whole, at = Pages(), 0
    for _ in range(MAX_PAGES + 1):
        if at >= len(packed):
            return whole
        header = _Header(packed, at)
        fields = header.struct()
        at = header.at + _size(fields, _PACKED)
        whole += _page(fields)
    raise ValueError(f"the column `{chunk.path_in_schema:.40}` has more than {MAX_PAGES} pages")


def _page(fields: dict[int, Any]) -> Pages:
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


def _size(fields: dict[int, Any], number: int) -> int:
    size = fields.get(number)
    if not isinstance(size, int) or size < 0:
        raise ValueError("the header of a page has no size")
    return size


class _Header:
    """Reads Thrift's compact protocol from `packed`, from `at` on."""

    def __init__(self, packed: bytes, at: int) -> None:
        self._packed = packed
        self.at = at

    def struct(self, depth: int = 0) -> dict[int, Any]:
        """The fields by their numbers."""
        fields: dict[int, Any] = {}
        number = 0
        while kind := self._byte():
            step, kind = kind >> 4, kind & 15
            number = number + step if step else self._signed()
            fields[number] = self._value(kind, depth + 1)
        return fields

    def _value(self, kind: int, depth: int) -> Any:
        if depth > _MAX_DEPTH:
            raise ValueError("the header of a page is nested too deep")
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
            case 12:
                return self.struct(depth)
        raise ValueError(f"the header of a page has a field of the type {kind}")

    def _byte(self) -> int:
        if self.at >= len(self._packed):
            raise ValueError("the header of a page is cut off")
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
        raise ValueError("the header of a page has a number that is too long")

    def _signed(self) -> int:
        value = self._unsigned()
        return value >> 1 ^ -(value & 1)
