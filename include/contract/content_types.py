"""A content type: the YAML file that a DAG is made from. Values only: no code, no import paths."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, Self
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field, ValidationInfo, field_validator, model_validator

from include.contract.brief import Brief
from include.contract.errors import BadRequest
from include.contract.recipes import RECIPES, Recipe, recipe_named
from include.contract.requests import read_params
from include.contract.review import Moment, Review
from include.contract.sources import AssetSource, CalendarSource, FeedSource, Source
from include.contract.values import (
    PRINTABLE,
    AtMost,
    CleanText,
    Closed,
    FieldsOf,
    Name,
    StageKind,
    TechnicalName,
    Written,
)
from include.contract.yaml12 import Document, read_model

ProfileName = Annotated[
    str,
    Field(max_length=60),
    Written(r"^[a-z][a-z0-9-]*$", "the letters a to z, digits and hyphens, a letter first, as in `cpu-small`"),
]
FIXED_BY_BRIEFS = frozenset({"id", "topic", "script", "article", "dialogue", "product"})
"""Fields of a brief that say what it is about, so that a content type cannot set them for all."""
FIRST_DAY, LAST_DAY = date(1970, 1, 1), date(2999, 12, 31)
"""Of a schedule: days that all of its parts can count with, in every time zone."""
_CRON = re.compile(r"^(@(hourly|daily|weekly|monthly|yearly)|(\S+\s+){4}\S+)$")


def _known_recipe(name: str) -> str:
    if name not in RECIPES:
        raise ValueError(f"is not a recipe; allowed: {', '.join(sorted(RECIPES))}")
    return name


def _cron(text: str) -> str:
    if not _CRON.match(text):
        raise ValueError("is not a cron expression of five fields, such as `0 6 * * *`, nor `@daily` and the like")
    return text


def _time_zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError("is not a time zone; allowed: an IANA name, such as `Europe/Berlin` or `UTC`")
    return name


class StageSettings(Closed):
    """One stage of a content type."""

    recipe: Annotated[str, AfterValidator(_known_recipe)]
    model: TechnicalName | None = None
    """A name from the model registry; the recipe's built-in model when left out."""
    params: dict[str, Any] = {}
    """Parameters of the recipe that a brief does not set."""
    profile: ProfileName = "cpu-small"
    """Resources, by the name under which the deployment knows them."""
    pool: Annotated[str, Field(min_length=1, max_length=256), PRINTABLE] | None = None
    """Airflow pool whose slots it takes; the profile's when left out. It has to exist, or the stage waits for ever."""
    retries: Annotated[int, Field(ge=0, le=20)] = 2
    retry_delay_s: Annotated[float, Field(ge=0, le=86400)] = 10.0
    timeout_s: Annotated[float, Field(gt=0, le=7 * 86400)] = 3600.0
    max_failed_share: Annotated[float, Field(ge=0, le=1)] = 0.0
    batch_size: Annotated[int, Field(ge=1, le=4096)] | None = None
    shards: Annotated[int, Field(ge=1, le=1024)] = 1
    """Tasks that share out the stage's items; as many as Airflow maps at most."""

    @model_validator(mode="after")
    def _params_of_the_recipe(self) -> Self:
        recipe = recipe_named(self.recipe)
        own = set(self.params) & set(recipe.brief_fields)
        if own:
            raise ValueError(f"`params` sets {', '.join(sorted(own))}, which each brief sets; put it under `brief`")
        try:
            read_params(recipe, self.params)
        except BadRequest as error:
            raise ValueError(str(error)) from error
        return self


class ContentType(Closed):
    """What one DAG makes, when, and how."""

    name: Name
    """The DAG's id."""
    title: Annotated[str, CleanText(200)]
    description: Annotated[str, CleanText(2000)]
    owner: Annotated[str, CleanText(200)] = "atelier"
    tags: Annotated[tuple[Annotated[str, CleanText(100)], ...], AtMost(100)] = ()
    schedule: Annotated[str, AfterValidator(_cron)] | None = None
    start_date: Annotated[date, Field(ge=FIRST_DAY, le=LAST_DAY)] | None = None
    """First day of the schedule; needed with `schedule`."""
    catchup: bool = False
    timezone: Annotated[str, AfterValidator(_time_zone)] = "UTC"
    """In which `schedule` is meant, and the day of a run is told."""
    max_active_runs: Annotated[int, Field(ge=1, le=100)] = 4
    deadline_h: Annotated[float, Field(gt=0, le=24 * 366)] | None = None
    """Hours from a run's start in the queue until it is told that it has not ended."""
    source: Source | None = None
    """Where the briefs of a run come from that brings none itself."""
    lead_days: Annotated[int, Field(ge=0, le=366)] = 0
    """Days between a run and the day whose rows of the calendar it makes."""
    webhook: Annotated[str, Field(min_length=1, max_length=250), PRINTABLE] | None = None
    """Airflow connection of type `http` to the address that is told of each publication and each missed deadline."""
    review: Review | None = None
    """When people are asked; left out, nobody is."""
    brief: Annotated[dict[str, Any], FieldsOf(Brief, without=FIXED_BY_BRIEFS)] = {}
    """Defaults of the brief's fields: what the trigger form shows."""
    stages: Annotated[dict[StageKind, StageSettings], Field(min_length=1), AtMost(len(StageKind))]

    @field_validator("brief")
    @classmethod
    def _defaults_of_a_brief(cls, defaults: dict[str, Any]) -> dict[str, Any]:
        fixed = FIXED_BY_BRIEFS & set(defaults)
        if fixed:
            raise ValueError(f"sets {', '.join(sorted(fixed))}, which is each brief's own; remove it")
        set_here = {name for name, value in defaults.items() if value is not None}
        return Brief.model_validate({"topic": "defaults", **defaults}).model_dump(mode="json", include=set_here)

    @field_validator("stages")
    @classmethod
    def _shared_out_where_there_are_several(
        cls, stages: dict[StageKind, StageSettings], info: ValidationInfo
    ) -> dict[StageKind, StageSettings]:
        for kind, stage in stages.items():
            recipe = recipe_named(stage.recipe)
            if stage.shards > 1 and not recipe.is_memoised:
                raise ValueError(f"`{kind.value}.shards`: publishing is one task for all pieces; remove it")
            if stage.shards > 1 and not recipe.fans_out and info.data.get("source") is None:
                allowed = ", ".join(sorted(r.name for r in RECIPES.values() if r.fans_out))
                raise ValueError(
                    f"`{kind.value}.shards`: `{recipe.name}` makes one item of a brief, which cannot be shared out "
                    f"where a run makes one brief; remove it. Recipes with shards: {allowed}; with a `source`, all"
                )
        return stages

    @model_validator(mode="after")
    def _stages_fit_together(self) -> Self:
        for kind, stage in self.stages.items():
            recipe = recipe_named(stage.recipe)
            if recipe.kind is not kind:
                allowed = ", ".join(sorted(r.name for r in RECIPES.values() if r.kind is kind)) or "none"
                raise ValueError(f"`stages.{kind.value}`: `{recipe.name}` is {recipe.kind.value}; allowed: {allowed}")
            absent = [read.value for read in recipe.reads if read not in self.stages]
            if absent:
                raise ValueError(f"`stages.{kind.value}` reads {', '.join(absent)}, which is not under `stages`")
        if self.schedule and self.start_date is None:
            raise ValueError("`schedule` needs a `start_date`, such as 2026-01-01")
        return self

    @model_validator(mode="after")
    def _has_what_the_webhook_is_told(self) -> Self:
        if self.webhook is not None and StageKind.PUBLISH not in self.stages and self.deadline_h is None:
            raise ValueError(
                "`webhook` is told of what is published, and no stage publishes; remove it, or add a `deadline_h`"
            )
        return self

    @model_validator(mode="after")
    def _has_what_is_reviewed(self) -> Self:
        if self.review is None:
            return self
        if self.review.before_publishing and StageKind.PUBLISH not in self.stages:
            raise ValueError(
                "`review.before_publishing` needs a `publish` stage; add one, or set `before_publishing: false`"
            )
        if self.review.after_script and StageKind.TEXT not in self.stages:
            raise ValueError("`review.after_script` needs a `text` stage; add one, or remove `after_script`")
        return self

    @model_validator(mode="after")
    def _source_and_schedule_agree(self) -> Self:
        if isinstance(self.source, AssetSource) and self.schedule:
            raise ValueError("`source.asset` starts a run with each event of the asset; remove `schedule`")
        if isinstance(self.source, AssetSource) and self.source.asset == self.name:
            raise ValueError("`source.asset` is what this content type publishes to; it would start itself for ever")
        if isinstance(self.source, CalendarSource | FeedSource) and not self.schedule:
            raise ValueError("`source` needs a `schedule`, such as `0 6 * * *`, and a `start_date`")
        return self

    @property
    def brief_fields(self) -> tuple[str, ...]:
        """The fields of a brief that its stages read, in the brief's order; all others would change nothing."""
        recipes = [recipe_named(stage.recipe) for stage in self.stages.values()]
        read = {name for recipe in recipes for name in (*recipe.brief_fields, *recipe.brief_files)}
        return tuple(name for name in Brief.model_fields if name in read | {"id", "variation", "variations"})

    @property
    def moments(self) -> tuple[Moment, ...]:
        """When a run stops to ask people."""
        return self.review.moments if self.review else ()

    def recipes(self) -> list[tuple[StageSettings, Recipe]]:
        """Its stages in an order in which each comes after those it reads."""
        order = {kind: position for position, kind in enumerate(StageKind)}
        kinds = sorted(self.stages, key=order.__getitem__)
        return [(self.stages[kind], recipe_named(self.stages[kind].recipe)) for kind in kinds]


def read_content_type(document: Document) -> ContentType:
    """The content type in `document`.

    :raises BadRequest: one line per mistake, with file and line.
    """
    return read_model(ContentType, document)
