"""The header of a safetensors file: https://github.com/huggingface/safetensors#format, its checks included.

Eight bytes with the header's length, the header in JSON, then the tensors one after the other without a gap.
"""

from __future__ import annotations

import struct

from pydantic import JsonValue

from include.contract.errors import CorruptInput
from include.contract.parsing import json_in
from operators.models.headers import Header, Read, Tensor, bytes_of, elements_of

MOST_HEADER_BYTES = 25_000_000
"""The most that huggingface-hub reads (`SAFETENSORS_MAX_HEADER_LENGTH`)."""
_LENGTH_BYTES = 8
_METADATA = "__metadata__"
_FLOATING_BITS = {
    "F64": 64,
    "F32": 32,
    "F16": 16,
    "BF16": 16,
    "F8_E4M3": 8,
    "F8_E5M2": 8,
    "F8_E4M3FNUZ": 8,
    "F8_E5M2FNUZ": 8,
}
_OTHER_BITS = {
    "C64": 64,
    "I64": 64,
    "U64": 64,
    "I32": 32,
    "U32": 32,
    "I16": 16,
    "U16": 16,
    "I8": 8,
    "U8": 8,
    "BOOL": 8,
    "F8_E8M0": 8,
    "F6_E2M3": 6,
    "F6_E3M2": 6,
    "F4": 4,
}
_BITS = _FLOATING_BITS | _OTHER_BITS


def safetensors_header(read: Read, file_bytes: int) -> Header:
    """The tensors of a safetensors file.

    :raises CorruptInput: the header is malformed, or cannot be true.
    """
    try:
        return _header(read, file_bytes)
    except (ValueError, RecursionError, struct.error) as error:
        raise CorruptInput(f"its safetensors header is wrong: {error}") from error


def _header(read: Read, file_bytes: int) -> Header:
    if file_bytes < _LENGTH_BYTES:
        raise ValueError(f"the file has {file_bytes} bytes, the header's length alone takes {_LENGTH_BYTES}")
    (length,) = struct.unpack("<Q", read(0, _LENGTH_BYTES))
    end = _LENGTH_BYTES + length
    if length > MOST_HEADER_BYTES or end > file_bytes:
        raise ValueError(
            f"it is {length} bytes long by its own word; allowed: at most {MOST_HEADER_BYTES}, and no more than the "
            f"file has ({file_bytes} bytes)"
        )
    described = json_in(read(_LENGTH_BYTES, end), is_strict=True)
    if not isinstance(described, dict):
        raise ValueError("it is not a JSON object of tensors")
    _check_metadata(described.pop(_METADATA, {}))
    if not described:
        raise ValueError("it has no tensors")
    tensors, places = {}, []
    for name, said in described.items():
        tensors[name], place = _tensor(name, said)
        places.append((*place, name))
    _check_places(places, file_bytes - end)
    return Header(tensors)


def _check_metadata(said: JsonValue) -> None:
    if not isinstance(said, dict) or not all(isinstance(value, str) for value in said.values()):
        raise ValueError(f"`{_METADATA}` is not a mapping of text to text")


def _tensor(name: str, said: JsonValue) -> tuple[Tensor, tuple[int, int]]:
    if not isinstance(said, dict) or set(said) != {"dtype", "shape", "data_offsets"}:
        raise ValueError(f"tensor {name!r:.200} is not told by dtype, shape and data_offsets")
    dtype, shape, offsets = said["dtype"], said["shape"], said["data_offsets"]
    if not isinstance(dtype, str) or dtype not in _BITS:
        raise ValueError(f"tensor {name!r:.200} is of the type {dtype!r:.50}; allowed: {', '.join(_BITS)}")
    if not isinstance(shape, list):
        raise ValueError(f"tensor {name!r:.200} has a shape that is not one")
    if not (isinstance(offsets, list) and len(offsets) == 2 and all(type(each) is int for each in offsets)):
        raise ValueError(f"tensor {name!r:.200} has data_offsets that are not two whole numbers")
    elements = elements_of(shape, name)
    needed, begin, end = bytes_of(elements * _BITS[dtype], 8, 1, name), int(str(offsets[0])), int(str(offsets[1]))
    if end - begin != needed:
        raise ValueError(f"tensor {name!r:.200} lies in {end - begin} bytes; its type and shape take {needed}")
    return Tensor(elements, needed, dtype in _FLOATING_BITS, tuple(int(str(each)) for each in shape)), (begin, end)


def _check_places(places: list[tuple[int, int, str]], data_bytes: int) -> None:
    at = 0
    for begin, end, name in sorted(places):
        if end > data_bytes:
            raise ValueError(
                f"tensor {name!r:.200} ends at byte {end}, and the file has {data_bytes} behind its header; it was "
                "cut, or altered"
            )
        if begin != at:
            raise ValueError(f"tensor {name!r:.200} begins at byte {begin} instead of {at}: a gap, or an overlap")
        at = end
    if at != data_bytes:
        raise ValueError(f"{data_bytes - at} bytes follow the last tensor; allowed: none")
