from __future__ import annotations

from typing import Any

import pytest

from include.contract.brief import Brief
from include.contract.registry import recipes

SCENES, SECTIONS, LINES = (
    recipes()[name].unaided for name in ("script.narrated", "article.sections", "script.dialogue")
)


@pytest.mark.parametrize(
    "brief",
    [
        {"topic": "Bees", "scenes": 10},
        {"topic": "Bees", "scenes": 10, "language": "en-GB"},
        {"topic": "Bienen", "language": "de", "script": {"scenes": [{"narration": "Bienen sind klein."}]}},
        {"topic": "Bees", "script": {"scenes": [{"image_prompt": "a bee"}] * 40}},
    ],
)
def test_what_can_be_written_or_is_brought_is_no_mistake(brief: dict[str, Any]) -> None:
    assert SCENES is not None
    assert SCENES.mistakes(Brief.model_validate(brief)) == []


@pytest.mark.parametrize(
    ("unaided", "brief", "says"),
    [
        (SCENES, {"scenes": 11}, "scenes: at most 10 can be written from a topic (found 11)"),
        (SECTIONS, {"sections": 5}, "sections: at most 4 can be written from a topic (found 5)"),
        (LINES, {"questions": 8}, "questions: at most 7 can be written from a topic (found 8)"),
        (SCENES, {"language": "de"}, "language: the built-in writer writes en only (found 'de')"),
        (SCENES, {"topic": "🐝🐝"}, "topic: has no word to write about (found '🐝🐝')"),
        (SCENES, {"language": "de", "script": {"title": "Bienen"}}, "language: the built-in writer writes en only"),
    ],
)  # fmt: skip
def test_what_cannot_be_written_is_told_with_what_to_do(unaided: Any, brief: dict[str, Any], says: str) -> None:
    (mistake,) = unaided.mistakes(Brief.model_validate({"topic": "Bees", **brief}))
    assert mistake.startswith(says)
    assert mistake.endswith(f"bring the text under `{unaided.holder}`, with its `{unaided.parts}`")


def test_the_scenes_that_a_script_leaves_out_are_told_by_their_place() -> None:
    assert SCENES is not None
    scenes = [{"narration": "Eins."}, {"image_prompt": "Biene"}, {}]
    brief = Brief.model_validate({"language": "de", "script": {"scenes": scenes}})
    assert [mistake.partition(":")[0] for mistake in SCENES.mistakes(brief)] == [
        "script.scenes.1.narration",
        "script.scenes.2.narration",
    ]


def test_what_there_is_nothing_to_write_from_is_told_by_its_place() -> None:
    assert SCENES is not None
    scenes = [{"narration": "One."}, {"image_prompt": "a bee"}, {}]
    (mistake,) = SCENES.mistakes(Brief.model_validate({"script": {"scenes": scenes}}))
    assert mistake.startswith("script.scenes.2.narration: is missing, and there is neither a `topic` nor ")
    assert SCENES.mistakes(Brief.model_validate({"script": {"title": "Bees", "scenes": scenes}})) == []


@pytest.mark.parametrize(
    ("unaided", "params", "is_asked"),
    [
        (SCENES, {"language": "en", "script": None}, True),
        (SCENES, {"language": "en", "script": {"scenes": [{"narration": "One.", "image_prompt": "bee"}]}}, False),
        (SCENES, {"language": "en", "script": {"scenes": [{"narration": "One.", "image_prompt": None}]}}, True),
        (SCENES, {"language": "de", "script": {"scenes": [{"narration": "Eins.", "image_prompt": None}]}}, False),
        (SECTIONS, {"language": "en", "article": {"sections": [{"text": "One.", "image_prompt": "bee"}]}}, False),
        (LINES, {"language": "en", "dialogue": {"lines": [{"speaker": 1, "text": "Hi."}]}}, False),
        (LINES, {"language": "en", "dialogue": {"title": "Bees"}}, True),
    ],
)
def test_a_model_is_asked_for_what_a_brief_leaves_out(unaided: Any, params: dict[str, Any], is_asked: bool) -> None:
    assert unaided.is_asked(params) is is_asked
