"""Outputs and ports that several built-in recipes have."""

from __future__ import annotations

from pydantic import BaseModel

from include.contract.labels import PieceLabel
from include.contract.look import Look
from include.contract.ports import JSON_TYPE, TEXT_TYPE, OutputSpec, Place, Port, Shape
from include.contract.shots import SHOT, Shot
from include.contract.timing import Timing

IMAGE_TYPES = ("image/jpeg", "image/png", "image/webp")
"""Pictures that the built-in recipes open."""
WAV_TYPE = "audio/wav"
MP4_TYPE = "video/mp4"
ZIP_TYPE = "application/zip"
STAGES = "include.runtime.stages"
"""Where the stages of built-in recipes are."""


def text_output(name: str) -> OutputSpec:
    """A text."""
    return OutputSpec(name, TEXT_TYPE)


def json_output(name: str, document: type[BaseModel]) -> OutputSpec:
    """A JSON document of that class."""
    return OutputSpec(name, JSON_TYPE, document)


def written_outputs(document: type[BaseModel], *more: OutputSpec) -> tuple[OutputSpec, ...]:
    """What every text recipe gives: all of it as `script`, its title, the piece's look, what wrote it, and prompts."""
    whole = (
        json_output("script", document),
        text_output("title"),
        json_output("look", Look),
        text_output("digital_source"),
    )
    return (*whole, *more, text_output("image_prompt/"))


LABEL_OUTPUT = json_output("label", PieceLabel)
SHOT_OUTPUTS = json_output(f"{SHOT}/", Shot)
PROMPTS_PORT = Port("image_prompt", Shape.FAMILY, media_types=(TEXT_TYPE,), is_hashed=False, beside="digital_source")
"""Counts the pictures of a piece."""
PICTURES_PORT = Port("image", Shape.PARTS, media_types=IMAGE_TYPES, counted_by="image_prompt")


def speech_ports(counted_by: str) -> tuple[Port, ...]:
    """The speech of each part, with its timing."""
    return (
        Port("speech", Shape.PARTS, media_types=(WAV_TYPE,), counted_by=counted_by),
        Port("timing", Shape.PARTS, media_types=(JSON_TYPE,), document=Timing, counted_by=counted_by, beside="speech"),
    )


def script_port(document: type[BaseModel]) -> Port:
    """All that a text stage wrote."""
    return Port("script", media_types=(JSON_TYPE,), document=document)


def beside_script_port(name: str, document: type[BaseModel] | None = None) -> Port:
    """Another output of the text stage that wrote the script."""
    return Port(name, media_types=(JSON_TYPE if document else TEXT_TYPE,), document=document, beside="script")


def setting_port(name: str, document: type[BaseModel], beside: str) -> Port:
    """What a brief asks of the item's scene."""
    return Port(name, Shape.SPLIT, "", (JSON_TYPE,), document, is_optional=True, beside=beside)


def of_brief_port(name: str, file: str, item_mib: int = 0) -> Port:
    """A file that the brief brings for the item's scene, under the name of its field."""
    return Port(name, Shape.SPLIT, file, is_optional=True, of_brief=True, item_mib=item_mib)


def of_whole_port(name: str, *at: Place, item_mib: int = 0) -> Port:
    """The file of that name that the brief brings, for the items in these places."""
    return Port(name, is_optional=True, of_brief=True, at=at, item_mib=item_mib)
