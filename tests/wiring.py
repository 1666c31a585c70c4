"""What the ports of a recipe read in tests: stages that are called after what they make."""

from __future__ import annotations

from functools import cache
from typing import Any

from include.contract.registry import recipe_named, recipes
from include.contract.requests import UpstreamRef
from include.contract.values import StageKind
from include.contract.wiring import NamedStage, wired

TEXTS = {
    "script.narrated": (
        "image.scene",
        "speech.narration",
        "clip.still",
        "video.narrated",
        "publish.video",
        "publish.folder",
    ),
    "article.sections": ("image.scene", "page.article", "publish.article"),
    "script.dialogue": ("image.scene", "speech.dialogue", "audio.podcast", "publish.podcast"),
    "caption.product": ("image.scene", "image.card", "publish.cards"),
}
"""The recipes behind each text recipe, as the shipped content types have them."""
FILM_STAGES: dict[str, dict[str, Any]] = {
    "text": {"recipe": "script.narrated"},
    "image": {"recipe": "image.scene"},
    "speech": {"recipe": "speech.narration"},
    "clip": {"recipe": "clip.still"},
    "video": {"recipe": "video.narrated"},
}
"""Of a content type of films that nobody publishes."""
NAMES = {"image.card": "card", "publish.folder": "archive"}
"""Of stages of whose kind there is another."""


def stage_name(recipe: str) -> str:
    """Of the recipe's stage in tests: `text`, `image`, `card`, …"""
    return NAMES.get(recipe) or recipes()[recipe].kind.value


@cache
def reading(recipe: str) -> dict[str, str]:
    """The stage that each port of the recipe reads."""
    for text, others in TEXTS.items():
        if recipe in (text, *others):
            chain = [NamedStage(stage_name(each), recipe_named(each)) for each in (text, *others)]
            return next(dict(stage.read) for stage in wired(chain)[0] if stage.recipe.name == recipe)
    raise ValueError(recipe)


def ref_to(
    recipe: str, stage: str, manifest: str = "m", content_digest: str = "0" * 64, kind: StageKind | None = None
) -> UpstreamRef:
    """What a request of the recipe says of the stage that it reads."""
    return UpstreamRef(
        stage=stage,
        kind=kind or StageKind(stage if stage != "card" else "image"),
        ports=tuple(port for port, source in reading(recipe).items() if source == stage),
        task_id=stage,
        manifest=manifest,
        content_digest=content_digest,
    )
