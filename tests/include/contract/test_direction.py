from __future__ import annotations

import pytest

from include.contract.direction import directed, direction_of, isolated, reads_from_right


@pytest.mark.parametrize(
    ("language", "direction"),
    [("en", "ltr"), ("ar", "rtl"), ("he-IL", "rtl"), ("zh-Hans", "ltr"), ("az-Arab", "rtl"), ("sd-Deva-IN", "ltr")],
)
def test_a_language_is_read_as_its_script_says(language: str, direction: str) -> None:
    assert direction_of(language).value == direction


def test_a_text_without_a_language_is_read_as_its_first_letter_is() -> None:
    assert reads_from_right("123 שלום Hello")
    assert not reads_from_right("Hello שלום")
    assert not reads_from_right("… 123")


def test_a_player_is_told_of_lines_alone_that_it_would_get_wrong() -> None:
    assert directed("YouTube שלום", "he") == "\u200fYouTube שלום"
    assert directed("שלום YouTube", "he") == "שלום YouTube"
    assert directed("Hello שלום", "en") == "Hello שלום"


def test_a_text_of_the_other_direction_is_kept_apart_from_the_text_around_it() -> None:
    assert isolated("Hello.", "en", "sd") == "\u2066Hello.\u2069"
    assert isolated("שלום.", "he", "en") == "\u2067שלום.\u2069"
    assert isolated("שלום.", "he", "ar") == "שלום."
