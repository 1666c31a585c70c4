from __future__ import annotations

from typing import Any

import pytest

from atelier.testing import check_recipe
from include.contract.artifacts import Artifact
from include.contract.recipe import Recipe
from include.contract.recipes import BUILT_IN
from include.contract.registry import recipes


def outputs(*names: str) -> list[Artifact]:
    return [Artifact(name=name, sha256="ab" * 32, bytes=1, media_type="text/plain") for name in names]


SCRIPT = (
    *("script", "title", "look", "digital_source"),
    *("narration/01", "narration/02", "image_prompt/01", "image_prompt/02", "shot/01", "shot/02"),
)
PAGE = ("page", "page_linked", "markdown", "label")
SMALLEST = tuple(f"picture_{form}_480/01" for form in ("avif", "webp", "jpeg"))


@pytest.mark.parametrize(
    ("recipe", "names", "missing"),
    [
        ("script.narrated", SCRIPT, ""),
        ("script.narrated", (), "script"),
        ("script.narrated", (*SCRIPT[:6], *SCRIPT[8:]), "image_prompt/01"),
        ("script.narrated", [*SCRIPT[:4], "narration/02", *SCRIPT[6:]], "narration/01"),
        ("script.narrated", SCRIPT[:8], "shot/01"),
        ("script.narrated", [*SCRIPT, "of_later"], ""),
        ("image.scene", ("picture",), "image"),
        ("page.article", (*PAGE, *SMALLEST), ""),
        ("page.article", (*PAGE, *SMALLEST, "picture_avif_960/02"), ""),
        ("page.article", (*PAGE, *SMALLEST[1:]), "picture_avif_480/01"),
    ],
)
def test_the_first_output_that_an_item_lacks_is_named(recipe: str, names: Any, missing: str) -> None:
    assert recipes()[recipe].lacks(outputs(*names), {}) == missing


def test_parameters_choose_among_outputs() -> None:
    card = outputs("card_square", "thumbnail", "label")
    story = outputs("card_square", "card_story", "thumbnail", "label")
    recipe = recipes()["image.card"]
    assert recipe.lacks(card, {"formats": ["square"]}) == ""
    assert recipe.lacks(card, {"formats": ["square", "story"]}) == "card_story"
    assert recipe.lacks(story, {"formats": ["square", "story"]}) == ""
    assert recipe.lacks(story[:2], {"formats": ["square", "story"]}) == "thumbnail"


@pytest.mark.parametrize("recipe", BUILT_IN, ids=lambda recipe: recipe.name)
def test_a_built_in_recipe_is_held_to_what_one_from_outside_is(recipe: Recipe) -> None:
    check_recipe(recipe)
