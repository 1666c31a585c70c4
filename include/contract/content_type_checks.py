"""What of a content type fits together or does not, as far as its parts can be read: all of it is told at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from include.contract.brief import Brief
from include.contract.labels import LABEL_PARAM, Labelling, NoLabel
from include.contract.mistakes import FieldMistake, field_mistakes
from include.contract.names import allowed_names
from include.contract.recipes import RECIPES, Recipe
from include.contract.values import StageKind

FIXED_BY_BRIEFS = frozenset({"id", "topic", "script", "article", "dialogue", "product"})
"""Fields of a brief that say what it is about, so that a content type cannot set them for all."""
Stages = Mapping[str, Mapping[str, Any]]


def mistakes_between(value: Mapping[str, Any]) -> list[FieldMistake]:
    """What is wrong between the fields of a content type, whatever else is wrong with it.

    :param value: as it is written, or as a dumped model.
    """
    stages = stages_in(value)
    return [
        *_wrong_recipes(stages),
        *_wrong_params(stages),
        *_not_read(value, stages),
        *_wrong_shards(value, stages),
        *_wrong_schedule(value),
        *_wrong_source(value),
        *_nothing_to_tell(value),
        *_nothing_to_review(value),
        *_unanswered_label(value),
        *_wrong_defaults(value),
    ]


def stages_in(value: Mapping[str, Any]) -> Stages:
    """The stages that can be read, by their names."""
    stages = value.get("stages")
    return {kind: each for kind, each in stages.items() if isinstance(each, dict)} if isinstance(stages, dict) else {}


def _recipe_of(stage: Mapping[str, Any]) -> Recipe | None:
    name = stage.get("recipe")
    return RECIPES.get(name) if isinstance(name, str) else None


def _wrong_recipes(stages: Stages) -> Iterator[FieldMistake]:
    for kind, stage in stages.items():
        name, of_kind = stage.get("recipe"), [each.name for each in RECIPES.values() if each.kind.value == kind]
        if isinstance(name, str) and name not in of_kind and kind in list(StageKind):
            recipe = RECIPES.get(name)
            wrong = "is not a recipe" if recipe is None else f"is a recipe of `{recipe.kind.value}`, not of `{kind}`"
            yield _at(("stages", kind, "recipe"), f"{wrong} (found {name!r:.80}); {allowed_names(name, of_kind)}")


def _wrong_params(stages: Stages) -> Iterator[FieldMistake]:
    for kind, stage in stages.items():
        recipe, params = _recipe_of(stage), stage.get("params", {})
        if recipe is None or recipe.kind.value != kind or not isinstance(params, dict):
            continue
        path = ("stages", kind, "params")
        for name in sorted(set(params) & set(recipe.brief_fields)):
            yield _at((*path, name), "is set by each brief; put it under `brief`")
        if LABEL_PARAM in params and LABEL_PARAM in recipe.params.model_fields:
            yield _at((*path, LABEL_PARAM), "is said once for all stages; put it at the top of the file")
        taken = set(recipe.params.model_fields) - set(recipe.own_params)
        own = {name: each for name, each in params.items() if name not in taken}
        yield from _mistakes_of(recipe.params, own, path, recipe.own_params)


def _not_read(value: Mapping[str, Any], stages: Stages) -> Iterator[FieldMistake]:
    """Stages that read one which is not there; nothing where the name of one may be misspelt."""
    named = value.get("stages")
    if not isinstance(named, dict) or not set(named) <= set(StageKind):
        return
    for kind, stage in stages.items():
        recipe = _recipe_of(stage)
        absent = [read.value for read in recipe.reads if read.value not in named] if recipe else []
        if absent:
            yield _at(("stages", kind), f"reads {', '.join(absent)}, which is not under `stages`; add it")


def _wrong_shards(value: Mapping[str, Any], stages: Stages) -> Iterator[FieldMistake]:
    for kind, stage in stages.items():
        recipe, shards = _recipe_of(stage), stage.get("shards", 1)
        if recipe is None or not isinstance(shards, int) or shards < 2:
            continue
        path = ("stages", kind, "shards")
        if not recipe.is_memoised:
            yield _at(path, "publishing is one task for all pieces; remove it")
        elif not recipe.fans_out and value.get("source") is None:
            allowed = ", ".join(sorted(each.name for each in RECIPES.values() if each.fans_out))
            yield _at(
                path,
                f"`{recipe.name}` makes one item of a brief, which cannot be shared out where a run makes one brief; "
                f"remove it. Recipes with shards: {allowed}; with a `source`, all",
            )


def _wrong_schedule(value: Mapping[str, Any]) -> Iterator[FieldMistake]:
    if value.get("schedule") and value.get("start_date") is None:
        yield _at(("schedule",), "needs a `start_date`, such as 2026-01-01; add it")


def _wrong_source(value: Mapping[str, Any]) -> Iterator[FieldMistake]:
    source, schedule = value.get("source"), value.get("schedule")
    if not isinstance(source, dict):
        return
    if "asset" in source:
        if schedule:
            yield _at(("schedule",), "`source.asset` starts a run with each event of the asset; remove `schedule`")
        if source["asset"] == value.get("name"):
            yield _at(("source", "asset"), "is what this content type publishes to; it would start itself for ever")
    elif ("calendar" in source or "feed" in source) and not schedule:
        yield _at(("source",), "needs a `schedule`, such as `0 6 * * *`, and a `start_date`; add them")


def _nothing_to_tell(value: Mapping[str, Any]) -> Iterator[FieldMistake]:
    if value.get("webhook") is not None and not _has(value, StageKind.PUBLISH) and value.get("deadline_h") is None:
        yield _at(
            ("webhook",), "is told of what is published, and no stage publishes; remove it, or add a `deadline_h`"
        )


def _nothing_to_review(value: Mapping[str, Any]) -> Iterator[FieldMistake]:
    review = value.get("review")
    if not isinstance(review, dict):
        return
    if review.get("before_publishing", True) is True and not _has(value, StageKind.PUBLISH):
        yield _at(
            ("review", "before_publishing"), "needs a `publish` stage; add one, or set `before_publishing: false`"
        )
    if review.get("after_script") is True and not _has(value, StageKind.TEXT):
        yield _at(("review", "after_script"), "needs a `text` stage; add one, or remove `after_script`")


def _unanswered_label(value: Mapping[str, Any]) -> Iterator[FieldMistake]:
    names = [name for name in NoLabel.model_fields if any(one.isalnum() for one in str(value.get(name) or ""))]
    if value.get(LABEL_PARAM) == Labelling.NONE:
        missing = [f"`{name}`" for name in NoLabel.model_fields if name not in names]
        if missing:
            yield _at(
                (LABEL_PARAM,),
                f"`none` needs {' and '.join(missing)} beside it: the person who decided that people are not told that "
                "a machine made the pieces, and why; add that, or remove `label`",
            )
    else:
        for name in names:
            yield _at((name,), "belongs to `label: none`, and these pieces are labelled; remove it")


def _has(value: Mapping[str, Any], kind: StageKind) -> bool:
    stages = value.get("stages")
    return isinstance(stages, dict) and kind.value in stages


def _wrong_defaults(value: Mapping[str, Any]) -> Iterator[FieldMistake]:
    defaults = value.get("brief")
    if not isinstance(defaults, dict):
        return
    for name in sorted(FIXED_BY_BRIEFS & set(defaults)):
        yield _at(("brief", name), "is each brief's own; remove it")
    shared = {name: each for name, each in defaults.items() if name not in FIXED_BY_BRIEFS}
    fields = tuple(name for name in Brief.model_fields if name not in FIXED_BY_BRIEFS)
    yield from _mistakes_of(Brief, {"topic": "defaults", **shared}, ("brief",), fields)


def _mistakes_of(
    model: type[BaseModel], value: Mapping[str, Any], path: tuple[str, ...], fields: tuple[str, ...]
) -> Iterator[FieldMistake]:
    try:
        model.model_validate(dict(value))
    except ValidationError as error:
        for each in field_mistakes(error, model, fields)[0]:
            yield _at((*path, *each.path), each.words)


def _at(path: tuple[int | str, ...], words: str) -> FieldMistake:
    return FieldMistake(path, words)
