"""Whether the parts of a content type fit together, as far as they can be read: all mistakes are reported at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ValidationError

from include.contract.brief import Brief
from include.contract.labels import LABEL_PARAM, Labelling, NoLabel
from include.contract.mistakes import FieldMistake, field_mistakes
from include.contract.names import allowed_names
from include.contract.publishing import Role, file_ports
from include.contract.recipe import Recipe
from include.contract.registry import RECIPES, recipes
from include.contract.source import About
from include.contract.sources import no_source, settings_named, source_fields
from include.contract.values import StageKind
from include.contract.wiring import NamedStage, WiredStage, recipes_giving, wired

FIXED_BY_BRIEFS = frozenset({"id", "topic", "script", "article", "dialogue", "product"})
"""Fields of a brief that say what it is about, so that a content type cannot set them for all."""
Stages = Mapping[str, Mapping[str, Any]]


def mistakes_between(value: Mapping[str, Any]) -> list[FieldMistake]:
    """What is wrong between the fields of a content type, whatever else is wrong with it.

    :param value: as it is written, or as a dumped model.
    """
    stages = stages_in(value)
    wirings, unwired = _wired(value)
    return [
        *_wrong_recipes(stages),
        *_wrong_params(stages),
        *unwired,
        *_wrong_shards(value, wirings),
        *_nothing_to_publish(wirings),
        *_wrong_schedule(value),
        *_wrong_source(value),
        *_nothing_to_tell(value, stages),
        *_nothing_to_review(value, stages),
        *_unanswered_label(value),
        *_wrong_defaults(value),
    ]


def stages_in(value: Mapping[str, Any]) -> Stages:
    """The stages that can be read, by their names."""
    stages = value.get("stages")
    if not isinstance(stages, dict):
        return {}
    return {name: each for name, each in stages.items() if isinstance(name, str) and isinstance(each, dict)}


def stage_mistakes(name: str, stage: Mapping[str, Any]) -> list[FieldMistake]:
    """What is wrong with the recipe and the parameters, label included, of a stage by itself."""
    stages = {name: stage}
    return [*_wrong_recipes(stages), *_wrong_params(stages, has_label=True)]


def recipe_of(stage: Mapping[str, Any]) -> Recipe | None:
    """The recipe that a stage names; None where there is none of that name."""
    name = stage.get("recipe")
    return recipes().get(name) if isinstance(name, str) else None


def _wrong_recipes(stages: Stages) -> Iterator[FieldMistake]:
    for name, stage in stages.items():
        recipe = stage.get("recipe")
        if isinstance(recipe, str) and recipe not in recipes():
            refused = RECIPES.refused.get(recipe)
            why = f": {refused}" if refused else ""
            allowed = allowed_names(recipe, recipes())
            yield _at(("stages", name, "recipe"), f"is not a recipe (found {recipe!r:.80}){why}; {allowed}")


def _wrong_params(stages: Stages, has_label: bool = False) -> Iterator[FieldMistake]:
    for stage_name, stage in stages.items():
        recipe, params = recipe_of(stage), stage.get("params", {})
        if recipe is None or not isinstance(params, dict):
            continue
        path = ("stages", stage_name, "params")
        for name in sorted(set(params) & set(recipe.brief_fields)):
            yield _at((*path, name), "is set by each brief; put it under `brief`")
        own_params = recipe.own_params
        if LABEL_PARAM in recipe.params.model_fields and has_label:
            own_params = (*own_params, LABEL_PARAM)
        elif LABEL_PARAM in recipe.params.model_fields and LABEL_PARAM in params:
            yield _at((*path, LABEL_PARAM), "applies to all stages; put it at the top of the file")
        taken = set(recipe.params.model_fields) - set(own_params)
        own = {name: each for name, each in params.items() if name not in taken}
        yield from _mistakes_of(recipe.params, own, path, own_params)


def _wired(value: Mapping[str, Any]) -> tuple[list[WiredStage], list[FieldMistake]]:
    """The stages as far as they can be read, and what does not fit between them."""
    named = value.get("stages")
    if not isinstance(named, dict):
        return [], []
    readable = ((name, each, recipe_of(each)) for name, each in stages_in(value).items())
    stages = [
        NamedStage(name, recipe, inputs)
        for name, each, recipe in readable
        if recipe is not None and isinstance(inputs := each.get("inputs", {}), dict)
    ]
    return wired(stages, [name for name in named if isinstance(name, str)])


def _wrong_shards(value: Mapping[str, Any], stages: Sequence[WiredStage]) -> Iterator[FieldMistake]:
    settings = stages_in(value)
    for stage in stages:
        shards = settings[stage.name].get("shards", 1)
        if not isinstance(shards, int) or shards < 2:
            continue
        path = ("stages", stage.name, "shards")
        if not stage.recipe.is_memoised:
            yield _at(path, "publishing is one task for all pieces; remove it")
        elif not stage.fans_out and value.get("source") is None:
            allowed = ", ".join(sorted(each.name for each in recipes().values() if each.fans_out))
            yield _at(
                path,
                f"`{stage.recipe.name}` makes one item for each brief, and each run makes one brief, so there is "
                f"nothing to split; remove it. Recipes that take shards: {allowed}; with a `source`, all",
            )


def _nothing_to_publish(stages: Sequence[WiredStage]) -> Iterator[FieldMistake]:
    """Stages that publish whatever there is, and find nothing."""
    for stage in stages:
        pieces = [port for port in file_ports(stage.recipe) if port.role is Role.MAIN]
        if pieces and not any(port.name in stage.read for port in pieces):
            makers = sorted({name for port in pieces for name in recipes_giving(port)})
            yield _at(
                ("stages", stage.name),
                f"publishes finished pieces, but no stage above it makes any; add one of: {', '.join(makers)}",
            )


def _wrong_schedule(value: Mapping[str, Any]) -> Iterator[FieldMistake]:
    if value.get("schedule") and value.get("start_date") is None:
        yield _at(("schedule",), "needs a `start_date`, such as 2026-01-01; add it")


def _wrong_source(value: Mapping[str, Any]) -> Iterator[FieldMistake]:
    source, schedule = value.get("source"), value.get("schedule")
    if source is None:
        return
    named = settings_named(source)
    if named is None:
        yield _at(("source",), no_source(source))
        return
    yield from _mistakes_of(named, source, ("source",), source_fields())
    key = named.source_key()
    if named.about is About.EVENTS:
        if schedule:
            yield _at(("schedule",), f"`source.{key}` starts a run for each event of the asset; remove `schedule`")
        if source[key] == value.get("name"):
            yield _at(
                ("source", key),
                "is what this content type itself publishes to, so it would start itself again and again",
            )
    elif named.about in (About.DAY, About.INTERVAL) and not schedule:
        yield _at(("source",), "needs a `schedule`, such as `0 6 * * *`, and a `start_date`; add them")


def _nothing_to_tell(value: Mapping[str, Any], stages: Stages) -> Iterator[FieldMistake]:
    if value.get("webhook") is None or value.get("deadline_h") is not None or not _all_known(stages):
        return
    if not _of_kind(stages, StageKind.PUBLISH):
        yield _at(("webhook",), "reports what is published, but no stage publishes; remove it, or add a `deadline_h`")


def _nothing_to_review(value: Mapping[str, Any], stages: Stages) -> Iterator[FieldMistake]:
    review = value.get("review")
    if not isinstance(review, dict) or not _all_known(stages):
        return
    if review.get("before_publishing", True) is True and not _of_kind(stages, StageKind.PUBLISH):
        yield _at(
            ("review", "before_publishing"), "needs a stage that publishes; add one, or set `before_publishing: false`"
        )
    path, texts, asked = ("review", "after_script"), _of_kind(stages, StageKind.TEXT), review.get("after_script")
    if asked is True and not texts:
        yield _at(path, "needs a stage that writes a text; add one, or remove `after_script`")
    elif asked is True and len(texts) > 1:
        yield _at(path, f"does not say which text to review; write one of: {', '.join(texts)}")
    elif isinstance(asked, str) and asked not in texts:
        yield _at(
            path, f"is not a stage that writes a text (found {asked!r:.60}); allowed: {', '.join(texts) or 'none'}"
        )


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
            yield _at((name,), "belongs to `label: none`, but these pieces are labelled; remove it")


def _of_kind(stages: Stages, kind: StageKind) -> list[str]:
    """Names of the stages of that kind, as far as their recipes are known."""
    recipes = {name: recipe_of(stage) for name, stage in stages.items()}
    return [name for name, recipe in recipes.items() if recipe is not None and recipe.kind is kind]


def _all_known(stages: Stages) -> bool:
    return all(recipe_of(stage) is not None for stage in stages.values())


def _wrong_defaults(value: Mapping[str, Any]) -> Iterator[FieldMistake]:
    defaults = value.get("brief")
    if not isinstance(defaults, dict):
        return
    for name in sorted(FIXED_BY_BRIEFS & set(defaults)):
        yield _at(("brief", name), "can only be set in each brief; remove it")
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
