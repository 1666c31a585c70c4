"""How a Parquet file is read, by what it says of itself."""

from __future__ import annotations

import io
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from operators.sources.repetition import chunks_of, rows_at_once


def at_once(columns: dict[str, Any], **settings: Any) -> int:
    body = io.BytesIO()
    parquet.write_table(pa.table(columns), body, **settings)
    about = parquet.ParquetFile(body).metadata
    texts = [column.path for column in about.schema if column.physical_type == "BYTE_ARRAY"]
    chunks = chunks_of(body, about, "a.parquet")
    return rows_at_once(parquet.ParquetFile(body, read_dictionary=texts), chunks)


def repeated(characters: int, rows: int) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array([0] * rows, pa.int32()), pa.array(["x" * characters]))


@pytest.mark.parametrize(
    ("columns", "rows"),
    [
        ({"topic": [f"Topic {number}" for number in range(100_000)]}, 4096),
        ({"scenes": list(range(100_000))}, 4096),
        ({"topic": repeated(2**14, 20_000)}, 1024),
        ({"topic": repeated(2**14, 10_000), "date": repeated(2**14, 10_000)}, 512),
        ({"topic": repeated(2**14, 40_000)}, 0),
        ({"product": pa.StructArray.from_arrays([repeated(2**14, 40_000)], ["name"])}, 0),
        ({"script": [["a"]]}, 0),
    ],
    ids=["short", "numbers", "long", "two of them", "too often", "in structs", "lists"],
)
def test_the_longer_the_texts_that_are_repeated_the_fewer_rows_are_read_at_once(
    columns: dict[str, Any], rows: int
) -> None:
    assert at_once(columns) == rows


def test_texts_that_are_not_repeated_may_be_of_any_length() -> None:
    assert at_once({"topic": ["x" * 2**14] * 1000}, use_dictionary=False) == 4096
