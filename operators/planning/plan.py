"""A plan: what the runs of a range would make, stage by stage and day by day, and what that costs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from include.contract.artifacts import ModelIdentity
from include.contract.brief import Brief
from include.contract.content_types import ContentType
from include.contract.deployments import Deployment
from include.contract.own_media import own_media
from include.contract.recipe import Recipe
from include.contract.requests import order_of, read_order
from include.contract.values import Determinism
from include.store.store import Store
from include.store.threads import daemon_threads
from operators.briefs.checking import by_place
from operators.chosen_models import chosen_models
from operators.planning.days import PlannedDay, Span, planned_days
from operators.planning.existing import Existing
from operators.planning.forecast import Forecaster, PlannedStage, StageForecast
from operators.planning.history import History, Sample

THREADS = 16


@dataclass(frozen=True)
class Counted:
    """Items of one stage, of one day or of all."""

    reused: int = 0
    to_make: int = 0
    unknown: int = 0
    """Items of which it is not known yet whether they are made, because what they read does not exist."""
    unasked: int = 0
    """Those of `to_make` that need no model."""
    effects: int = 0
    """Items that every run does, whatever was done before."""

    def __add__(self, other: Counted) -> Counted:
        """Both together."""
        return Counted(
            self.reused + other.reused,
            self.to_make + other.to_make,
            self.unknown + other.unknown,
            self.unasked + other.unasked,
            self.effects + other.effects,
        )


@dataclass(frozen=True)
class StagePlan:
    """One stage of all runs."""

    stage: str
    recipe: str
    model: str
    determinism: Determinism
    """What a remake is like: the weaker of what recipe and model promise."""
    profile: str
    items: Counted
    seconds_per_item: float | None
    """None if there is no earlier record of the recipe with this model."""
    sampled: int
    """Number of records that this is based on."""
    device_s: float | None
    """Device seconds for the items to make and the unknown ones, if all of them are made."""
    gpu_s: float | None
    """The same times the profile's GPUs; 0 if it has none."""
    cost: float | None
    """In the deployment's currency; None if the profile has no price, or the time is unknown."""
    is_paid_by_token: bool = False
    """Whether the deployment has a price for what the model reads and writes; nobody knows before how much that is."""


@dataclass(frozen=True)
class DayPlan:
    """One day's runs."""

    run_on: date | None
    runs: int
    briefs: tuple[str, ...]
    items: Mapping[str, Counted]
    """By stage."""


@dataclass(frozen=True)
class Plan:
    """What the runs of a range would make."""

    content_type: str
    runs: int
    briefs: int
    stages: tuple[StagePlan, ...]
    days: tuple[DayPlan, ...]
    mistakes: tuple[str, ...]
    """A line for each row of the source that makes no brief."""
    currency: str | None


def plan_of(
    content_type: ContentType,
    span: Span | None,
    conf: Mapping[str, Any],
    deployment: Deployment,
    store: Store,
) -> Plan:
    """What the runs of `span` would make, each with this `conf`.

    :raises BadRequest: the conf or the source is wrong, or what runs make is not known before they start.
    """
    models = chosen_models(content_type, deployment, store)
    days = planned_days(content_type, span, conf, deployment, store)
    with daemon_threads(THREADS, "days") as threads, daemon_threads(THREADS, "look-ups") as lookups:
        items = sum(items_of_widest_stage(content_type, brief) for day in days for brief in day.briefs)
        forecaster = Forecaster(content_type, models, store, Existing(store, items), History(), lookups)
        entries = [day.found.entries for day in days]
        forecasts = list(threads.map(forecaster.forecast, entries))
        _read_history(forecaster, forecasts)
    history = forecaster.history
    day_plans = list(_day_plans(days, forecasts, forecaster.stages, history))
    return Plan(
        content_type=content_type.name,
        runs=sum(day.runs for day in days),
        briefs=sum(len(day.briefs) for day in days),
        stages=tuple(_stage_plan(stage, day_plans, history, deployment) for stage in forecaster.stages),
        days=tuple(day_plans),
        mistakes=tuple(sorted({mistake for day in days for mistake in day.found.mistakes}, key=by_place)),
        currency=deployment.currency,
    )


def items_of_widest_stage(content_type: ContentType, brief: Brief) -> int:
    """How many items of `brief` the widest stage has, as far as its text's recipe can tell in advance."""
    stages = content_type.content_stages
    parts = {stage.name: stage.recipe.parts(brief) for stage in stages}
    told = [number for each in parts.values() for number in each.values()]
    for stage in stages:
        found = parts.get(stage.wiring.counted_by, {}).get(stage.wiring.family)
        if found:
            order = order_of(stage.name, stage.recipe, brief, stage.settings.params)
            files = [each.artifact for each in own_media(brief)]
            told.append(stage.recipe.items_for(found, read_order(stage.recipe, order).params, files))
    return max(told, default=1)


def _read_history(forecaster: Forecaster, forecasts: Sequence[Mapping[str, StageForecast]]) -> None:
    """Have it know how long what is to be made takes, and no more than that."""
    history, store, lookups = forecaster.history, forecaster.store, forecaster.lookups
    pending = [stage for stage in forecaster.stages if any(_makes(each, stage.name) for each in forecasts)]
    if any(stage.uncounted_briefs for each in forecasts for stage in each.values()):
        history.read_runs(store, forecaster.content_type.name, lookups)
    history.read(store, list(_wanted(pending, forecasts)), lookups)


def _makes(forecast: Mapping[str, StageForecast], stage: str) -> bool:
    """Whether the stage has anything to make, or may have: only then it matters how long that takes."""
    found = forecast.get(stage, StageForecast())
    return bool(found.to_make or found.unknown or found.uncounted_briefs)


def _wanted(
    pending: Sequence[PlannedStage], forecasts: Sequence[Mapping[str, StageForecast]]
) -> Iterator[tuple[Recipe, ModelIdentity, bool]]:
    """Of what it matters how long it takes: recipes, models, and whether these are asked."""
    for stage in pending:
        found = [each[stage.name] for each in forecasts if stage.name in each]
        if any(len(each.to_make) > len(each.unasked) or each.unknown or each.uncounted_briefs for each in found):
            yield stage.recipe, stage.model, True
        if any(each.unasked for each in found):
            yield stage.recipe, stage.model, False


def _day_plans(
    days: Sequence[PlannedDay],
    forecasts: Sequence[Mapping[str, StageForecast]],
    stages: Sequence[PlannedStage],
    history: History,
) -> Iterator[DayPlan]:
    """Day by day; an item that an earlier day makes is reused by the later ones."""
    made: set[str] = set()
    for day, forecast in zip(days, forecasts, strict=True):
        items = {}
        for stage in stages:
            found = forecast.get(stage.name, StageForecast())
            new = [fingerprint for fingerprint in found.to_make if fingerprint not in made]
            made.update(new)
            per_brief = history.items_per_brief(stage.recipe, stage.model)
            items[stage.name] = Counted(
                reused=found.reused + len(found.to_make) - len(new),
                to_make=len(new),
                unknown=found.unknown + round(found.uncounted_briefs * per_brief),
                unasked=len(found.unasked.intersection(new)),
                effects=found.effects * day.runs,
            )
        yield DayPlan(day.run_on, day.runs, tuple(brief.id for brief in day.briefs), items)


def _device_s(samples: Sequence[tuple[int, Sample]]) -> float | None:
    """Seconds of so many items of each sample; None where one of them has no record."""
    seconds = [None if each.seconds_per_item is None else number * each.seconds_per_item for number, each in samples]
    return None if None in seconds else sum(each for each in seconds if each is not None)


def _per_item(seconds: float | None, items: int) -> float | None:
    return None if seconds is None else seconds / items


def _stage_plan(stage: PlannedStage, days: Sequence[DayPlan], history: History, deployment: Deployment) -> StagePlan:
    items = sum((day.items[stage.name] for day in days), Counted())
    asked = history.of(stage.recipe, stage.model)
    parts = {True: items.to_make - items.unasked + items.unknown, False: items.unasked}
    samples = [(number, history.of(stage.recipe, stage.model, kind)) for kind, number in parts.items() if number]
    device_s = _device_s(samples)
    at_most = sum(parts.values())
    profile = deployment.profile(stage.settings.profile)
    return StagePlan(
        stage=stage.name,
        recipe=stage.recipe.name,
        model=str(stage.model),
        determinism=stage.determinism,
        profile=stage.settings.profile,
        items=items,
        seconds_per_item=_per_item(device_s, at_most) if at_most else asked.seconds_per_item,
        sampled=sum(sample.records for _, sample in samples),
        device_s=device_s,
        gpu_s=None if device_s is None else device_s * profile.gpus,
        cost=None if device_s is None else profile.price_of(device_s),
        is_paid_by_token=stage.model.name in deployment.model_prices,
    )
