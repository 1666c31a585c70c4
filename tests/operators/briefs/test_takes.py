from __future__ import annotations

from dataclasses import replace

import pytest

from include.contract.brief import Brief
from include.contract.recipe import no_parts_known
from include.contract.registry import recipes
from operators.briefs.takes import wrong_takes
from tests.operators.conftest import films


def told(brief: dict[str, object]) -> list[str]:
    return wrong_takes(Brief.model_validate({"topic": "Bees", "scenes": 3, **brief}), films())


@pytest.mark.parametrize("key", ["text", "image", "video", "image/01", "speech/03"])
def test_another_take_of_what_is_made_is_right(key: str) -> None:
    assert told({"variations": {key: 1}}) == []


@pytest.mark.parametrize(
    ("key", "says"),
    [
        ("image/04", "is not an item of this brief; allowed: `image/01` to `image/03`"),
        ("speech/00", "is not an item of this brief; allowed: `speech/01` to `speech/03`"),
        ("image/003", "is not an item of this brief; allowed: `image/01` to `image/03`"),
        ("video/01", "`video` makes one item for each brief; write only `video`"),
        ("post", "is not a stage that makes something here; allowed: text, image, speech, clip, video"),
    ],
)
def test_another_take_of_what_is_not_made_is_told_with_what_is(key: str, says: str) -> None:
    assert told({"variations": {key: 1}}) == [f"variations.{key}: {says}"]


def test_publishing_makes_nothing_that_there_are_takes_of() -> None:
    recipes = {"text": "caption.product", "image": "image.scene", "cards": "image.card", "publish": "publish.cards"}
    published = films(brief={}, stages={kind: {"recipe": recipe} for kind, recipe in recipes.items()})
    (mistake,) = wrong_takes(
        Brief.model_validate({"product": {"name": "Mug"}, "variations": {"publish": 1}}), published
    )
    assert mistake == "variations.publish: is not a stage that makes something here; allowed: text, image, cards"


def test_where_it_is_not_known_how_many_there_will_be_any_number_may_be_right(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(recipes(), "script.narrated", replace(recipes()["script.narrated"], parts=no_parts_known))
    brief = Brief.model_validate({"topic": "Bees", "variations": {"speech/57": 1, "speech/00": 1}})
    assert wrong_takes(brief, films()) == [
        "variations.speech/00: is not an item of this brief; allowed: `speech/01` to `speech/99`"
    ]


def test_a_scripts_own_scenes_are_counted() -> None:
    script = {"scenes": [{"narration": "One."}] * 5}
    brief = Brief.model_validate({"script": script, "variations": {"image/05": 1, "image/06": 1}})
    assert [mistake.partition(": ")[0] for mistake in wrong_takes(brief, films())] == ["variations.image/06"]
