from __future__ import annotations

import pytest

from include.runtime.languages.direction import direction_of


@pytest.mark.parametrize(
    ("language", "direction"),
    [("en", "ltr"), ("ar", "rtl"), ("he-IL", "rtl"), ("zh-Hans", "ltr"), ("az-Arab", "rtl"), ("sd-Deva-IN", "ltr")],
)
def test_a_language_is_read_as_its_script_says(language: str, direction: str) -> None:
    assert direction_of(language).value == direction
