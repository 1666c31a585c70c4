"""A conversation in a brief: what is kept, what is refused with what would do."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from include.contract.brief import Brief
from include.contract.dialogue import MAX_CHAPTERS, Speaker
from include.contract.registry import recipes
from include.contract.requests import order_of


def brief(*lines: dict[str, Any], **fields: Any) -> Brief:
    return Brief.model_validate({"dialogue": {"lines": lines}, **fields})


def test_lines_alone_are_a_brief_and_name_it() -> None:
    made = brief({"speaker": 2, "text": "Bees hum."}, {"speaker": 1, "text": "Why?"})
    assert made.id == "bees-hum"
    assert made.dialogue is not None
    assert made.dialogue.lines is not None
    assert [line.speaker for line in made.dialogue.lines] == [Speaker.SECOND, Speaker.FIRST]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"dialogue": {"lines": [{"speaker": 3, "text": "Hi."}]}}, "Input should be 1 or 2"),
        ({"dialogue": {"lines": [{"speaker": 1, "text": " "}]}}, "is empty"),
        ({"dialogue": {"lines": []}}, "at least 1 item"),
        ({"dialogue": {"title": "Bees"}}, "or a `dialogue` with lines"),
        ({"topic": "Bees", "dialogue": {"speakers": ["Ann"]}}, "speakers"),
        ({"topic": "Bees", "dialogue": {"speakers": ["Ann", "B\nob"]}}, "has a line break or a tab"),
        ({"topic": "Bees", "second_voice": "bob"}, "'bob' is not a built-in voice"),
        (
            {"dialogue": {"lines": [{"speaker": 1, "text": "Hi.", "chapter": "One"}] * (MAX_CHAPTERS + 1)}},
            "allowed: at most 250",
        ),
    ],
)
def test_what_is_no_conversation_is_refused(fields: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        Brief.model_validate(fields)


def test_each_recipe_of_a_podcast_takes_what_is_its_own() -> None:
    made = brief({"speaker": 1, "text": "Hi."}, second_voice="espeak-male", music="s3://b/bed.mp3")
    taken = {name: order_of("any", recipes()[name], made, {}).params for name in PODCAST}
    assert set(taken["script.dialogue"]) == {"topic", "language", "questions", "dialogue", "prompt_language"}
    assert taken["speech.dialogue"] == {"language": "en", "voice": "auto", "second_voice": "espeak-male"}
    assert taken["audio.podcast"]["music"] is True


PODCAST = ("script.dialogue", "speech.dialogue", "audio.podcast")


def test_another_line_leaves_the_orders_of_speech_and_mix_alone() -> None:
    one, other = brief({"speaker": 1, "text": "Hi."}, id="x"), brief({"speaker": 1, "text": "Ho."}, id="x")
    for name, same in zip(PODCAST, (False, True, True), strict=True):
        assert (order_of("any", recipes()[name], one, {}) == order_of("any", recipes()[name], other, {})) is same, name
