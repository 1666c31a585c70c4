"""A content type: the YAML file that a DAG is made from. Values only: no code, no import paths."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Annotated, Any, Self

from pydantic import AfterValidator, Field, PlainSerializer, ValidationError, field_validator, model_validator

from include.contract.brief import Brief
from include.contract.content_type_checks import FIXED_BY_BRIEFS, mistakes_between
from include.contract.errors import BadRequest
from include.contract.labels import LABEL_PARAM, Labelling, NoLabel
from include.contract.mistakes import FieldMistake, field_mistakes
from include.contract.model_cards import is_reference, read_reference
from include.contract.published import PLACE_MARK
from include.contract.recipe import Recipe
from include.contract.registry import recipe_named
from include.contract.review import Moment, Review
from include.contract.schedules import Cron, TimeZone
from include.contract.source import About, SourceSettings
from include.contract.sources import settings_named
from include.contract.unaided import Unaided
from include.contract.values import (
    PRINTABLE,
    AtMost,
    CleanText,
    Closed,
    FieldsOf,
    Name,
    StageKind,
    StageName,
    TechnicalName,
    TextForm,
)
from include.contract.wiring import NamedStage, WiredStage, wired
from include.contract.yaml12 import Document, refusal_of

ProfileName = Annotated[
    str,
    Field(max_length=60),
    TextForm(r"^[a-z][a-z0-9-]*$", "the letters a to z, digits and hyphens, starting with a letter, as in `cpu-small`"),
]
FIRST_DAY, LAST_DAY = date(1970, 1, 1), date(2999, 12, 31)
"""Of a schedule: the days that all its parts can compute with, in every time zone."""


def _spelt_model(name: str) -> str:
    """Whether a model's name has a card is asked of the store, and not when DAGs are parsed."""
    if is_reference(name):
        try:
            read_reference(name)
        except BadRequest as error:
            raise ValueError(str(error)) from error
    return name


class StageSettings(Closed):
    """One stage of a content type."""

    recipe: str
    """What it does."""
    inputs: dict[str, StageName] = {}
    """Port to stage: which stage a port reads, if several above give what it takes."""
    model: Annotated[TechnicalName, AfterValidator(_spelt_model)] | None = None
    """A name from the model registry, or `name@revision+variant` of one that was added to the store; default: the
    recipe's built-in model."""
    params: dict[str, Any] = {}
    """Parameters of the recipe that a brief does not set."""
    profile: ProfileName = "cpu-small"
    """A resource profile, by its name in the deployment's file."""
    pool: Annotated[str, Field(min_length=1, max_length=256), PRINTABLE] | None = None
    """Airflow pool that it takes slots from; default: the profile's. It has to exist, or the stage waits for ever."""
    retries: Annotated[int, Field(ge=0, le=20)] = 2
    retry_delay_s: Annotated[float, Field(ge=0, le=86400)] = 10.0
    timeout_s: Annotated[float, Field(gt=0, le=7 * 86400)] = 3600.0
    max_failed_share: Annotated[float, Field(ge=0, le=1)] = 0.0
    batch_size: Annotated[int, Field(ge=1, le=4096)] | None = None
    shards: Annotated[int, Field(ge=1, le=1024)] = 1
    """Number of tasks that the stage's items are split among; at most as many as Airflow maps."""


@dataclass(frozen=True)
class ContentStage:
    """A stage of a content type with everything that applies to it."""

    settings: StageSettings
    """Including what the content type sets for all stages."""
    wiring: WiredStage

    @property
    def name(self) -> str:
        """Its name, which is its task's id."""
        return self.wiring.name

    @property
    def recipe(self) -> Recipe:
        """What it does."""
        return self.wiring.recipe

    @property
    def kind(self) -> StageKind:
        """What comes out of it."""
        return self.recipe.kind

    @property
    def unaided(self) -> Unaided | None:
        """What it can write of a topic alone; None where only its model's card can tell."""
        return None if is_reference(self.settings.model or "") else self.recipe.unaided


_PROMPTS = "image_prompt"
"""The port of stages that make pictures of prompts."""
PROMPT_LANGUAGE_PARAM = "prompt_language"
"""Of the recipes that write prompts and of those that read them, which take it from who wrote them."""
SHOW_PARAM = "show"
"""Parameter of recipes whose pieces name a show: the content type's title, unless their params set another."""


def _as_written(source: object) -> object:
    """The settings of a source as a content type's file has them."""
    return source.model_dump(mode="json") if isinstance(source, SourceSettings) else source


class ContentType(Closed):
    """What one DAG makes, when, and how."""

    name: Name
    """The DAG's id."""
    title: Annotated[str, CleanText(200)]
    """Its name for readers: in the gallery, in the feed, and as a show's name."""
    description: Annotated[str, CleanText(2000)]
    """What readers get, for the gallery and the feed; the DAG's page shows it too."""
    owner: Annotated[str, CleanText(200)] = "atelier"
    tags: Annotated[tuple[Annotated[str, CleanText(100)], ...], AtMost(100)] = ()
    schedule: Cron | None = None
    start_date: Annotated[date, Field(ge=FIRST_DAY, le=LAST_DAY)] | None = None
    """First day of the schedule; required with `schedule`."""
    catchup: bool = False
    timezone: TimeZone = "UTC"
    """Time zone of `schedule`, and of the day of a run."""
    max_active_runs: Annotated[int, Field(ge=1, le=100)] = 4
    deadline_h: Annotated[float, Field(gt=0, le=24 * 366)] | None = None
    """Hours after a run was queued; one that has not ended by then is reported."""
    source: Annotated[SourceSettings | None, PlainSerializer(_as_written)] = None
    """Where a run's briefs come from, unless the run brings one itself."""
    lead_days: Annotated[int, Field(ge=0, le=366)] = 0
    """Days between a run and the day whose rows of the calendar it makes."""
    webhook: Annotated[str, Field(min_length=1, max_length=250), PRINTABLE] | None = None
    """Airflow connection of type `http` to the address that is notified of publications and missed deadlines."""
    review: Review | None = None
    """When people are asked; if left out, never."""
    label: Labelling = Labelling.SHOWN
    """Whether each piece tells people that it was made by a machine; `none` needs `decided_by` and `reason`."""
    decided_by: Annotated[str, CleanText(200, is_one_line=True)] | None = None
    """With `label: none`: the person who decided it and answers for it."""
    reason: Annotated[str, CleanText(2000)] | None = None
    """With `label: none`: why."""
    brief: Annotated[dict[str, Any], FieldsOf(Brief, without=FIXED_BY_BRIEFS)] = {}
    """Defaults of the brief's fields: what the trigger form shows."""
    stages: Annotated[dict[StageName, StageSettings], Field(min_length=1), AtMost(50)]
    """By their names in Airflow; each reads stages above it."""

    @field_validator("source", mode="plain")
    @classmethod
    def _source_as_meant(cls, source: object) -> object:
        """In the settings of the source that it names; wrong ones as they are, as those of a brief."""
        named = settings_named(source)
        try:
            return source if named is None else named.model_validate(source)
        except ValidationError:
            return source

    @field_validator("brief")
    @classmethod
    def _defaults_as_meant(cls, defaults: dict[str, Any]) -> dict[str, Any]:
        """As a brief has them; wrong ones as they are, to be told with all that does not fit together."""
        set_here = {name for name, value in defaults.items() if value is not None}
        try:
            return Brief.model_validate({"topic": "defaults", **defaults}).model_dump(mode="json", include=set_here)
        except ValidationError:
            return defaults

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        told = mistakes_between(self.model_dump(mode="json"))
        if told:
            raise ValueError("; ".join(map(str, told)))
        return self

    @property
    def brief_fields(self) -> tuple[str, ...]:
        """The fields of a brief that its stages read, in the brief's order; all others would change nothing."""
        recipes = [recipe_named(stage.recipe) for stage in self.stages.values()]
        read = {name for recipe in recipes for name in (*recipe.brief_fields, *recipe.whole_files)}
        return tuple(name for name in Brief.model_fields if name in read | {"id", "variation", "variations"})

    @property
    def about(self) -> About | None:
        """What its runs are about if they bring no brief; None if each has to bring one."""
        return self.source.about if self.source else None

    @property
    def moments(self) -> tuple[Moment, ...]:
        """When a run stops to ask people."""
        return self.review.moments if self.review else ()

    @property
    def no_label(self) -> NoLabel | None:
        """Who decided that the pieces carry no label; None when they carry one."""
        if self.decided_by is None or self.reason is None:
            return None
        return NoLabel(decided_by=self.decided_by, reason=self.reason)

    def __copy__(self) -> Self:
        """With nothing in it that was worked out for other stages."""
        copied = super().__copy__()
        copied.__dict__.pop("content_stages", None)
        return copied

    @cached_property
    def content_stages(self) -> tuple[ContentStage, ...]:
        """Its stages in the file's order, in which each comes after those it reads."""
        named = [NamedStage(name, recipe_named(each.recipe), each.inputs) for name, each in self.stages.items()]
        found: dict[str, ContentStage] = {}
        for each in wired(named)[0]:
            prompting = found.get(each.read.get(_PROMPTS, ""))
            found[each.name] = ContentStage(self._told(self.stages[each.name], prompting), each)
        return tuple(found.values())

    def stage_named(self, name: str) -> ContentStage | None:
        """Its stage of that name; None where it has none."""
        return next((stage for stage in self.content_stages if stage.name == name), None)

    def of_kind(self, kind: StageKind) -> tuple[ContentStage, ...]:
        """Its stages of that kind."""
        return tuple(stage for stage in self.content_stages if stage.kind is kind)

    def place_of(self, stage: str) -> str:
        """Where the publishing stage of that name publishes: its folder under `published/`, and its asset's name."""
        first = next((each.name for each in self.of_kind(StageKind.PUBLISH)), stage)
        return self.name if stage == first else f"{self.name}{PLACE_MARK}{stage}"

    def _told(self, stage: StageSettings, prompting: ContentStage | None) -> StageSettings:
        """A stage's settings with what the content type says of all; `prompting` writes the prompts that it reads."""
        written = prompting.settings.params if prompting else {}
        of_prompts = {name: value for name, value in written.items() if name == PROMPT_LANGUAGE_PARAM}
        told = {SHOW_PARAM: self.title} | of_prompts | stage.params
        if self.label is not Labelling.SHOWN:
            told[LABEL_PARAM] = self.label.value
        known = recipe_named(stage.recipe).params.model_fields
        return stage.model_copy(update={"params": {name: value for name, value in told.items() if name in known}})


def content_type_in(value: object, more: Sequence[FieldMistake] = ()) -> tuple[ContentType | None, list[FieldMistake]]:
    """The content type in `value`, or None and all that is wrong with it.

    :param more: further mistakes.
    """
    told: list[FieldMistake] = []
    try:
        content_type = ContentType.model_validate(value)
        if not more:
            return content_type, []
    except ValidationError as error:
        told = field_mistakes(error, ContentType)[0]
    between = mistakes_between(value) if isinstance(value, dict) else []
    told = [each for each in told if each.path or not between]
    known = {each.path for each in told}
    return None, [*told, *(each for each in (*between, *more) if each.path not in known)]


def read_content_type(document: Document, more: Sequence[FieldMistake] = ()) -> ContentType:
    """The content type in `document`.

    :param more: further mistakes.
    :raises BadRequest: one line per mistake, with file and line; all of them, whatever else is wrong.
    """
    content_type, mistakes = content_type_in(document.value, more)
    if content_type is None:
        raise refusal_of(document, mistakes)
    return content_type
