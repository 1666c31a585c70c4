from __future__ import annotations

import pytest

from include.contract.small_print import Level, set_small


@pytest.mark.parametrize(
    ("before", "text", "set_high"),
    [
        ("0", "6", "⁶"),
        ("0", " -3 ", "⁻³"),
        ("0", "\N{MINUS SIGN}3", "⁻³"),
        ("a", "2+", "²⁺"),
        ("2", "n+1", "ⁿ⁺¹"),
        ("e", "1, 2", "¹, ²"),
        ("0", "2.5", "^2.5"),
        ("e", "x", "^x"),
        ("e", "a+b", "^(a+b)"),
        ("2", "nd", "nd"),
        ("1", "er", "er"),
        ("M", "me", "me"),
        ("r", "TM", "™"),
        ("i", "[1]", "[1]"),
        ("5", "3 or 4", " 3 or 4"),
        ("", "2.5", "2.5"),
        ("x", "²", "²"),
        ("x", " ", " "),
    ],
)
def test_what_is_set_high_is_so_in_plain_text(before: str, text: str, set_high: str) -> None:
    assert set_small(text, Level.HIGH, before) == set_high


@pytest.mark.parametrize(
    ("before", "text", "set_low"),
    [
        ("H", "2", "₂"),
        ("x", "max", "max"),
        ("x", "n+1", "_(n+1)"),
        ("a", "1j", "_1j"),
        ("0", "2", "₂"),
        ("0", "16 b", " 16 b"),
    ],
)
def test_what_is_set_low_is_so_in_plain_text(before: str, text: str, set_low: str) -> None:
    assert set_small(text, Level.LOW, before) == set_low


@pytest.mark.parametrize("part", ["1", "n", "1,", "1n", "(", "a=", "-"])
def test_a_long_text_that_is_set_high_is_read_in_one_go(part: str) -> None:
    text = f"{part * 100_000}!"
    assert set_small(text, Level.HIGH, "a") == text
