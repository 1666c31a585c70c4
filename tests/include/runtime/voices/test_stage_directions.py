from __future__ import annotations

import pytest

from include.runtime.voices.normalise import normalise
from include.runtime.voices.segments import sentences_of
from include.runtime.voices.stage_directions import without_directions


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("[laughs]", ""),
        ("[soft wind in the leaves].", ""),
        ("(applause)", ""),
        ("（笑）", ""),
        ("[laughs] That is funny.", " That is funny."),
        ("That is [laughs] funny.", "That is   funny."),
        ("That is funny. [MUSIC]", "That is funny.  "),
        ("[upbeat music] Welcome.", "  Welcome."),
        ("[lacht leise] Na gut.", "  Na gut."),
        ("Да. [смеётся]", "Да.  "),
        ("[笑声]谢谢。", " 谢谢。"),
        ("[تصفيق] شكرا", "  شكرا"),
        ("[तालियाँ] धन्यवाद", " धन्यवाद"),
    ],
)
def test_a_stage_direction_is_left_out_and_told(line: str, said: str) -> None:
    warnings: list[str] = []
    assert without_directions(line, warnings).split() == said.split()
    assert "stage directions are not spoken" in warnings[0]


@pytest.mark.parametrize(
    "line",
    [
        "[The bees] are back.",
        "They love [the music] here.",
        "They play [music] all day.",
        "The [European] Union, [River] Thames",
        "[his laugh] was heard",
        "See [laughs](https://example.org).",
        "As in [1].",
        "[1]",
        "The arts (music) and (laughs) so on",
        "(a small bee)",
        "[]",
    ],
)
def test_words_that_an_editor_put_in_brackets_are_spoken(line: str) -> None:
    warnings: list[str] = []
    assert without_directions(line, warnings) == line
    assert not warnings


def test_subtitles_keep_what_is_not_spoken() -> None:
    (first, second) = sentences_of("[laughs]\nWell, hello.", "en")
    assert (first.lines, second.lines) == (("[laughs]",), ("Well, hello.",))
    assert normalise("[laughs]", "en").text == ""
