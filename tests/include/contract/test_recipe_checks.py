from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from include.contract.errors import BadRequest
from include.contract.ports import TEXT_TYPE, OutputSpec, Port, Shape
from include.contract.recipe import Recipe
from include.contract.recipe_checks import checked_recipe
from include.contract.recipes import BUILT_IN
from include.contract.values import Closed, Determinism, StageKind


class PoemParams(Closed):
    """`haiku.poem`: a topic becomes three lines."""

    season: str = "spring"


POEM = Recipe(
    kind=StageKind.TEXT,
    name="haiku.poem",
    revision=1,
    params=PoemParams,
    model="haiku/rules",
    outputs=(OutputSpec("poem", TEXT_TYPE), OutputSpec("line/", TEXT_TYPE)),
    stage="my_recipes.stage:HaikuStage",
)


BESIDE = replace(POEM, at_once=4, item_mib=lambda params: 100)


@pytest.mark.parametrize("recipe", [*BUILT_IN, POEM, BESIDE], ids=lambda recipe: recipe.name)
def test_a_recipe_that_keeps_the_rules_is_taken_as_it_is(recipe: Recipe) -> None:
    assert checked_recipe(recipe.name, recipe) is recipe


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"name": "haiku"}, "`name` is not what its entry point says (found 'haiku'); allowed: 'haiku.poem'"),
        ({"kind": "poem"}, "`kind` is not known (found 'poem'); allowed: text, image, speech"),
        ({"kind": StageKind.PUBLISH}, "`kind` and `determinism` do not go together; allowed: `EFFECT` with `PUBLISH`"),
        ({"determinism": Determinism.EFFECT}, "`kind` and `determinism` do not go together"),
        ({"revision": 0}, "`revision` is too small (found 0); allowed: a whole number from 1"),
        ({"stage": ""}, "`stage` leads nowhere (found ''); allowed: `package.module:Name`"),
        ({"stage": "my_recipes.stage"}, "`stage` leads nowhere (found 'my_recipes.stage')"),
        ({"brief_files": ("voice",)}, "`brief_files`: a brief has no such file (found 'voice'); allowed: music, logo"),
        (
            {"ports": (Port("own", output="voice", is_optional=True, of_brief=True),)},
            "or `one` of one of music, logo, intro, outro",
        ),
        (
            {"ports": (Port("own", Shape.SPLIT, "music", is_optional=True, of_brief=True),)},
            "`ports`: `own` is `of_brief`, but not an optional `split` of one of image/, clip/, voice/ or `one`",
        ),
        ({"batch_size": 0}, "`batch_size` is too small (found 0); allowed: a whole number from 1"),
        ({"at_once": 0}, "`at_once` is too small (found 0); allowed: a whole number from 1"),
        ({"at_once": 2}, "`at_once` needs `item_mib`, since memory decides how many it really are; add it"),
        ({"at_once": 2, "batch_size": 2}, "`at_once` and `batch_size` do not go together"),
        ({"outputs": ()}, "`outputs` is empty; declare what an item gives"),
        ({"outputs": ("poem",)}, "`outputs` contains something other than an `OutputSpec`"),
        ({"outputs": (OutputSpec("Poem", TEXT_TYPE),)}, "`outputs`: a name has the wrong form (found 'Poem')"),
        ({"outputs": (OutputSpec("a", TEXT_TYPE), OutputSpec("a/", TEXT_TYPE))}, "`outputs`: `a` appears 2 times"),
        (
            {"may_lack": frozenset({"poems"})},
            "`choices` or `may_lack` names an output that does not exist (found 'poems'); did you mean",
        ),
        (
            {"choices": {"short": "lines"}},
            "`choices` or `may_lack` names an output that does not exist (found 'lines')",
        ),
        ({"chosen_by": "seasons"}, "`chosen_by` is not a parameter; did you mean `season`?"),
        ({"ports": ("look",)}, "`ports` contains something other than a `Port`"),
        (
            {"ports": (Port("look", beside="title"),)},
            "`ports`: `look` is beside a port that does not exist; allowed: look",
        ),
        (
            {"ports": (Port("a", Shape.PARTS, counted_by="b"), Port("b"))},
            "`ports`: `a` is not counted by a port of shape `family`",
        ),
        ({"ports": (Port("a"), Port("a"))}, "`ports`: `a` appears 2 times; keep one of them"),
        ({"params": dict}, "`params` is not a class that derives from `Closed` (found <class 'dict'>)"),
    ],
)
def test_what_breaks_a_rule_is_refused_with_what_is_allowed(change: dict[str, Any], told: str) -> None:
    with pytest.raises(BadRequest) as refused:
        checked_recipe("haiku.poem", replace(POEM, **change))
    assert told in str(refused.value)


def test_a_name_of_one_word_is_refused() -> None:
    with pytest.raises(BadRequest, match="words separated by dots, as in `haiku.poem`"):
        checked_recipe("haiku", replace(POEM, name="haiku"))


def test_everything_that_is_wrong_is_told_at_once() -> None:
    with pytest.raises(BadRequest, match="`revision` is too small.*; `stage` leads nowhere"):
        checked_recipe("haiku.poem", replace(POEM, revision=0, stage="?"))


def test_something_else_is_no_recipe() -> None:
    with pytest.raises(BadRequest, match="is a str; allowed: a `Recipe`"):
        checked_recipe("haiku.poem", "haiku.poem")
