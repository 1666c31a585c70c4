"""Other takes of single stages and items, as a brief asks for them: only of what the content type makes of it."""

from __future__ import annotations

from collections.abc import Mapping

from include.contract.brief import Brief
from include.contract.content_types import ContentType
from include.contract.names import allowed_names
from include.contract.recipes import Recipe
from include.contract.values import StageKind


def wrong_takes(brief: Brief, content_type: ContentType) -> list[str]:
    """What `brief` wants another take of and `content_type` does not make: a line each, with what it makes."""
    recipes = {recipe.kind.value: recipe for _, recipe in content_type.recipes() if recipe.is_memoised}
    text = recipes.get(StageKind.TEXT.value)
    parts = text.parts(brief) if text else {}
    told = {key: _wrong(key, recipes, parts) for key in brief.variations}
    return [f"variations.{key}: {wrong}" for key, wrong in told.items() if wrong]


def _wrong(key: str, recipes: Mapping[str, Recipe], parts: Mapping[str, int]) -> str:
    stage, _, number = key.partition("/")
    recipe = recipes.get(stage)
    if recipe is None:
        return f"is no stage that makes something here; {allowed_names(stage, recipes)}"
    if not number:
        return ""
    if not recipe.item_per:
        return f"`{stage}` makes one item of a brief; write `{stage}` alone"
    most = parts.get(recipe.item_per)
    if number == f"{int(number):02d}" and 0 < int(number) <= (most or int(number)):
        return ""
    return f"is no item of this brief; allowed: `{stage}/01` to `{stage}/{most or 99:02d}`"
