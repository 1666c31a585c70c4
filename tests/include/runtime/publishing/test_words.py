"""Titles and summaries: plain, in one piece, and of a length that feeds and pages can show."""

from __future__ import annotations

import json

import pytest

from include.contract.errors import CorruptInput
from include.runtime.publishing.words import LONGEST_TITLE, plain, shortened, summary_of, title_of


def test_a_title_is_one_line() -> None:
    assert title_of(b" Honey\n\tbees \x0b") == "Honey bees"


def test_what_xml_cannot_hold_is_left_out() -> None:
    assert plain("a\x00b\x1bc\ufffed\x85e\tf\ng 🍯") == "abcde\tf\ng 🍯"


def test_what_is_too_long_ends_after_a_word() -> None:
    title = title_of(b"honey " * 100)
    assert len(title) <= LONGEST_TITLE
    assert title.endswith("honey…")
    assert shortened("蜂" * 10, 5) == "蜂蜂蜂蜂…"


@pytest.mark.parametrize("script", [{}, {"description": None}, {"description": 3}])
def test_a_script_may_say_nothing(script: dict[str, object]) -> None:
    assert summary_of(json.dumps(script).encode(), "description") == ""


@pytest.mark.parametrize("body", [b"", b"[]", b"\xff", b"[" * 1000, b'{"a": NaN}', b'{"a": "\\ud800"}'])
def test_what_is_no_script_is_corrupt(body: bytes) -> None:
    with pytest.raises(CorruptInput, match="output `script` is not"):
        summary_of(body, "description")
