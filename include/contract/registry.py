"""The recipes that this process knows: the built-in ones, then those that installed distributions bring."""

from __future__ import annotations

from include.contract.installed import Distribution, Group
from include.contract.recipe import Recipe
from include.contract.recipe_checks import checked_recipe
from include.contract.recipes import BUILT_IN

RECIPES = Group(
    ("atelier.recipes", "atelier.publishers"),
    "recipe",
    checked_recipe,
    {recipe.name: recipe for recipe in BUILT_IN},
)
"""A publisher is a recipe of the kind `publish`."""


def recipes() -> dict[str, Recipe]:
    """Every recipe that can be used, by name."""
    return RECIPES.all()


def recipe_named(name: str) -> Recipe:
    """The recipe called `name`.

    :raises BadRequest: there is none, or the distribution that brings it cannot be used.
    """
    return RECIPES.named(name)


def brought_by(name: str) -> Distribution | None:
    """The distribution that the recipe called `name` comes with; None of a built-in one."""
    return RECIPES.distribution_of(name)
