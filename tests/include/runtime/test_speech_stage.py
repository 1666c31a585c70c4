"""How fast speech may be for its text."""

from __future__ import annotations

import pytest

from include.contract.errors import CheckFailed
from include.runtime.speech_stage import FASTEST_COLUMNS_PER_S, check_pace


def test_speech_too_short_for_its_text_is_found() -> None:
    with pytest.raises(CheckFailed, match=r"lasts 1\.00 s; .* plausible, so words are missing"):
        check_pace(1.0, "word " * 40)


def test_speech_too_long_for_its_text_is_found() -> None:
    check_pace(4.9, "Go")
    with pytest.raises(CheckFailed, match=r"2 columns of text lasts 5\.10 s; 0\.06 to 5\.00 s"):
        check_pace(5.1, "Go")


def test_a_wide_character_takes_as_long_as_two() -> None:
    shortest_s = 32 / FASTEST_COLUMNS_PER_S
    check_pace(shortest_s, "蜂" * 16)
    check_pace(shortest_s, "b" * 32)
    with pytest.raises(CheckFailed):
        check_pace(shortest_s, "蜂" * 17)


def test_blanks_take_no_time() -> None:
    check_pace(0.1, "b" + " " * 100)
