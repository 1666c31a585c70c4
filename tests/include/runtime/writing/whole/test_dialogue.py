from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings

from include.contract.dialogue import Dialogue, DraftDialogue
from include.contract.errors import RejectedContent
from include.runtime.writing.assignment import Assignment
from include.runtime.writing.dialogue_writer import WrittenDialogue
from include.runtime.writing.telling import Origin
from include.runtime.writing.whole.dialogue import WholeDialogue
from tests.foreign import JSON_TREES, damaged
from tests.include.runtime.writing.whole.parts import (
    DIALOGUE,
    PROMPTS,
    ScriptedEngine,
    author,
    said_by,
    unless_refused,
    with_line,
)

LINES = DIALOGUE["lines"]


def written(engine: ScriptedEngine, dialogue: Mapping[str, Any] | None = None, **parts: Any) -> WrittenDialogue:
    found = {"topic": "Honey bees", "language": "en", "parts": 2, "variation": 0, "model": "acme/one", **parts}
    given = DraftDialogue.model_validate(dialogue or {})
    return WholeDialogue(Assignment(given=given, **found), author(engine)).write()


def test_a_topic_becomes_a_conversation_in_one_request() -> None:
    engine = ScriptedEngine(DIALOGUE)
    found = written(engine)
    assert [line.text for line in found.dialogue.lines] == [line["text"] for line in LINES]
    assert [line.speaker for line in found.dialogue.lines] == [1, 2, 1, 2, 1, 2, 1]
    assert [line.chapter for line in found.dialogue.lines if line.chapter] == ["A bee's day", "Bees and orchards"]
    assert found.dialogue.speakers == ("Ann", "Ben")
    assert set(found.origins.values()) == {Origin.MODEL}
    assert set(found.origins) == {"title", "description", "speakers", "lines", "image_prompt/01"}
    assert "exactly 2 questions" in said_by(engine.prompts[0], 0)


def test_given_lines_are_kept_word_for_word_and_only_the_rest_is_asked_for() -> None:
    given = {"speakers": ["A", "B"], "lines": [{"speaker": 2, "text": "**Bees**"}, {"speaker": 2, "text": "again"}]}
    engine = ScriptedEngine(DIALOGUE)
    found = written(engine, given)
    assert [line.text for line in found.dialogue.lines] == ["**Bees**", "again"]
    assert (found.dialogue.speakers, found.dialogue.image_prompt) == (("A", "B"), PROMPTS[0])
    assert found.origins["lines"] is Origin.GIVEN
    assert set(engine.prompts[0].schema["properties"]) == {"title", "description", "image_prompt"}  # type: ignore[index,arg-type]


@pytest.mark.parametrize(
    ("broken", "mistake"),
    [
        (with_line(0, speaker=2), "lines/1: is spoken by 2"),
        (with_line(3, speaker=1), "lines/4: is spoken by 1, as the line before it"),
        (with_line(4, chapter=""), "lines: 1 of them ask a question and begin a `chapter`; asked for: 2"),
        (with_line(3, chapter="An answer"), "lines: a `chapter` begins with an answer"),
        (with_line(6, chapter="Goodbye"), "lines: 3 of them ask a question"),
        (
            {**DIALOGUE, "lines": with_line(4, chapter="")["lines"][:-2] + [{**LINES[4]}]},
            "lines/6: asks, and nobody answers",
        ),
        (with_line(3, text="Host: They fly out at dawn and look for nectar."), "lines/4: speaks of itself: 'Host:'"),
        (with_line(5, text=LINES[3]["text"]), "lines/6: repeats .* of lines/4"),
        (with_line(3, text="They fly out at dawn and"), "lines/4: breaks off"),
        ({**DIALOGUE, "speakers": ["Ann", "ann"]}, "speakers: both are called"),
        ({**DIALOGUE, "lines": LINES[:3]}, "lines: has too few parts"),
    ],
)
def test_what_is_wrong_with_it_is_quoted_to_the_model(broken: Mapping[str, Any], mistake: str) -> None:
    engine = ScriptedEngine(broken, DIALOGUE)
    assert written(engine).dialogue.title == DIALOGUE["title"]
    assert mistake.partition(":")[0] in said_by(engine.prompts[1], 3)
    with pytest.raises(RejectedContent, match=mistake):
        written(ScriptedEngine(broken))


def test_who_speaks_may_be_an_expert_and_say_so() -> None:
    text = "I am a keeper of bees, and an assistant helps me. I can't complain about the weather either!"
    assert written(ScriptedEngine(with_line(3, text=text))).dialogue.lines[3].text == text


@settings(max_examples=40)
@given(damaged(DIALOGUE, JSON_TREES))
def test_whatever_a_model_answers_becomes_a_dialogue_or_is_refused(answer: Any) -> None:
    found = unless_refused(lambda: written(ScriptedEngine(json.dumps(answer))))
    assert found is None or Dialogue.model_validate_json(found.dialogue.model_dump_json()) == found.dialogue
