"""A recipe that breaks a rule is found, and told what is allowed."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import pytest
from pydantic import Field

from atelier import NEUTRAL, Article, Closed, OutputSpec, Port, Recipe
from atelier.testing import check_recipe, identity_of
from include.contract.recipes import IMAGE_UPSCALE
from include.contract.registry import RECIPES, recipes


class Before(Closed):
    factor: int = 2


class Grown(Before):
    sharpness: float = 0.5


class GrownWell(Before):
    sharpness: Annotated[float, Field(json_schema_extra={NEUTRAL: 0.5})] = 0.5


@pytest.mark.parametrize(
    ("recipe", "told"),
    [
        (replace(IMAGE_UPSCALE, revision=0), "`revision` is too small"),
        (replace(IMAGE_UPSCALE, model="builtin/nothing"), "model `builtin/nothing` is not registered"),
        (replace(IMAGE_UPSCALE, outputs=(OutputSpec("image", "application/json"),)), "has a class as its `document`"),
        (replace(IMAGE_UPSCALE, ports=(Port("melody"),)), "no installed recipe gives `melody` (of any type); "),
        (
            replace(IMAGE_UPSCALE, ports=(Port("article", document=Article),)),
            "no installed recipe gives `article` (Article as application/json); allowed: script",
        ),
        (replace(IMAGE_UPSCALE, name="image.mine"), "no entry point `atelier.recipes` of that name leads to it"),
        (replace(IMAGE_UPSCALE), "another recipe has that name, which is built in; rename this one"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_broken_rule_is_named(recipe: Recipe, told: str) -> None:
    with pytest.raises(AssertionError) as found:
        check_recipe(recipe)
    assert told in str(found.value)
    assert "`image." in str(found.value)


def test_a_recipe_that_is_installed_but_refused_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(RECIPES), "refused", {"image.mine": "it comes with mine 1.0, which cannot be used: `x`"})
    with pytest.raises(AssertionError, match=r"is not installed: it comes with mine 1\.0.*`x`; fix that"):
        check_recipe(replace(IMAGE_UPSCALE, name="image.mine"))


def test_a_parameter_that_was_added_without_a_neutral_value_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    released = identity_of(replace(IMAGE_UPSCALE, params=Before))
    for params in (GrownWell, Grown):
        grown = replace(IMAGE_UPSCALE, params=params)
        monkeypatch.setitem(recipes(), grown.name, grown)
        if params is Grown:
            with pytest.raises(AssertionError, match=r"was made with it would no longer be found.* `neutral`"):
                check_recipe(grown, fingerprint=released)
        else:
            check_recipe(grown, fingerprint=released)
