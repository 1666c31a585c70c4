from __future__ import annotations

import struct

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from include.contract.errors import CorruptInput
from operators.models.gguf_header import MOST_HEADER_BYTES, GgufHeader, gguf_header
from operators.models.headers import Read
from tests.operators.models.tiny import gguf


def reads(body: bytes) -> Read:
    return lambda begin, end: body[begin:end]


def header_of(body: bytes) -> GgufHeader:
    return gguf_header(reads(body), len(body))


def head(tensors: int = 0, pairs: int = 0, version: int = 3) -> bytes:
    return b"GGUF" + struct.pack("<IQQ", version, tensors, pairs)


def text(value: bytes) -> bytes:
    return struct.pack("<Q", len(value)) + value


def tensor(name: bytes, shape: tuple[int, ...], kind: int, offset: int) -> bytes:
    lengths = b"".join(struct.pack("<Q", length) for length in shape)
    return text(name) + struct.pack("<I", len(shape)) + lengths + struct.pack("<IQ", kind, offset)


def test_metadata_and_tensors_are_told_and_lists_counted() -> None:
    header = header_of(gguf({"general.alignment": 64, "a": True, "b": 0.5, "c": -1 % 2**63}, alignment=64))
    assert header.metadata["llama.context_length"] == 8192
    assert (header.metadata["a"], header.metadata["b"]) == (True, 0.5)
    assert header.lists == {"tokenizer.ggml.tokens": 2}
    assert {name: each.bytes for name, each in header.tensors.items()} == {
        "model.embed_tokens.weight": 1024,
        "model.norm.weight": 32,
    }


def test_quantised_weights_are_counted_by_blocks_and_unpacked_by_numbers() -> None:
    body = head(1) + tensor(b"w", (64, 2), 2, 0)
    header = header_of(body + bytes(-len(body) % 32) + bytes(4 * 18))
    assert (header.bytes, header.bytes_in(4)) == (72, 512)


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "the file is empty"),
        (b"GG", "it goes on to byte 4"),
        (b"GGML" + bytes(20), "does not begin with GGUF"),
        (head(version=1), "of version 1"),
        (b"GGUF" + struct.pack(">IQQ", 3, 0, 0), "little-endian"),
        (head(tensors=2**60), "1152921504606846976 tensors"),
        (head(pairs=2**60), "1152921504606846976 pairs"),
        (head(pairs=1) + struct.pack("<Q", 2**62), "a text has 4611686018427387904 bytes"),
        (head(pairs=1) + text(b"\xff"), "header is wrong"),
        (head(pairs=1) + text(b"a") + struct.pack("<I", 13), "a value is of the type 13"),
        (head(pairs=1) + text(b"a") + struct.pack("<IQ", 8, 2**40), "a text has 1099511627776 bytes"),
        (head(pairs=1) + text(b"a") + struct.pack("<IIQ", 9, 8, 2**40), "allowed: at most 2000000"),
        (head(pairs=1) + text(b"a") + struct.pack("<IIQ", 9, 0, 2**63), "it goes on to byte"),
        (head(pairs=1) + text(b"a") + struct.pack("<IIQ", 9, 9, 1), "a list holds lists"),
        (head(pairs=1) + text(b"a") + struct.pack("<IIQ", 9, 99, 1), "a list is of the type 99"),
        (head(pairs=2) + 2 * (text(b"a") + struct.pack("<IB", 0, 1)), "the key 'a' appears twice"),
        (head(pairs=1) + text(b"general.alignment") + struct.pack("<II", 4, 0), "`general.alignment` is 0"),
        (head(), "it has no tensors"),
        (head(1) + tensor(b"w", (1,), 99, 0), "of ggml's type 99"),
        (head(1) + tensor(b"w", (1,) * 30, 0, 0), "dimensions"),
        (head(1) + tensor(b"w", (5,), 2, 0), "fill no blocks of 32"),
        (head(1) + tensor(b"w", (2**50,), 0, 0), "an invalid shape"),
        (head(1) + tensor(b"w", (8,), 0, 3), "not on a step"),
        (head(2) + tensor(b"w", (8,), 0, 0) + tensor(b"w", (8,), 0, 32), "tensor 'w' appears twice"),
        (head(2) + tensor(b"v", (16,), 0, 0) + tensor(b"w", (8,), 0, 32) + bytes(200), "inside another"),
        (gguf()[:-1], "ends at byte"),
        (gguf() + b"\0", "1 bytes follow the last tensor; allowed: what fills its step of 32; it was altered"),
        (gguf(tensors={"w": [1]}) + b"PK", "30 bytes follow the last tensor"),
        (gguf({"general.alignment": 64}, {"w": [1]}, alignment=64) + bytes(32), "92 bytes follow the last tensor"),
    ],
)
def test_a_header_that_lies_is_told_for_what_it_is(body: bytes, says: str) -> None:
    with pytest.raises(CorruptInput, match="its GGUF header is wrong: ") as raised:
        header_of(body)
    assert says in str(raised.value)


def test_a_last_tensor_may_be_filled_up_to_its_step_as_writers_do_or_end_where_it_ends() -> None:
    body = gguf(tensors={"w": [1]})
    assert [header_of(each).bytes for each in (body, body[:-1], body[:-28])] == [4, 4, 4]


def test_no_more_is_read_than_a_header_may_have() -> None:
    read_to = 0

    def read(begin: int, end: int) -> bytes:
        nonlocal read_to
        read_to = max(read_to, end)
        whole = head(pairs=2) + text(b"a") + struct.pack("<IQ", 8, 2**36)
        return whole[begin:end] + bytes(max(0, end - max(begin, len(whole))))

    with pytest.raises(CorruptInput):
        gguf_header(read, 2**40)
    assert read_to <= MOST_HEADER_BYTES


@given(st.binary(max_size=200))
def test_whatever_the_bytes_they_are_read_or_told_corrupt(body: bytes) -> None:
    _read_or_corrupt(body)
    _read_or_corrupt(b"GGUF\x03\0\0\0" + body)


@given(st.integers(0, 2**64 - 1), st.integers(0, 2**64 - 1), st.binary(max_size=100))
@example(1, 0, tensor(b"w", (0,), 0, 2**63))
@example(0, 2, text(b"a") + struct.pack("<IIQ", 9, 8, 2_000_000) + bytes(80))
def test_whatever_a_header_counts_it_is_read_or_told_corrupt(tensors: int, pairs: int, rest: bytes) -> None:
    _read_or_corrupt(head(tensors, pairs) + rest)
    _read_or_corrupt(head(tensors % 3, pairs % 3) + rest)


@given(st.integers(0, 400), st.integers(0, 255))
def test_a_header_of_which_one_byte_was_altered_is_read_or_told_corrupt(place: int, byte: int) -> None:
    body = bytearray(gguf())
    body[place % 400] = byte
    _read_or_corrupt(bytes(body))


@given(st.integers(0, 5000))
def test_a_file_that_was_cut_is_told_corrupt(end: int) -> None:
    body = gguf()
    if end < len(body):
        with pytest.raises(CorruptInput):
            header_of(body[:end])


def _read_or_corrupt(body: bytes) -> None:
    try:
        header = header_of(body)
    except CorruptInput:
        return
    assert 0 <= header.bytes <= len(body)
