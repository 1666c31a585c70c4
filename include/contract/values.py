"""The base of every model in the contract, and the small value types that several of them use."""

from __future__ import annotations

import unicodedata
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

FORMAT = 1
"""Major version of everything in the store (K1)."""

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
"""Of a content type: the id of its DAG."""


def clean_text(text: str) -> str:
    """Text as it is hashed and computed on (I4): NFC, no outer blanks, one kind of newline.

    :raises ValueError: control characters other than newline and tab, or lone surrogates.
    """
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    for position, character in enumerate(text):
        if unicodedata.category(character) in ("Cc", "Cs") and character not in "\n\t":
            raise ValueError(f"has the control character U+{ord(character):04X} at position {position}; remove it")
    return text


def _clean_and_not_empty(text: str) -> str:
    cleaned = clean_text(text)
    if not cleaned:
        raise ValueError("is empty; write something or leave the field out")
    return cleaned


CLEAN = AfterValidator(_clean_and_not_empty)
"""Makes a text field one of clean text."""
Title = Annotated[str, Field(max_length=200), CLEAN]
ImagePrompt = Annotated[str, Field(max_length=1000), CLEAN]
Description = Annotated[str, Field(max_length=5000), CLEAN]


class Closed(BaseModel):
    """What people and requests write: unknown fields are errors (K1)."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Open(BaseModel):
    """What the store holds: unknown fields come from a newer minor version and are ignored (K1)."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class StageKind(StrEnum):
    """The closed list of stage kinds."""

    TEXT = "text"
    IMAGE = "image"
    SPEECH = "speech"
    VIDEO = "video"
    POST = "post"
    PUBLISH = "publish"


class Determinism(StrEnum):
    """What a recipe promises of a remake (I10)."""

    BITWISE = "bitwise"
    """The same bytes anywhere, on any number of cores."""
    SEEDED = "seeded"
    """The same on the same device and libraries."""
    EFFECT = "effect"
    """Changes something outside the store."""


class Aspect(StrEnum):
    """Shape of a picture: width to height."""

    WIDE = "16:9"
    UPRIGHT = "9:16"
    SQUARE = "1:1"

    def frame_px(self, short_side_px: int) -> tuple[int, int]:
        """Width and height in pixels, both even, as H.264's 4:2:0 planes need."""
        long_side_px = round(short_side_px * 16 / 9 / 2) * 2
        if self is Aspect.WIDE:
            return long_side_px, short_side_px
        if self is Aspect.UPRIGHT:
            return short_side_px, long_side_px
        return short_side_px, short_side_px


ShortSidePx = Annotated[int, Field(ge=240, le=2160, multiple_of=2)]
