from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from operators.sources.weights import longest, row_bytes

KIND = pa.struct({"a": pa.string(), "b": pa.list_(pa.struct({"c": pa.string(), "d": pa.int8()}))})
TEXTS = st.none() | st.text(max_size=5)
VALUES = st.none() | st.fixed_dictionaries(
    {"a": TEXTS, "b": st.none() | st.lists(st.none() | st.fixed_dictionaries({"c": TEXTS, "d": st.none()}), max_size=3)}
)


def told(value: Any) -> int:
    """What a value of `KIND` takes, counted one by one."""
    if isinstance(value, dict):
        return 64 + sum(map(told, value.values()))
    if isinstance(value, list):
        return 64 + sum(map(told, value))
    return 64 + len((value or "").encode())


def whole(value: dict[str, Any] | None) -> dict[str, Any]:
    """Arrow has a struct's columns where it has no struct too."""
    own = value or {"a": None, "b": None}
    inner = None if own["b"] is None else [each or {"c": None, "d": None} for each in own["b"]]
    return {"a": own["a"], "b": inner}


def as_null(value: dict[str, Any]) -> dict[str, Any]:
    return {"a": value["a"], "b": "" if value["b"] is None else value["b"]}


@given(st.lists(VALUES, max_size=6), st.integers(0, 3))
def test_a_row_takes_what_its_values_take_wherever_its_batch_begins(values: list[Any], start: int) -> None:
    batch = pa.RecordBatch.from_arrays([pa.array(values, KIND)], ["script"]).slice(start)
    assert row_bytes(batch) == [told(as_null(whole(value))) for value in values[start:]]


def test_a_text_counts_as_often_as_it_stands_there() -> None:
    once = pa.DictionaryArray.from_arrays(pa.array([0, None, 0, 1], pa.int32()), pa.array(["x" * 1000, "é"]))
    assert row_bytes(pa.RecordBatch.from_arrays([once], ["topic"])) == [1064, 64, 1064, 66]
    lists = pa.ListArray.from_arrays([0, 3, 3, 4], once)
    assert row_bytes(pa.RecordBatch.from_arrays([lists], ["script"])) == [64 + 1064 + 64 + 1064, 64, 64 + 66]
    assert longest(once) == 1000
    assert longest(pa.StructArray.from_arrays([pa.array([1, 2, 3, 4]), once], ["a", "b"])) == 1000


def test_columns_add_up_and_an_empty_batch_has_none() -> None:
    batch = pa.RecordBatch.from_arrays([pa.array(["ab"]), pa.array([1])], ["topic", "scenes"])
    assert row_bytes(batch) == [64 + 2 + 64]
    assert row_bytes(pa.RecordBatch.from_arrays([], [])) == []


def test_a_type_that_no_field_has_is_refused() -> None:
    pairs = pa.array([[("a", "b")]], pa.map_(pa.string(), pa.string()))
    with pytest.raises(ValueError, match="no field of a brief is of the type map<string, string>"):
        row_bytes(pa.RecordBatch.from_arrays([pairs], ["product"]))
