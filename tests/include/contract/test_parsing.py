from __future__ import annotations

import gzip
import json
import math
import tracemalloc
import zlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from include.contract.errors import CorruptInput
from include.contract.parsing import MAX_LEVELS, json_in, model_in, unpacked
from include.contract.values import Open

MIB = 2**20
WHOLE = st.integers(-(10**298), 10**298)
VALUES = st.recursive(
    st.none() | st.booleans() | WHOLE | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


class Reading(Open):
    name: str
    value: float = 0.0
    more: dict[str, JsonValue] = {}


def nested(levels: int) -> str:
    return "[" * levels + "]" * levels


@given(VALUES)
def test_what_is_json_is_read_as_it_was_written(value: Any) -> None:
    text = json.dumps(value)
    assert json_in(text) == json_in(text.encode()) == value


@given(VALUES)
def test_a_strict_reader_takes_the_same_but_for_keys_that_appear_twice(value: Any) -> None:
    text = json.dumps(value)
    assert json_in(text, is_strict=True) == value
    twice = f'[{{"a": 1, "b": {text}, "a": 1}}]'
    assert json_in(twice) == [{"a": 1, "b": value}]
    with pytest.raises(ValueError, match="the key 'a' appears twice"):
        json_in(twice, is_strict=True)


@given(st.binary(max_size=200) | st.text(max_size=200))
def test_anything_else_is_a_value_error(text: str | bytes) -> None:
    try:
        value = json_in(text)
    except ValueError:
        return
    json.dumps(value, ensure_ascii=False, allow_nan=False).encode()


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999", "-1e999", "9" * 301, "9" * 5000])
def test_a_number_that_is_no_finite_float_is_refused(number: str) -> None:
    with pytest.raises(ValueError, match=r"finite|digits"):
        json_in(f'{{"a": [{number}]}}')


@pytest.mark.parametrize("text", ['"\\ud800"', '["\\uDFFF"]', '{"\\udc00x": 1}', '"\ud800"'])
def test_a_lone_surrogate_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="surrogates not allowed"):
        json_in(text)


def test_a_pair_of_surrogates_is_one_character() -> None:
    assert json_in(b'"\\ud83d\\udc1d"') == "🐝"


@pytest.mark.parametrize("text", ["[]".encode("utf-16"), "[]".encode("utf-8-sig"), b'"\xff"', b""])
def test_only_utf_8_is_read(text: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - each decoder has its own words
        json_in(text)


def test_nesting_has_a_limit_that_does_not_depend_on_who_asks() -> None:
    assert json_in(nested(MAX_LEVELS))
    assert len(json.dumps(json_in(f'[{nested(MAX_LEVELS - 1)}, {"[]," * 500}{{"a": 1}}]'))) > 1500
    for levels in (MAX_LEVELS + 1, 900, 200_000):
        with pytest.raises(ValueError, match=f"more than {MAX_LEVELS} levels"):
            json_in(nested(levels))
        with pytest.raises(ValueError, match=f"more than {MAX_LEVELS} levels|Expecting"):
            json_in("[" * levels)


def test_a_model_is_read_and_its_unknown_fields_are_ignored() -> None:
    assert model_in(Reading, b'{"name": "a", "value": 1, "later": [1]}', "a reading") == Reading(name="a", value=1.0)


@given(st.binary(max_size=200) | VALUES.map(lambda value: json.dumps(value).encode()))
def test_what_is_no_such_model_is_corrupt(body: bytes) -> None:
    with pytest.raises(CorruptInput, match="the reading cannot be read"):
        model_in(Reading, body, "the reading")


@given(VALUES, VALUES, VALUES)
def test_fields_of_any_kind_give_the_model_or_are_corrupt(name: Any, value: Any, more: Any) -> None:
    body = json.dumps({"name": name, "value": value, "more": more}).encode()
    try:
        found = model_in(Reading, body, "the reading")
    except CorruptInput as error:
        told = str(error).encode()
    else:
        told = b""
        assert math.isfinite(found.value)
    assert len(told) < 1500


def test_bytes_are_unpacked_up_to_the_limit_that_was_given() -> None:
    body = gzip.compress(b"x" * 1000)
    assert unpacked(body, 1000, "a list") == b"x" * 1000
    with pytest.raises(CorruptInput, match="a list holds more than 999 bytes"):
        unpacked(body, 999, "a list")


def test_a_bomb_is_given_up_while_it_is_unpacked() -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = b"".join(packer.compress(bytes(MIB)) for _ in range(256)) + packer.flush()
    tracemalloc.start()
    try:
        with pytest.raises(CorruptInput, match="more than 1048576 bytes"):
            unpacked(bomb, MIB, "a list")
        assert tracemalloc.get_traced_memory()[1] < 4 * MIB
    finally:
        tracemalloc.stop()


@given(st.binary(max_size=100))
def test_what_was_not_gzipped_is_corrupt(body: bytes) -> None:
    with pytest.raises(CorruptInput, match="a list cannot be unpacked"):
        unpacked(body, 1000, "a list")


@given(st.binary(max_size=100), st.data())
def test_a_cut_or_lengthened_file_is_corrupt(content: bytes, data: st.DataObject) -> None:
    body = gzip.compress(content)
    cut = data.draw(st.integers(0, len(body) - 1))
    for wrong in (body[:cut], body + b"\0", body + body):
        with pytest.raises(CorruptInput, match="a list cannot be unpacked"):
            unpacked(wrong, 1000, "a list")
