from __future__ import annotations

import json
import struct
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from include.contract.errors import CorruptInput
from operators.models.headers import Header, Read
from operators.models.safetensors_header import MOST_HEADER_BYTES, safetensors_header
from tests.operators.models.tiny import safetensors, safetensors_of


def reads(body: bytes) -> Read:
    return lambda begin, end: body[begin:end]


def header_of(body: bytes) -> Header:
    return safetensors_header(reads(body), len(body))


def test_every_tensor_is_told_with_its_size() -> None:
    header = header_of(safetensors({"a": [2, 3], "b": [], "none": [0, 5]}))
    assert {name: (tensor.elements, tensor.bytes) for name, tensor in header.tensors.items()} == {
        "a": (6, 24),
        "b": (1, 4),
        "none": (0, 0),
    }
    assert header_of(safetensors({"a": [4]}, "BF16", 2)).bytes_in(4) == 16
    assert header_of(safetensors({"a": [4]}, "I64", 8)).bytes_in(2) == 32


def told(offsets: object = (0, 4), dtype: object = "F32", shape: object = (1,)) -> dict[str, Any]:
    return {"w": {"dtype": dtype, "shape": shape, "data_offsets": offsets}}


def twice(header: dict[str, Any], part: str = "") -> bytes:
    """A header of one tensor that says one part of it, or all, twice."""
    whole = json.dumps(header)
    part = part or whole[1:-1]
    begin = whole.index(part)
    body = f"{whole[:begin]}{part}, {whole[begin:]}".encode()
    return struct.pack("<Q", len(body)) + body + bytes(4)


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "the file has 0 bytes"),
        (struct.pack("<Q", 2**63) + b"{}", "9223372036854775808 bytes long by its own word"),
        (struct.pack("<Q", 9) + b"{}", "no more than the file has"),
        (struct.pack("<Q", 2) + b"[]", "not a JSON object of tensors"),
        (struct.pack("<Q", 2) + b"{}", "it has no tensors"),
        (safetensors({}), "it has no tensors"),
        (struct.pack("<Q", 3) + b"{\xff}", "header is wrong"),
        (safetensors_of(told((0, 8)), bytes(8)), "lies in 8 bytes; its type and shape take 4"),
        (safetensors_of(told((0, 4)), bytes(3)), "ends at byte 4, and the file has 3 behind its header; it was cut"),
        (safetensors_of(told((0, 4)), bytes(5)), "1 bytes follow the last tensor"),
        (safetensors_of(told((4, 8)), bytes(8)), "begins at byte 4 instead of 0: a gap, or an overlap"),
        (safetensors_of(told() | {"v": told()["w"]}, bytes(4)), "begins at byte 0 instead of 4"),
        (safetensors_of(told((-4, 0)), bytes(4)), "begins at byte -4 instead of 0"),
        (safetensors_of(told((True, 4)), bytes(4)), "not two whole numbers"),
        (safetensors_of(told(dtype="PICKLE"), bytes(4)), "is of the type 'PICKLE'"),
        (safetensors_of(told(dtype=["F32"]), bytes(4)), "is of the type"),
        (safetensors_of(told(shape="1"), bytes(4)), "has a shape that is not one"),
        (safetensors_of(told(shape=[3], dtype="F4", offsets=(0, 1)), bytes(1)), "fill no blocks of 8"),
        (twice(told()), "the key 'w' appears twice in a mapping"),
        (twice({"__metadata__": {}} | told(), '"__metadata__": {}'), "the key '__metadata__' appears twice"),
        (twice({"w": told()["w"]}, '"dtype": "F32"'), "the key 'dtype' appears twice"),
        (safetensors_of({"w": 1}, b""), "not told by dtype, shape and data_offsets"),
        (safetensors_of({"__metadata__": {"format": 1}}, b""), "not a mapping of text to text"),
    ],
)
def test_a_header_that_lies_is_told_for_what_it_is(body: bytes, says: str) -> None:
    with pytest.raises(CorruptInput, match="its safetensors header is wrong: ") as raised:
        header_of(body)
    assert says in str(raised.value)


def test_no_more_is_read_than_a_header_may_have() -> None:
    asked: list[int] = []

    def read(begin: int, end: int) -> bytes:
        asked.append(end - begin)
        return struct.pack("<Q", 2**40)[: end - begin]

    with pytest.raises(CorruptInput):
        safetensors_header(read, 2**41)
    assert max(asked) <= MOST_HEADER_BYTES


def test_a_file_that_ends_before_its_size_is_corrupt() -> None:
    body = safetensors()
    with pytest.raises(CorruptInput):
        safetensors_header(reads(body[:20]), len(body))
    with pytest.raises(CorruptInput):
        safetensors_header(reads(b""), len(body))


NUMBERS = st.one_of(st.integers(-(2**70), 2**70), st.booleans(), st.floats(), st.text(max_size=3), st.none())
TENSORS = st.dictionaries(
    st.text(max_size=5),
    st.one_of(
        NUMBERS,
        st.fixed_dictionaries(
            {
                "dtype": st.sampled_from(["F32", "BF16", "F4", "X", 1, None]),
                "shape": st.one_of(NUMBERS, st.lists(NUMBERS, max_size=4), st.lists(st.integers(0, 5), max_size=3)),
                "data_offsets": st.one_of(NUMBERS, st.lists(st.one_of(NUMBERS, st.integers(0, 64)), max_size=3)),
            }
        ),
    ),
    max_size=4,
)


@given(TENSORS, st.binary(max_size=64))
def test_whatever_a_header_says_it_is_read_or_told_corrupt(tensors: dict[str, Any], data: bytes) -> None:
    _read_or_corrupt(safetensors_of(tensors, data))


@given(st.binary(max_size=200))
@example(struct.pack("<Q", 150) + b"[" * 150)
@example(struct.pack("<Q", 9) + b'{"a":1e9}')
def test_whatever_the_bytes_they_are_read_or_told_corrupt(body: bytes) -> None:
    _read_or_corrupt(body)


@given(st.integers(0, 400), st.integers(0, 255))
def test_a_header_of_which_one_byte_was_altered_is_read_or_told_corrupt(place: int, byte: int) -> None:
    body = bytearray(safetensors())
    body[place % len(body)] = byte
    _read_or_corrupt(bytes(body))


def _read_or_corrupt(body: bytes) -> None:
    try:
        header = header_of(body)
    except CorruptInput:
        return
    length = struct.unpack("<Q", body[:8])[0]
    assert header.bytes == len(body) - 8 - length
    assert isinstance(json.loads(body[8 : 8 + length]), dict)
