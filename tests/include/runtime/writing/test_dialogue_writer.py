"""What is given of a conversation stays as it is."""

from __future__ import annotations

import pytest

from include.contract.dialogue import DraftDialogue
from include.contract.errors import RejectedContent
from include.runtime.writing.assignment import Assignment
from include.runtime.writing.conversation import SPEAKERS
from include.runtime.writing.dialogue_writer import DialogueWriter, WrittenDialogue
from include.runtime.writing.telling import Origin
from tests.include.runtime.writing.parts import no_model

LINES = ({"speaker": 1, "text": "Warum summen Bienen?"}, {"speaker": 2, "text": "Weil ihre Flügel schlagen."})


def written(language: str = "de", topic: str | None = None, **given: object) -> WrittenDialogue:
    draft = DraftDialogue.model_validate(given)
    return DialogueWriter(Assignment(topic, language, 2, draft, 0, "m"), no_model).write()


def test_lines_are_kept_and_the_rest_is_taken_from_them() -> None:
    found = written(lines=LINES)
    assert [line.text for line in found.dialogue.lines] == [str(line["text"]) for line in LINES]
    assert found.dialogue.image_prompt == "Warum summen Bienen?"
    assert found.dialogue.title
    assert set(found.origins.values()) == {Origin.TAKEN}
    assert found.tally.tokens == 0


def test_a_cover_is_of_the_prompt_then_of_the_topic_then_of_the_title() -> None:
    brought = {"lines": LINES, "title": "Summen"}
    assert written(topic="Bienen", **brought, image_prompt="eine Biene").dialogue.image_prompt == "eine Biene"
    assert written(topic="Bienen", **brought).dialogue.image_prompt == "Bienen"
    assert written(**brought).dialogue.image_prompt == "Summen"


def test_speakers_have_the_names_that_they_are_given_or_those_of_their_language() -> None:
    assert written(lines=LINES, speakers=("Ann", "Bob")).dialogue.speakers == ("Ann", "Bob")
    assert written("en", lines=LINES).dialogue.speakers == SPEAKERS
    assert written("de", lines=LINES).dialogue.speakers == ("A", "B")


def test_a_conversation_in_another_language_has_to_be_brought() -> None:
    with pytest.raises(RejectedContent, match="the conversation is missing"):
        written(topic="Bienen")
