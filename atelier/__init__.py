"""What code from outside imports: recipes, models, sources, publishers and engines that a distribution brings.

Everything in here is stable: a name disappears or changes its meaning only with a new major version. What is
imported from `include` or `operators` is not. A distribution says what it brings by entry points:

    [project.entry-points."atelier.recipes"]
    "haiku.poem" = "my_recipes.recipes:HAIKU_POEM"

    [project.entry-points."atelier.models"]
    my-recipes = "my_recipes:models.yaml"

    [project.entry-points."atelier.sources"]
    almanac = "my_recipes.sources:AlmanacSettings"

    [project.entry-points."atelier.publishers"]
    "letters.send" = "my_recipes.recipes:LETTERS_SEND"

What an entry point names is imported wherever Airflow parses DAGs, so it is light. `Stage` and what belongs to it are
for the module that a recipe's `stage` points to, which only a stage's process imports; there, anything may be heavy.

Never here: code. Each name is part of the contract or of the runtime, and re-exported.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from include.contract.article import Article
from include.contract.brief import Brief, Language, Scene, Script, Topic
from include.contract.canonical import NEUTRAL
from include.contract.cards import ProductText
from include.contract.dialogue import Dialogue, Line
from include.contract.digital_source import DigitalSource
from include.contract.errors import (
    AtelierError,
    BadRequest,
    CheckFailed,
    CorruptInput,
    DeviceLost,
    DeviceOutOfMemory,
    HostOutOfMemory,
    ModelAway,
    ModelRefused,
    PermanentError,
    PlaceAway,
    RejectedContent,
    SourceAway,
    TransientError,
    UnknownModel,
)
from include.contract.labels import Labelling, PieceLabel
from include.contract.look import Look
from include.contract.parsing import json_in, model_in
from include.contract.ports import JSON_TYPE, TEXT_TYPE, OutputSpec, Port, Shape
from include.contract.publishing import FilePort, Role, ports_of_piece
from include.contract.recipe import Recipe
from include.contract.recipe_ports import IMAGE_TYPES, WAV_TYPE
from include.contract.shots import Shot
from include.contract.source import (
    About,
    Fetched,
    Source,
    SourceAccess,
    SourceNotes,
    SourceRun,
    SourceSettings,
)
from include.contract.source_rows import DatedRows, Mistake, SourceRow, SourceRows
from include.contract.timing import Timing
from include.contract.unaided import Unaided
from include.contract.values import Aspect, AtMost, CleanText, Closed, Determinism, Mood, ShortSidePx, StageKind

if TYPE_CHECKING:
    from include.runtime.publisher import Assignment, Piece, PieceFile, Placed, Publisher
    from include.runtime.stage import ItemResult, ItemStage, ModelFiles, Output, Stage, Work, read_back, saved

_OF_THE_RUNTIME = {
    **dict.fromkeys(
        ("ItemResult", "ItemStage", "ModelFiles", "Output", "Stage", "Work", "read_back", "saved"),
        "include.runtime.stage",
    ),
    **dict.fromkeys(("Assignment", "Piece", "PieceFile", "Placed", "Publisher"), "include.runtime.publisher"),
}

__all__ = [
    "IMAGE_TYPES",
    "JSON_TYPE",
    "NEUTRAL",
    "TEXT_TYPE",
    "WAV_TYPE",
    "About",
    "Article",
    "Aspect",
    "Assignment",
    "AtMost",
    "AtelierError",
    "BadRequest",
    "Brief",
    "CheckFailed",
    "CleanText",
    "Closed",
    "CorruptInput",
    "DatedRows",
    "Determinism",
    "DeviceLost",
    "DeviceOutOfMemory",
    "Dialogue",
    "DigitalSource",
    "Fetched",
    "FilePort",
    "HostOutOfMemory",
    "ItemResult",
    "ItemStage",
    "Labelling",
    "Language",
    "Line",
    "Look",
    "Mistake",
    "ModelAway",
    "ModelFiles",
    "ModelRefused",
    "Mood",
    "Output",
    "OutputSpec",
    "PermanentError",
    "Piece",
    "PieceFile",
    "PieceLabel",
    "PlaceAway",
    "Placed",
    "Port",
    "ProductText",
    "Publisher",
    "Recipe",
    "RejectedContent",
    "Role",
    "Scene",
    "Script",
    "Shape",
    "ShortSidePx",
    "Shot",
    "Source",
    "SourceAccess",
    "SourceAway",
    "SourceNotes",
    "SourceRow",
    "SourceRows",
    "SourceRun",
    "SourceSettings",
    "Stage",
    "StageKind",
    "Timing",
    "Topic",
    "TransientError",
    "Unaided",
    "UnknownModel",
    "Work",
    "json_in",
    "model_in",
    "ports_of_piece",
    "read_back",
    "saved",
]


def __getattr__(name: str) -> Any:
    """What belongs to a stage, which Airflow's image has not."""
    if name not in _OF_THE_RUNTIME:
        raise AttributeError(f"module 'atelier' has no attribute {name!r}")
    try:
        module = import_module(_OF_THE_RUNTIME[name])
    except ModuleNotFoundError as error:
        raise ImportError(
            f"`atelier.{name}` exists only where stages run; import it in the module that the recipe's `stage` "
            "points to, and nowhere else"
        ) from error
    return getattr(module, name)
