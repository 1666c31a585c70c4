from __future__ import annotations

import pytest

from include.runtime.voices.inner_dots import without_inner_dots


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Der Hl. Geist kam.", "Der Hl Geist kam."),
        ("J. R. R. Tolkien in the U.S. Senate of the U.S.", "J R R Tolkien in the U S Senate of the U.S."),
        ("डॉ. शर्मा आए।", "डॉ शर्मा आए।"),
        ("พ.ศ. 2560", "พ ศ 2560"),
        ("Karel IV. a 2. ročník 3.14 example.org.", "Karel IV. a 2. ročník 3.14 example.org."),
        ("Well... no . yes", "Well... no . yes"),
        ("", ""),
    ],
)
def test_no_dot_within_a_sentence_is_left_to_pause_at_but_those_of_numbers(written: str, said: str) -> None:
    assert without_inner_dots(written, is_end=True) == said


def test_a_part_that_the_sentence_goes_on_after_loses_its_last_dot_too() -> None:
    assert without_inner_dots("We met Hl.", is_end=False) == "We met Hl"
