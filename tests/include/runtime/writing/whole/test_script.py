from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from include.contract.brief import DraftScript, Script
from include.contract.errors import RejectedContent
from include.contract.values import clean_text
from include.runtime.writing.assignment import Assignment
from include.runtime.writing.script_writer import WrittenScript
from include.runtime.writing.telling import Origin
from include.runtime.writing.whole.script import WholeScript
from tests.foreign import JSON_TREES, damaged
from tests.include.runtime.writing.whole.parts import (
    GERMAN_SCRIPT,
    NARRATIONS,
    PROMPTS,
    SCRIPT,
    ScriptedEngine,
    author,
    said_by,
    unless_refused,
    with_scene,
)


def assignment(script: Mapping[str, Any] | None = None, **parts: Any) -> Assignment:
    given = DraftScript.model_validate(script or {})
    found = {
        "topic": "Why honey bees matter",
        "language": "en",
        "parts": 2,
        "variation": 0,
        "model": "acme/one",
        **parts,
    }
    return Assignment(given=given, **found)


def written(engine: ScriptedEngine, script: Mapping[str, Any] | None = None, **parts: Any) -> WrittenScript:
    return WholeScript(assignment(script, **parts), author(engine)).write()


def test_a_topic_becomes_a_script_with_digits_and_quotations_in_one_request() -> None:
    engine = ScriptedEngine(SCRIPT)
    found = written(engine)
    assert [scene.narration for scene in found.script.scenes] == list(NARRATIONS)
    assert [scene.image_prompt for scene in found.script.scenes] == list(PROMPTS)
    assert found.script.hashtags == ("#HoneyBees", "#Pollination", "#AppleTrees")
    assert set(found.origins.values()) == {Origin.MODEL}
    assert len(engine.prompts) == 1
    assert engine.prompts[0].schema["properties"]["scenes"]["minItems"] == 2  # type: ignore[index,call-overload]


def test_a_script_in_another_language_with_english_prompts() -> None:
    engine = ScriptedEngine(GERMAN_SCRIPT)
    found = written(engine, topic="Warum Bienen wichtig sind", language="de", prompt_language="en")
    assert found.script.scenes[0].image_prompt == PROMPTS[0]
    assert "in German (de)" in said_by(engine.prompts[0], 0)
    assert "in English (en): one sentence" in " ".join(said_by(engine.prompts[0], 0).split())


def test_without_a_language_of_their_own_prompts_are_in_that_of_the_piece() -> None:
    with pytest.raises(RejectedContent, match="image_prompt: is written in `en`; write it in German"):
        written(ScriptedEngine(GERMAN_SCRIPT), topic="Warum Bienen wichtig sind", language="de")


def test_more_scenes_than_the_smallest_models_write_are_asked_for() -> None:
    engine = ScriptedEngine(SCRIPT)
    with pytest.raises(RejectedContent, match="scenes: has too few parts .*a list of 14 parts"):
        written(engine, parts=14)
    assert engine.prompts[0].schema["properties"]["scenes"]["maxItems"] == 14  # type: ignore[index,call-overload]


def test_what_is_given_is_kept_word_for_word_and_only_the_rest_is_asked_for() -> None:
    given = {"title": "Bees!!", "scenes": [{"narration": "Bienen -- ja, **Bienen**."}, {"image_prompt": "hive & bees"}]}
    engine = ScriptedEngine(SCRIPT)
    found = written(engine, given)
    assert found.script.title == "Bees!!"
    assert found.script.scenes[0].narration == "Bienen -- ja, **Bienen**."
    assert found.script.scenes[1].image_prompt == "hive & bees"
    assert found.script.scenes[1].narration == NARRATIONS[1]
    assert found.script.scenes[0].image_prompt == PROMPTS[0]
    assert found.origins["narration/01"] is Origin.GIVEN
    assert found.origins["narration/02"] is Origin.MODEL
    assert set(engine.prompts[0].schema["properties"]) == {"description", "hashtags", "scenes"}  # type: ignore[index,arg-type]
    assert "Bienen -- ja" in said_by(engine.prompts[0])


def test_only_prompts_are_asked_for_where_all_narrations_are_given() -> None:
    given = {**SCRIPT, "scenes": [{"narration": narration} for narration in NARRATIONS]}
    engine = ScriptedEngine({"scenes": [{"image_prompt": prompt} for prompt in PROMPTS]})
    assert [scene.image_prompt for scene in written(engine, given).script.scenes] == list(PROMPTS)
    item = engine.prompts[0].schema["properties"]["scenes"]["items"]  # type: ignore[index,call-overload]
    assert list(item["properties"]) == ["image_prompt"]  # type: ignore[index,call-overload,arg-type]


def test_a_script_that_is_given_whole_asks_nobody() -> None:
    engine = ScriptedEngine(RejectedContent("asked"))
    found = written(engine, {**SCRIPT, "title": "Bees", "hashtags": ["no hash"]})
    assert found.script.hashtags == ("no hash",)
    assert (engine.prompts, found.tally.tokens) == ([], 0)


@pytest.mark.parametrize(
    ("broken", "mistake"),
    [
        (with_scene(SCRIPT, 0, narration="Bees fly."), "narration/01: has 2 words; allowed: 8 to 75"),
        (with_scene(SCRIPT, 0, narration=f"{NARRATIONS[0]} And then they"), "narration/01: breaks off"),
        (with_scene(SCRIPT, 0, narration=f"# Scene 1\n{NARRATIONS[0]}"), "narration/01: has markup: '#'"),
        (with_scene(SCRIPT, 0, narration=f"Narrator: {NARRATIONS[0]}"), "narration/01: speaks of itself: 'Narrator:'"),
        (
            with_scene(SCRIPT, 0, narration=f"As an AI, I like bees. {NARRATIONS[0]}"),
            "narration/01: refuses: 'As an AI'",
        ),
        (with_scene(SCRIPT, 1, narration=NARRATIONS[0]), "narration/02: repeats .* of narration/01"),
        (with_scene(SCRIPT, 1, narration="bees and " * 30 + "bees."), "narration/02: repeats"),
        (with_scene(SCRIPT, 0, narration=f"{NARRATIONS[0]} \N{HONEYBEE}"), "narration/01: has the character"),
        (with_scene(SCRIPT, 1, image_prompt=PROMPTS[0]), "image_prompt/02: is the same as image_prompt/01"),
        (with_scene(SCRIPT, 1, image_prompt="hive"), "image_prompt/02: has 1 words; allowed: 3 to 52"),
        ({**SCRIPT, "hashtags": ["#", "##", "# #"]}, "hashtags: none of them has letters"),
        ({**SCRIPT, "title": "…"}, "title: has no words"),
        (
            {**GERMAN_SCRIPT, "scenes": GERMAN_SCRIPT["scenes"]},
            "the text: is written in `de`; write it in English",
        ),
    ],
)
def test_what_is_wrong_with_it_is_quoted_to_the_model(broken: Mapping[str, Any], mistake: str) -> None:
    engine = ScriptedEngine(broken, SCRIPT)
    assert written(engine).script.scenes[0].narration == NARRATIONS[0]
    assert len(engine.prompts) == 2
    with pytest.raises(RejectedContent, match=mistake):
        written(ScriptedEngine(broken))
    assert mistake.partition(":")[0] in said_by(engine.prompts[1], 3)


def test_a_flaw_of_what_is_given_is_none() -> None:
    given = {"scenes": [{"narration": "# Bees. As an AI: **bees**"}, {"narration": "# Bees. As an AI: **bees**"}]}
    engine = ScriptedEngine(SCRIPT)
    assert written(engine, given).script.scenes[0].narration == given["scenes"][0]["narration"]
    assert len(engine.prompts) == 1


def test_what_is_given_is_not_told_again_in_the_parts_that_are_written() -> None:
    given = {"scenes": [{"narration": NARRATIONS[0], "image_prompt": PROMPTS[0]}, {}]}
    with pytest.raises(RejectedContent, match="narration/02: repeats .* of narration/01"):
        written(ScriptedEngine(with_scene(SCRIPT, 1, narration=NARRATIONS[0])), given)


def test_what_the_topic_says_itself_may_be_said() -> None:
    script = with_scene(SCRIPT, 0, narration=f"C# is a language that engineers know well. {NARRATIONS[0]}")
    assert written(ScriptedEngine(script), topic="Bees and C#").script.scenes[0].narration.startswith("C# is")


@settings(max_examples=60)
@given(damaged(SCRIPT, JSON_TREES))
@example({**SCRIPT, "scenes": [{**SCRIPT["scenes"][0], "narration": "\ud800"}] * 2})
@example({**SCRIPT, "hashtags": ["# ", "#\u0301", "#\u200d"]})
def test_whatever_a_model_answers_becomes_a_script_or_is_refused(answer: Any) -> None:
    found = unless_refused(lambda: written(ScriptedEngine(json.dumps(answer))))
    assert found is None or Script.model_validate_json(found.script.model_dump_json()) == found.script


_WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=30).filter(
    lambda text: text.strip() and text == clean_text(text)
)
_DRAFTS = st.lists(
    st.fixed_dictionaries({}, optional={"narration": _WORDS, "image_prompt": _WORDS}), min_size=2, max_size=2
)


@settings(max_examples=60)
@given(_DRAFTS, st.none() | _WORDS)
def test_every_given_word_is_kept_whatever_it_is(drafts: list[dict[str, str]], title: str | None) -> None:
    found = written(ScriptedEngine(SCRIPT), {"title": title, "scenes": drafts}).script
    assert title in (None, found.title)
    for draft, scene in zip(drafts, found.scenes, strict=True):
        assert draft.items() <= scene.model_dump().items()
