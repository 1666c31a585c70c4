from __future__ import annotations

import pytest

from include.runtime.voices.markup import without_markup


@pytest.mark.parametrize(
    "text",
    ["if a<b then c>d", "a < b > c", "<3", "I <3 you", "x<y and y>z", "<p q", "a<i&&b>j"] + ["The <video> element"],
)
def test_what_no_browser_knows_as_a_tag_stays(text: str) -> None:
    warnings: list[str] = []
    assert without_markup(text, warnings) == text
    assert not warnings


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("<b>Bold</b>", "Bold"),
        ("<a href=\"https://x.org/?a=1\" class='y' disabled>x</a>", "x"),
        ("a<br/>b<BR>c", "a\nb\nc"),
        ("<!-- x > y -->z", "z"),
    ],
)
def test_tags_are_left_out_and_told(text: str, left: str) -> None:
    warnings: list[str] = []
    assert without_markup(text, warnings) == left
    assert warnings


def test_an_address_in_brackets_stays() -> None:
    assert without_markup("Ann <ann@example.org>, <https://example.org/x>", []) == (
        "Ann ann@example.org, https://example.org/x"
    )
