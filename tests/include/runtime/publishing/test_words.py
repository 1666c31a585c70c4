"""Titles and summaries: plain, in one piece, and of a length that feeds and pages can show."""

from __future__ import annotations

import json

import pytest

from include.contract.errors import CorruptInput
from include.runtime.publishing.words import LONGEST_SUMMARY, LONGEST_TITLE, plain, summary_of, title_of


def test_a_title_is_one_line() -> None:
    assert title_of(b" Honey\n\tbees \x0b", "en") == "Honey bees"


def test_what_xml_cannot_hold_is_left_out() -> None:
    assert plain("a\x00b\x1bc\ufffed\x85e\tf\ng 🍯") == "abcde\tf\ng 🍯"


def test_what_is_too_long_ends_after_a_word() -> None:
    title = title_of(b"honey " * 100, "en")
    assert len(title) <= LONGEST_TITLE
    assert title.endswith("honey")


@pytest.mark.parametrize(
    ("language", "sentence", "kept"),
    [("en", "Dr. Bee hums a song. ", "Dr. Bee hums a song."), ("zh", "蜜蜂 很重要，它们采蜜。", "它们采蜜。")],
)
def test_a_summary_that_is_too_long_ends_with_a_sentence(language: str, sentence: str, kept: str) -> None:
    summary = summary_of(json.dumps({"description": sentence * 300}).encode(), ("description",), language)
    assert LONGEST_SUMMARY - len(sentence) < len(summary) <= LONGEST_SUMMARY
    assert summary.endswith(kept)
    short = json.dumps({"description": f"One.\n\n{sentence}"}).encode()
    assert summary_of(short, ("description",), language) == f"One.\n\n{sentence.strip()}"


@pytest.mark.parametrize("script", [{}, {"description": None}, {"description": 3}])
def test_a_script_may_say_nothing(script: dict[str, object]) -> None:
    assert summary_of(json.dumps(script).encode(), ("description",), "en") == ""


@pytest.mark.parametrize("body", [b"", b"[]", b"\xff", b"[" * 1000, b'{"a": NaN}', b'{"a": "\\ud800"}'])
def test_what_is_no_script_is_corrupt(body: bytes) -> None:
    with pytest.raises(CorruptInput, match="output `script` is not"):
        summary_of(body, ("description",), "en")
