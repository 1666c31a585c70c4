"""What a Parquet file's pages say of themselves, as pyarrow writes them, and damaged."""

from __future__ import annotations

import io
from contextlib import suppress
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pyarrow import parquet

from operators.sources.pages import MAX_PAGES, Pages, chunks_in, pages_of

TOPICS = [f"Topic {number % 900}" for number in range(9000)]


def pages(columns: dict[str, Any], **settings: Any) -> Pages:
    body = io.BytesIO()
    parquet.write_table(pa.table(columns), body, **settings)
    return pages_of(body, chunks_in(body)[0][0])


def of_bytes(packed: bytes) -> Pages:
    return pages_of(io.BytesIO(packed), {9: 0, 7: len(packed)})


@pytest.mark.parametrize("version", ["1.0", "2.0"])
@pytest.mark.parametrize("codec", ["none", "snappy", "zstd", "gzip"])
@pytest.mark.parametrize(
    "more", [{}, {"write_page_checksum": True}, {"write_page_index": True}, {"data_page_size": 100}]
)
def test_pages_hold_what_was_written(version: str, codec: str, more: dict[str, Any]) -> None:
    found = pages({"topic": TOPICS}, data_page_version=version, compression=codec, **more)
    assert (found.values, found.has_dictionary, found.has_shared_beginnings) == (9000, True, False)
    plain = pages({"topic": TOPICS}, data_page_version=version, compression=codec, use_dictionary=False, **more)
    assert (plain.values, plain.has_dictionary) == (9000, False)
    assert plain.unpacked_bytes > sum(map(len, TOPICS)) > found.unpacked_bytes


@pytest.mark.parametrize("version", ["1.0", "2.0"])
def test_texts_that_share_their_beginnings_are_seen(version: str) -> None:
    encoding = {"topic": "DELTA_BYTE_ARRAY"}
    found = pages({"topic": TOPICS}, data_page_version=version, use_dictionary=False, column_encoding=encoding)
    assert found.has_shared_beginnings


def test_values_within_lists_are_counted() -> None:
    assert pages({"script": [["a"] * 1000, None, []]}).values == 1002


PAGE = b"\x15\x00\x15\x02\x15\x02\x2c\x15\x02\x15\x00\x15\x00\x15\x00\x00\x00x"


def test_pages_add_up_and_too_many_are_refused() -> None:
    assert of_bytes(PAGE * 3) == Pages(count=3, unpacked_bytes=3, values=3)
    assert of_bytes(PAGE * MAX_PAGES).count == MAX_PAGES
    with pytest.raises(ValueError, match=f"has more than {MAX_PAGES} pages"):
        of_bytes(PAGE * (MAX_PAGES + 1))


@pytest.mark.parametrize(
    "packed",
    [PAGE[:5], b"\x00", b"\x15\x00\x15\x01\x15\x01\x00", b"\x1c" * 100, b"\x15" + b"\xff" * 20, b"\x1b\x00"],
    ids=["cut off", "empty", "negative", "nested", "endless", "map"],
)
def test_a_header_that_is_none_is_told(packed: bytes) -> None:
    with pytest.raises(ValueError, match="header of a page"):
        of_bytes(packed)


@given(st.binary(max_size=200))
@example(b"\x18\xff\xff\xff\xff\x0f" * 9)
def test_whatever_stands_there_is_a_page_or_told(packed: bytes) -> None:
    with suppress(ValueError):
        found = of_bytes(packed)
        assert 0 <= found.count <= MAX_PAGES
        assert min(found.unpacked_bytes, found.values) >= 0


@given(st.binary(max_size=60), st.integers(-4, 4))
@example(b"\x00", 0)
@example(b"\x41\x00", 0)
@example(b"\x49\x1c\x19\x1c\x00\x00\x00", 0)
def test_whatever_a_footer_is_its_columns_are_told_or_refused(footer: bytes, wrong: int) -> None:
    size = max(0, len(footer) + wrong).to_bytes(4, "little")
    with suppress(ValueError):
        groups = chunks_in(io.BytesIO(b"PAR1" + footer + size + b"PAR1"))
        assert all(isinstance(column, dict) for group in groups for column in group)
