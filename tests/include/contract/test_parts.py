"""How many numbered outputs a brief will get."""

from __future__ import annotations

from include.contract.brief import Brief
from include.contract.parts import parts_of_article, parts_of_dialogue, parts_of_product, parts_of_script


def test_a_script_has_a_narration_and_a_picture_for_each_scene() -> None:
    assert parts_of_script(Brief(topic="Bees", scenes=7)) == {"narration": 7, "image_prompt": 7}


def test_an_article_has_a_picture_for_each_section() -> None:
    assert parts_of_article(Brief(topic="Bees", sections=3)) == {"image_prompt": 3}


def test_a_product_has_one_picture() -> None:
    assert parts_of_product(Brief(topic="Bees")) == {"image_prompt": 1}


def test_a_conversation_that_is_written_has_two_lines_a_question_and_its_greetings() -> None:
    assert parts_of_dialogue(Brief(topic="Bees", questions=3)) == {"image_prompt": 1, "line": 11}


def test_a_conversation_that_is_brought_has_its_own_lines() -> None:
    lines = [{"speaker": 1, "text": "Hello."}, {"speaker": 2, "text": "Hello yourself."}]
    brief = Brief.model_validate({"topic": "Bees", "questions": 3, "dialogue": {"lines": lines}})
    assert parts_of_dialogue(brief) == {"image_prompt": 1, "line": 2}
