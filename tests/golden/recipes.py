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
from include.contract.planning import Numbered, gather, per_brief, per_scene
from include.contract.publishing import PIECES, FileRule, Piece, Role, published
from include.contract.recipes import RECIPES, Recipe
from include.contract.values import Aspect, Closed, Determinism, StageKind

if TYPE_CHECKING:
    import pytest

MODELS = Path(__file__).with_name("models.yaml")
TEXT, IMAGE, POST, PUBLISH = StageKind.TEXT, StageKind.IMAGE, StageKind.POST, StageKind.PUBLISH


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


CARD = Piece(
    files=(
        FileRule(POST, "card", "card.txt", Role.MAIN),
        FileRule(POST, "leaf/", "leaves/{number}.txt", Role.PART),
    ),
    summary="description",
)
GOLDEN_PIECES = {"golden.publish": CARD}
GOLDEN_RECIPES = {
    recipe.name: recipe
    for recipe in (
        Recipe(
            kind=TEXT,
            name="golden.script",
            revision=3,
            params=GoldenScriptParams,
            model="golden/words",
            reads=(),
            plan=per_brief,
            outputs=("script", "title", "look", "image_prompt/"),
            parts=lambda brief: {"image_prompt": brief.scenes},
            batch_size=4,
        ),
        Recipe(
            kind=IMAGE,
            name="golden.picture",
            revision=1,
            params=GoldenPictureParams,
            model="golden/pictures",
            reads=(TEXT,),
            plan=per_scene(TEXT, "image_prompt", shared=("look",)),
            outputs=("image",),
            item_per="image_prompt",
        ),
        Recipe(
            kind=POST,
            name="golden.card",
            revision=2,
            params=GoldenCardParams,
            model="golden/pages",
            reads=(TEXT, IMAGE),
            plan=gather(
                ((TEXT, "title"),),
                Numbered(counted_by=(TEXT, "image_prompt"), outputs=((IMAGE, "image"),)),
            ),
            outputs=("card", "leaf/"),
            brief_files=("music",),
        ),
        Recipe(
            kind=PUBLISH,
            name="golden.publish",
            revision=1,
            params=GoldenPublishParams,
            model="golden/publisher",
            reads=(TEXT, POST),
            plan=published(CARD),
            outputs=("card", "leaf/"),
            determinism=Determinism.EFFECT,
        ),
    )
}


def register(patch: pytest.MonkeyPatch) -> None:
    """Have the contract know the golden recipes until `patch` is undone."""
    for name, recipe in GOLDEN_RECIPES.items():
        patch.setitem(RECIPES, name, recipe)
    for name, piece in GOLDEN_PIECES.items():
        patch.setitem(PIECES, name, piece)
