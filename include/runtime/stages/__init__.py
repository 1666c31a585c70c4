"""The built-in recipes, one file each, read top to bottom: what goes in, what is made, how it is checked.

Never here: S3, requests, records, other stages.
"""

from __future__ import annotations

from include.contract.installed import class_at, told_of
from include.contract.registry import brought_by, recipe_named
from include.runtime.stage import Stage


def stage_of(recipe: str) -> Stage:
    """A fresh stage for `recipe`; only its own module is imported.

    :raises BadRequest: the distribution that brings it has no such class, or one that cannot be imported here.
    """
    pointer = recipe_named(recipe).stage
    with told_of(brought_by(recipe), f"the stage of `{recipe}`", pointer):
        return class_at(pointer, Stage)()  # type: ignore[type-abstract]
