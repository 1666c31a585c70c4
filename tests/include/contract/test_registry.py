"""The recipes by their names."""

from __future__ import annotations

import pytest

from include.contract.errors import BadRequest
from include.contract.recipes import BUILT_IN
from include.contract.registry import brought_by, recipe_named, recipes
from include.contract.values import StageKind


def test_every_built_in_recipe_is_known_by_its_name() -> None:
    assert {recipe.name: recipe for recipe in BUILT_IN}.items() <= recipes().items()
    assert all(recipe_named(recipe.name) is recipe for recipe in BUILT_IN)


def test_a_publisher_is_a_recipe_too() -> None:
    assert recipe_named("publish.podcast").kind is StageKind.PUBLISH


def test_a_built_in_recipe_comes_with_no_distribution() -> None:
    assert brought_by("image.scene") is None


def test_of_a_name_that_no_recipe_has_the_likely_one_is_told() -> None:
    with pytest.raises(BadRequest, match=r"image\.scen.*image\.scene"):
        recipe_named("image.scen")
