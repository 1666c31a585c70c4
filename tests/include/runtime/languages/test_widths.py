from __future__ import annotations

import pytest

from include.runtime.languages.widths import columns_of


@pytest.mark.parametrize(
    ("text", "columns"),
    [("", 0), ("Bee", 3), ("蜂蜜ab", 6), ("Ｂ。", 4), ("e\u0301", 1), ("กี่", 1), ("हिंदी", 4), ("a\u200db", 2), ("ｶ", 1)],
)
def test_a_wide_character_takes_two_columns_and_a_mark_none(text: str, columns: int) -> None:
    assert columns_of(text) == columns
