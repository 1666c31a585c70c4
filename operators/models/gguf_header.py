"""The header of a GGUF file: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md.

Magic, version and counts, then metadata as typed keys and values, then a line for each tensor, then the tensors.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass

from include.contract.errors import CorruptInput
from operators.models.headers import MOST_DIMENSIONS, Header, Read, Tensor, bytes_of, elements_of

MAGIC = b"GGUF"
MOST_HEADER_BYTES = 64 << 20
"""The largest vocabularies with their merges take about a quarter of that."""
_MOST_PAIRS = 10_000
_MOST_TENSORS = 100_000
_MOST_TEXTS = 2_000_000
"""The most elements of lists whose elements vary in size, in all: they are read one by one."""
_MOST_KEY_BYTES = 65_535
_VERSIONS = (2, 3)
_CHUNK_BYTES = 1 << 20
_STRING, _ARRAY = 8, 9
_LENGTH = struct.Struct("<Q")
_SCALARS = {0: "<B", 1: "<b", 2: "<H", 3: "<h", 4: "<I", 5: "<i", 6: "<f", 7: "<?", 10: "<Q", 11: "<q", 12: "<d"}
_ALIGNMENT = "general.alignment"
_DEFAULT_ALIGNMENT = 32
# By ggml's type: how many numbers a block has, and its bytes (GGML_QUANT_SIZES of gguf's constants).
_BLOCKS = {
    0: (1, 4),  # F32
    1: (1, 2),  # F16
    2: (32, 18),  # Q4_0
    3: (32, 20),  # Q4_1
    6: (32, 22),  # Q5_0
    7: (32, 24),  # Q5_1
    8: (32, 34),  # Q8_0
    9: (32, 40),  # Q8_1
    10: (256, 84),  # Q2_K
    11: (256, 110),  # Q3_K
    12: (256, 144),  # Q4_K
    13: (256, 176),  # Q5_K
    14: (256, 210),  # Q6_K
    15: (256, 292),  # Q8_K
    16: (256, 66),  # IQ2_XXS
    17: (256, 74),  # IQ2_XS
    18: (256, 98),  # IQ3_XXS
    19: (256, 50),  # IQ1_S
    20: (32, 18),  # IQ4_NL
    21: (256, 110),  # IQ3_S
    22: (256, 82),  # IQ2_S
    23: (256, 136),  # IQ4_XS
    24: (1, 1),  # I8
    25: (1, 2),  # I16
    26: (1, 4),  # I32
    27: (1, 8),  # I64
    28: (1, 8),  # F64
    29: (256, 56),  # IQ1_M
    30: (1, 2),  # BF16
    34: (256, 54),  # TQ1_0
    35: (256, 66),  # TQ2_0
    39: (32, 17),  # MXFP4
    40: (64, 36),  # NVFP4
    41: (128, 18),  # Q1_0
}
_WHOLE_NUMBERS = (24, 25, 26, 27)

Value = str | int | float | bool


@dataclass(frozen=True)
class GgufHeader(Header):
    """Tensors, and what else the file says about its model; of lists only the length."""

    metadata: Mapping[str, Value]
    lists: Mapping[str, int]
    """Number of elements of each list."""


def gguf_header(read: Read, file_bytes: int) -> GgufHeader:
    """What a GGUF file holds.

    :raises CorruptInput: the header is malformed, or cannot be true.
    """
    try:
        return _header(_Cursor(read, file_bytes), file_bytes)
    except (ValueError, struct.error) as error:
        raise CorruptInput(f"its GGUF header is wrong: {error}") from error


class _Cursor:
    """Reads the header from front to back, never beyond it; keeps what it has read."""

    def __init__(self, read: Read, file_bytes: int) -> None:
        self._read, self._end = read, min(file_bytes, MOST_HEADER_BYTES)
        self._held = bytearray()
        self._texts = 0
        self.at = 0

    def bytes(self, count: int) -> bytes:
        """The next `count` bytes."""
        begin = self.skipped(count)
        self._hold(self.at)
        return bytes(self._held[begin : self.at])

    def skipped(self, count: int) -> int:
        """Skip `count` bytes; returns where they begin."""
        if count > self._end - self.at:
            raise ValueError(
                f"it goes on to byte {self.at + count}; allowed: at most {MOST_HEADER_BYTES}, and no more than "
                f"the file has ({self._end} bytes were looked at)"
            )
        begin, self.at = self.at, self.at + count
        return begin

    def number(self, form: str) -> int:
        """The next number, in a format of `struct`."""
        return int(struct.unpack(form, self.bytes(struct.calcsize(form)))[0])

    def text(self, most_bytes: int = MOST_HEADER_BYTES) -> str:
        """The next text."""
        length = self.number("<Q")
        if length > most_bytes:
            raise ValueError(f"a text has {length} bytes; allowed: at most {most_bytes}")
        return self.bytes(length).decode()

    def value(self) -> Value | None:
        """The next value, whose type comes before it; None for a list, which is skipped."""
        kind = self.number("<I")
        if kind == _STRING:
            return self.text()
        if kind in _SCALARS:
            value: Value = struct.unpack(_SCALARS[kind], self.bytes(struct.calcsize(_SCALARS[kind])))[0]
            return value
        if kind != _ARRAY:
            raise ValueError(f"a value is of the type {kind}; allowed: 0 to 12")
        return None

    def pass_list(self) -> int:
        """Skip a list whose type was just read; returns its number of elements."""
        kind, count = self.number("<I"), self.number("<Q")
        if kind in _SCALARS:
            self.skipped(struct.calcsize(_SCALARS[kind]) * count)
        elif kind == _STRING:
            self._pass_texts(count)
        elif kind == _ARRAY:
            raise ValueError("a list holds lists; allowed: numbers, switches or text")
        else:
            raise ValueError(f"a list is of the type {kind}; allowed: 0 to 12")
        return count

    def _pass_texts(self, count: int) -> None:
        self._texts += count
        if self._texts > _MOST_TEXTS:
            raise ValueError(f"its lists have {self._texts} texts; allowed: at most {_MOST_TEXTS}")
        for _ in range(count):
            begin, held = self.at, self._held
            if begin + _LENGTH.size > len(held):
                self._hold(begin + _LENGTH.size)
            self.skipped(_LENGTH.size + _LENGTH.unpack_from(held, begin)[0])

    def _hold(self, end: int) -> None:
        """Read until everything before `end` is here."""
        if end > len(self._held):
            self._held += self._read(len(self._held), max(end, min(len(self._held) + _CHUNK_BYTES, self._end)))
            if end > len(self._held):
                raise ValueError(f"the file ends in it, at byte {len(self._held)}")


def _header(cursor: _Cursor, file_bytes: int) -> GgufHeader:
    if not file_bytes:
        raise ValueError("the file is empty")
    if cursor.bytes(4) != MAGIC:
        raise ValueError("the file does not begin with GGUF")
    version = cursor.number("<I")
    if version not in _VERSIONS:
        raise ValueError(f"it is of version {version}; allowed: {' and '.join(map(str, _VERSIONS))}, little-endian")
    tensor_count, pair_count = cursor.number("<Q"), cursor.number("<Q")
    if tensor_count > _MOST_TENSORS or pair_count > _MOST_PAIRS:
        raise ValueError(
            f"it has {tensor_count} tensors and {pair_count} pairs by its own word; allowed: at most {_MOST_TENSORS} "
            f"and {_MOST_PAIRS}"
        )
    metadata, lists = _metadata(cursor, pair_count)
    places = _places(cursor, tensor_count)
    begin = _aligned(cursor.at, _alignment(metadata))
    if not places:
        raise ValueError("it has no tensors")
    _check_places(places, begin, file_bytes, _alignment(metadata))
    return GgufHeader({name: tensor for name, (_, tensor) in places.items()}, metadata, lists)


def _metadata(cursor: _Cursor, count: int) -> tuple[dict[str, Value], dict[str, int]]:
    metadata: dict[str, Value] = {}
    lists: dict[str, int] = {}
    for _ in range(count):
        key = cursor.text(_MOST_KEY_BYTES)
        if key in metadata or key in lists:
            raise ValueError(f"the key {key!r:.200} appears twice")
        value = cursor.value()
        if value is None:
            lists[key] = cursor.pass_list()
        else:
            metadata[key] = value
    return metadata, lists


def _places(cursor: _Cursor, count: int) -> dict[str, tuple[int, Tensor]]:
    found: dict[str, tuple[int, Tensor]] = {}
    for _ in range(count):
        name = cursor.text(_MOST_KEY_BYTES)
        if name in found:
            raise ValueError(f"tensor {name!r:.200} appears twice")
        dimensions = cursor.number("<I")
        shape = [cursor.number("<Q") for _ in range(min(dimensions, MOST_DIMENSIONS + 1))]
        elements = elements_of(shape, name)
        kind, offset = cursor.number("<I"), cursor.number("<Q")
        if kind not in _BLOCKS:
            raise ValueError(f"tensor {name!r:.200} is of ggml's type {kind}, which is not known here")
        size = bytes_of(elements, *_BLOCKS[kind], name)
        found[name] = offset, Tensor(elements, size, kind not in _WHOLE_NUMBERS)
    return found


def _alignment(metadata: Mapping[str, Value]) -> int:
    alignment = metadata.get(_ALIGNMENT, _DEFAULT_ALIGNMENT)
    if type(alignment) is not int or not 1 <= alignment <= 2**20:
        raise ValueError(f"`{_ALIGNMENT}` is {alignment!r:.50}; allowed: a whole number from 1")
    return alignment


def _aligned(at: int, alignment: int) -> int:
    return -(-at // alignment) * alignment


def _check_places(places: Mapping[str, tuple[int, Tensor]], begin: int, file_bytes: int, alignment: int) -> None:
    at = 0
    for name, (offset, tensor) in sorted(places.items(), key=lambda place: place[1][0]):
        if offset % alignment or offset < at:
            raise ValueError(f"tensor {name!r:.200} begins at byte {offset}: inside another, or not on a step")
        at = offset + tensor.bytes
        if begin + at > file_bytes:
            raise ValueError(
                f"tensor {name!r:.200} ends at byte {begin + at}, and the file has {file_bytes}; it was cut, or altered"
            )
    if file_bytes > begin + _aligned(at, alignment):
        raise ValueError(
            f"{file_bytes - begin - at} bytes follow the last tensor; allowed: what fills its step of {alignment}; "
            "it was altered, so download it again"
        )
