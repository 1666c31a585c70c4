"""The class that publishes for a recipe."""

from __future__ import annotations

from include.contract.installed import class_at, told_of
from include.contract.recipe import Recipe
from include.contract.registry import brought_by
from include.runtime.publisher import Assignment, Publisher


def publisher_for(recipe: Recipe, assignment: Assignment) -> Publisher:
    """The publisher of `recipe`, for the pieces of one request; only its own module is imported.

    :raises BadRequest: the distribution that brings it has no such class, or it cannot be imported here.
    """
    with told_of(brought_by(recipe.name), f"the publisher of `{recipe.name}`", recipe.stage):
        return class_at(recipe.stage, Publisher)(assignment)  # type: ignore[type-abstract]
