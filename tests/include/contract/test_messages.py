from __future__ import annotations

import sys
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.contract.errors import BadRequest
from include.contract.messages import legible, path_of, quoted
from tests.foreign import TREES


@given(st.text())
def test_a_message_can_be_written_and_stored_whatever_it_quotes(text: str) -> None:
    told = str(BadRequest(text))
    told.encode()
    assert not set(told) & {*map(chr, range(9)), "\x0b", "\r", "\x1b", "\x7f", "\x9b"}
    assert legible(told) == told


def test_words_and_lines_stay_as_they_are() -> None:
    assert legible("蜂 مرحبا\n\t🐝\u2028") == "蜂 مرحبا\n\t🐝\u2028"
    assert legible("a\x00\x1b[31m\ud800") == "a\\x00\\x1b[31m\\ud800"


@given(TREES)
def test_what_is_quoted_is_short(value: object) -> None:
    assert len(quoted(value)) <= 202


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("4:3", "'4:3'"),
        (date(2026, 1, 1), "datetime.date(2026, 1, 1)"),
        ([1 << 20_000], "[a number of many digits]"),
        ("x" * 10**6, f"'{'x' * 37}...{'x' * 38}'"),
    ],
)
def test_a_value_is_quoted_as_python_writes_it(value: object, told: str) -> None:
    assert quoted(value) == told


def test_what_is_deeper_than_python_goes_is_quoted_too() -> None:
    value: object = "x"
    for level in range(2 * sys.getrecursionlimit()):
        value = [value] if level % 2 else {"a": value}
    assert "..." in quoted(value)


def test_a_place_is_named_by_its_keys() -> None:
    assert path_of(("script", "scenes", 0, "k" * 1000)) == f"script.scenes.0.{'k' * 80}"
