"""The recipes of the golden bucket. They are never changed: what was made with them has to be found by any later code.

They belong to the tests, since a shipped recipe's revision may rise.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from include.contract.brief import Language, Topic
from include.contract.canonical import NEUTRAL
from include.contract.ports import JSON_TYPE, TEXT_TYPE, OutputSpec, Port, Shape
from include.contract.publishing import FilePort, Role, ports_of_piece
from include.contract.recipe import Recipe
from include.contract.registry import recipes
from include.contract.values import Aspect, Closed, Determinism, StageKind

if TYPE_CHECKING:
    import pytest

MODELS = Path(__file__).with_name("models.yaml")
TEXT, IMAGE, PAGE, PUBLISH = StageKind.TEXT, StageKind.IMAGE, StageKind.PAGE, StageKind.PUBLISH


class Mood(StrEnum):
    """An enumeration among the parameters."""

    CALM = "calm"
    BRIGHT = "bright"


class GoldenScriptParams(Closed):
    """A parameter of each kind that canonical form has a rule for."""

    topic: Topic | None = None
    language: Language = "en"
    scenes: int = 2
    mood: Mood = Mood.CALM
    pace: float = 1.0
    tilt: float = 0.1
    tags: tuple[str, ...] = ()
    places: dict[str, int] = {}
    is_short: bool = False
    motto: str | None = None
    closing: Annotated[str, Field(json_schema_extra={NEUTRAL: ""})] = ""
    """Came later: left out of the fingerprint while it is empty."""


class GoldenPictureParams(Closed):
    """Of a picture."""

    aspect: Aspect = Aspect.WIDE
    scale: float = 0.25


class GoldenCardParams(Closed):
    """Of a card."""

    language: Language = "en"


class GoldenPublishParams(Closed):
    """Of a published card."""

    language: Language = "en"


def _text(name: str) -> OutputSpec:
    return OutputSpec(name, TEXT_TYPE)


GOLDEN_RECIPES = {
    recipe.name: recipe
    for recipe in (
        Recipe(
            kind=TEXT,
            name="golden.script",
            revision=3,
            params=GoldenScriptParams,
            stage="tests.golden.stages:GoldenScript",
            model="golden/words",
            outputs=(
                OutputSpec("script", JSON_TYPE),
                _text("title"),
                OutputSpec("look", JSON_TYPE),
                _text("image_prompt/"),
            ),
            parts=lambda brief: {"image_prompt": brief.scenes},
            batch_size=4,
        ),
        Recipe(
            kind=IMAGE,
            name="golden.picture",
            revision=1,
            params=GoldenPictureParams,
            stage="tests.golden.stages:GoldenPicture",
            model="golden/pictures",
            outputs=(_text("image"),),
            ports=(Port("image_prompt", Shape.SPLIT), Port("look", beside="image_prompt")),
        ),
        Recipe(
            kind=PAGE,
            name="golden.card",
            revision=2,
            params=GoldenCardParams,
            stage="tests.golden.stages:GoldenCard",
            model="golden/pages",
            outputs=(_text("card"), _text("leaf/")),
            ports=(
                Port("title"),
                Port("image_prompt", Shape.FAMILY, is_hashed=False, beside="title"),
                Port("image", Shape.PARTS, counted_by="image_prompt"),
            ),
            brief_files=("music",),
        ),
        Recipe(
            kind=PUBLISH,
            name="golden.publish",
            revision=1,
            params=GoldenPublishParams,
            model="golden/publisher",
            outputs=(),
            ports=ports_of_piece(
                FilePort(name="card", file="card.txt", role=Role.MAIN),
                FilePort(name="leaf", shape=Shape.FAMILY, beside="card", file="leaves/{number}.txt", role=Role.PART),
            ),
            stage="include.runtime.publishing.store_publisher:StorePublisher",
            summary=("description",),
            determinism=Determinism.EFFECT,
        ),
    )
}


def register(patch: pytest.MonkeyPatch) -> None:
    """Have the contract know the golden recipes until `patch` is undone."""
    for name, recipe in GOLDEN_RECIPES.items():
        patch.setitem(recipes(), name, recipe)
