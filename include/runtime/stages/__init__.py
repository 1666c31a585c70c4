"""The built-in recipes, one file each, read top to bottom: what goes in, what is made, how it is checked.

Never here: S3, requests, records, other stages.
"""

from __future__ import annotations

from include.contract.errors import BadRequest
from include.contract.installed import failure_in, pointed_at
from include.contract.registry import brought_by, recipe_named
from include.runtime.stage import Stage


def stage_of(recipe: str) -> Stage:
    """A fresh stage for `recipe`; only its own module is imported.

    :raises BadRequest: the distribution that brings it has no such class, or one that cannot be imported here.
    """
    pointer, distribution = recipe_named(recipe).stage, brought_by(recipe)
    try:
        found = pointed_at(pointer)
        if not (isinstance(found, type) and issubclass(found, Stage)):
            raise BadRequest("is no `Stage`; let it derive from it")
        return found()
    except (Exception, SystemExit) as error:
        if distribution is None:
            raise
        raise BadRequest(
            f"the stage of `{recipe}`, which comes with {distribution}, cannot be used in this image: "
            f"{failure_in(error, pointer)}"
        ) from error
