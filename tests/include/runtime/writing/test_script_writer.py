"""What is given of a script stays as it is."""

from __future__ import annotations

import pytest

from include.contract.brief import DraftScript
from include.contract.errors import RejectedContent
from include.runtime.writing.assignment import Assignment
from include.runtime.writing.script_writer import ScriptWriter, WrittenScript
from include.runtime.writing.telling import Origin
from tests.include.runtime.writing.parts import no_model


def written(language: str = "de", topic: str | None = None, **given: object) -> WrittenScript:
    draft = DraftScript.model_validate(given)
    return ScriptWriter(Assignment(topic, language, 2, draft, 0, "m"), no_model).write()


SCENES = ({"narration": "Bienen tanzen im Stock.", "image_prompt": "Bienen"}, {"narration": "Sie summen laut."})


def test_scenes_are_kept_and_what_is_missing_is_taken_from_them() -> None:
    found = written(scenes=SCENES)
    first, second = found.script.scenes
    assert (first.narration, first.image_prompt) == ("Bienen tanzen im Stock.", "Bienen")
    assert (second.narration, second.image_prompt) == ("Sie summen laut.", "Sie summen laut.")
    assert found.script.description.startswith("Bienen tanzen im Stock.")
    assert found.origins["narration/01"] is found.origins["image_prompt/01"] is Origin.GIVEN
    assert found.origins["image_prompt/02"] is found.origins["title"] is Origin.TAKEN
    assert found.tally.tokens == 0


def test_title_description_and_hashtags_are_kept_word_for_word() -> None:
    found = written(scenes=SCENES, title="Honig", description="Von Bienen.", hashtags=["#honig"])
    assert (found.script.title, found.script.description) == ("Honig", "Von Bienen.")
    assert found.script.hashtags == DraftScript.model_validate({"hashtags": ["#honig"]}).hashtags
    assert {found.origins[part] for part in ("title", "description", "hashtags")} == {Origin.GIVEN}


def test_hashtags_come_from_the_topic_first() -> None:
    assert written(topic="Bienentanz", scenes=SCENES).script.hashtags[0].casefold().endswith("bienentanz")


def test_what_is_not_said_cannot_be_made_up_in_another_language() -> None:
    with pytest.raises(RejectedContent, match="the narration of scene 2 is missing"):
        written(topic="Bienen", scenes=(SCENES[0], {"image_prompt": "Bienen"}))
    with pytest.raises(RejectedContent, match="the narration is missing"):
        written(topic="Bienen")
