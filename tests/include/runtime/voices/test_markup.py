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


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("See [the hive](https://example.com/x), [it](x.html 'its page').", "See the hive, it."),
        ("[up](#top) [in](../a/b) [mail](mailto:a@b.org) [host](www.example.org) [file](notes.md) [no]()", None),
        ("![a bee](bee.png)", "a bee"),
        ("[moth](https://en.wikipedia.org/wiki/Moth_(insect))", "moth"),
        ("see [note](12)", "see note (12)"),
        ("[Fig. 3](left) shows [it](see 4.5)", "Fig. 3 (left) shows it (see 4.5)"),
    ],
)
def test_of_a_link_only_what_looks_like_an_address_is_left_out(text: str, left: str | None) -> None:
    assert without_markup(text, []) == (left or "up in mail host file no")


@pytest.mark.parametrize("text", ["> 5 bees", ">5 bees", "> -5 °C", "> €5"])
def test_a_comparison_at_the_start_of_a_line_is_no_quote(text: str) -> None:
    assert without_markup(f"Bees:\n{text}", []) == f"Bees:\n{text}"


@pytest.mark.parametrize(
    ("text", "left"),
    [("> They said so.", "They said so."), ("- a\n* b\n## c", "a\nb\nc"), ("~~12~~15", "12  15"), ("a`b`", "ab")],
)
def test_the_signs_of_markdown_are_left_out(text: str, left: str) -> None:
    assert without_markup(text, []) == left
