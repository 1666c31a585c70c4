"""The base of every model in the contract, and the small value types that several of them use."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    StringConstraints,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core.core_schema import (
    CoreSchema,
    no_info_after_validator_function,
    no_info_before_validator_function,
)

FORMAT = 1
"""Major version of everything in the store (K1)."""


@dataclass(frozen=True)
class TextForm:
    """Requires a text field to have a given form, which messages put in words."""

    pattern: str
    allowed: str

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Checked after everything that stands before it."""
        return no_info_after_validator_function(self._checked, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """With the pattern that forms and editors check."""
        return handler(schema) | {"pattern": self.pattern}

    def _checked(self, text: str) -> str:
        if re.search(self.pattern, text, re.ASCII) is None or text.endswith("\n"):
            raise ValueError(f"has the wrong form; allowed: {self.allowed}")
        return text


Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Slug = Annotated[
    str,
    Field(max_length=80),
    TextForm(
        r"^[a-z0-9]+(-[a-z0-9]+)*$", "the letters a to z, digits, and single hyphens between them, as in `honey-bees`"
    ),
]
Name = Annotated[
    str,
    Field(max_length=60),
    TextForm(r"^[a-z][a-z0-9_]*$", "the letters a to z, digits and `_`, starting with a letter, as in `morning_tip`"),
]
"""Name of a content type: the id of its DAG."""
Place = Annotated[
    str,
    Field(max_length=101),
    TextForm(
        r"^[a-z][a-z0-9_]*(-[a-z0-9]+)*$", "a content type's name, or that, `-` and the name of a stage that publishes"
    ),
]
"""Where pieces are published: a folder under `published/`."""
Bucket = Annotated[
    str, TextForm(r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", "3 to 63 of the letters a to z, digits, dots and hyphens")
]
"""Name of an S3 bucket."""
RESERVED_STAGES = ("brief", "review")
"""Tasks of every run, and of runs that ask people."""


def _free_stage_name(name: str) -> str:
    if name in RESERVED_STAGES:
        raise ValueError("is reserved for a task that every run has; choose another")
    return name


StageName = Annotated[
    str,
    Field(max_length=40),
    TextForm(
        r"^[a-z0-9]+(-[a-z0-9]+)*$", "the letters a to z, digits, and single hyphens between them, as in `cover-art`"
    ),
    AfterValidator(_free_stage_name),
]
"""Name of a stage in its content type: the id of its task."""
_Enum = TypeVar("_Enum", bound=StrEnum)
OrLater = Annotated[
    _Enum | Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)],
    Field(union_mode="left_to_right"),
]
"""A word from a list that a later minor version may extend (K1): an unknown word is read, and shown, as it was found.
Compare with `is`, and treat an unknown word as the most cautious of the known ones."""
_CUT = "…"


UNSAID = Field(exclude_if=lambda value: value is None)
"""Keeps a later field out of the bytes of objects that do not use it."""
_MAX_MARKS = 300
"""Combining marks in a row, ten times what any language stacks (UAX 15, 13): NFC sorts them in quadratic time."""
_MAX_DECOMPOSED = 4
"""Characters that NFC makes one of, at most (UAX 15, 15)."""


def clean_text(text: str) -> str:
    """Text as it is hashed and used (I4): NFC, without blanks at its ends, with one kind of newline.

    :raises ValueError: control characters other than newline and tab, lone surrogates, or more than 300
        combining marks in a row.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    marks = 0
    for position, character in enumerate(text):
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks > _MAX_MARKS:
            raise ValueError(f"has more than {_MAX_MARKS} combining marks in a row at position {position}; remove some")
    text = unicodedata.normalize("NFC", text).strip()
    for position, character in enumerate(text):
        if unicodedata.category(character) in ("Cc", "Cs") and character not in "\n\t":
            raise ValueError(f"has the control character U+{ord(character):04X} at position {position}; remove it")
    return text


def shortened(text: str, most_bytes: int) -> str:
    """`text` cut to at most so many bytes of UTF-8; lone surrogates, which UTF-8 cannot express, become `?`."""
    body = text.encode(errors="replace")
    if len(body) <= most_bytes:
        return body.decode()
    return f"{body[: most_bytes - len(_CUT.encode())].decode(errors='ignore')}{_CUT}"


@dataclass(frozen=True)
class CleanText:
    """Requires a text field to be clean text; its limits apply to the text after cleaning."""

    max_characters: int
    is_one_line: bool = False
    may_be_empty: bool = False

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Checked and cleaned after everything that stands before it."""
        return no_info_after_validator_function(self.cleaned, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """With the limit that forms and editors check."""
        return handler(schema) | {"maxLength": self.max_characters}

    def cleaned(self, text: str) -> str:
        """`text` after cleaning.

        :raises ValueError: it is not what this allows.
        """
        text = text.strip()
        if len(text) <= self.max_characters * _MAX_DECOMPOSED:
            text = clean_text(text)
        if len(text) > self.max_characters:
            raise ValueError(f"has {len(text)} characters; allowed: at most {self.max_characters} characters")
        if self.is_one_line and ("\n" in text or "\t" in text):
            raise ValueError("has a line break or a tab; write it on one line")
        if not text and not self.may_be_empty:
            raise ValueError("is empty; write something or leave the field out")
        return text


@dataclass(frozen=True)
class AtMost:
    """Refuses a list or mapping that is too long before looking for mistakes in each of its parts."""

    parts: int

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Checked before everything that stands before it."""
        return no_info_before_validator_function(self._checked, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """With the limit that forms and editors check."""
        json_schema = handler(schema)
        return json_schema | {"maxItems" if json_schema.get("type") == "array" else "maxProperties": self.parts}

    def _checked(self, value: object) -> object:
        if isinstance(value, list | tuple | dict) and len(value) > self.parts:
            raise ValueError(f"has {len(value)} parts; allowed: at most {self.parts}")
        return value


@dataclass(frozen=True)
class FieldsOf:
    """Gives a mapping the JSON schema of `model`, whose fields it sets for others."""

    model: type[BaseModel]
    without: frozenset[str] = frozenset()

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """That of the model, less what stands in `without`."""
        whole = handler.resolve_ref_schema(handler(self.model.__pydantic_core_schema__))
        fields = {name: field for name, field in whole["properties"].items() if name not in self.without}
        return {"type": "object", "additionalProperties": False, "properties": fields}


Title = Annotated[str, CleanText(200)]
ImagePrompt = Annotated[str, CleanText(1000)]
Description = Annotated[str, CleanText(5000)]


def _printable(text: str) -> str:
    if not text.isprintable() or text != text.strip():
        raise ValueError("starts or ends with a blank, or has unprintable characters; remove them")
    return text


PRINTABLE = AfterValidator(_printable)
"""A name in another system, taken as it is: a path, an image, a connection."""
TechnicalName = Annotated[str, Field(min_length=1, max_length=1024), PRINTABLE]


Quantity = Annotated[str, TextForm(r"^[0-9]+(Mi|Gi|Ti)$", "a number with `Mi`, `Gi` or `Ti`, as in `20Gi`")]
"""An amount of bytes as Kubernetes writes it."""
_QUANTITY_UNITS = {"Mi": 1 << 20, "Gi": 1 << 30, "Ti": 1 << 40}


def quantity_bytes(quantity: Quantity) -> int:
    """How many bytes `quantity` is."""
    return int(quantity[:-2]) * _QUANTITY_UNITS[quantity[-2:]]


class Closed(BaseModel):
    """What people write, and requests: unknown fields are errors (K1), and so are NaN and infinities."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Open(BaseModel):
    """What the store holds: unknown fields come from a newer minor version and are ignored (K1); numbers are finite."""

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)


def known_fields(model: type[BaseModel]) -> BeforeValidator:
    """Has a closed `model` inside an open one read like the open one: fields of a later version are ignored (K1)."""

    def known(value: Any) -> Any:
        if not isinstance(value, Mapping):
            return value
        return {name: inner for name, inner in value.items() if name in model.model_fields}

    return BeforeValidator(known)


class StageKind(StrEnum):
    """What comes out of a stage: the closed list. `post` marks or improves something finished, such as a film."""

    TEXT = "text"
    IMAGE = "image"
    SPEECH = "speech"
    CLIP = "clip"
    VIDEO = "video"
    AUDIO = "audio"
    PAGE = "page"
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


class Transition(StrEnum):
    """How one scene's picture gives way to the next one's."""

    CROSSFADE = "crossfade"
    FADE_BLACK = "fade_black"
    """Through black."""
    SLIDE = "slide"
    """The next picture pushes the one before out of the frame, to the left."""
    CUT = "cut"
    """At once."""


class Camera(StrEnum):
    """How a camera moves over pictures."""

    NONE = "none"
    GENTLE = "gentle"
    LIVELY = "lively"


class Fit(StrEnum):
    """How a picture of another shape than the frame fills it."""

    COVER = "cover"
    """Whole frame, with the part of the picture where most stands out."""
    CONTAIN = "contain"
    """All of the picture, on a colour of the piece's look."""
    BLUR = "blur"
    """All of the picture, over itself out of focus."""


class Speech(StrEnum):
    """Who speaks in a scene, where nobody is to."""

    NONE = "none"
    """Its text is shown in silence."""


class Corner(StrEnum):
    """Where in a picture something small stands."""

    TOP_LEFT = "top_left"
    TOP_RIGHT = "top_right"
    BOTTOM_LEFT = "bottom_left"
    BOTTOM_RIGHT = "bottom_right"


class SubtitleStyle(StrEnum):
    """How words are shown while they are heard."""

    LINES = "lines"
    """One or two lines."""
    HIGHLIGHT = "highlight"
    """Lines in which the word that is heard has another colour."""
    WORD = "word"
    """One to three words, and larger."""


class SubtitlePosition(StrEnum):
    """Where in the picture subtitles stand."""

    BOTTOM = "bottom"
    MIDDLE = "middle"
    TOP = "top"


class Mood(StrEnum):
    """What the built-in music is like; the first word of its tracks' names."""

    CALM = "calm"
    NOSTALGIC = "nostalgic"
    TENDER = "tender"


class LogoPlace(Closed):
    """How a logo is shown."""

    corner: Corner = Corner.TOP_RIGHT
    opacity: Annotated[float, Field(gt=0, le=1)] = 1.0


OwnFile = Annotated[str, CleanText(1024, is_one_line=True)]
"""Name of a file that somebody brings: below the deployment's folder, or `s3://bucket/key`."""
LATER = Field(exclude_if=lambda value: value is None, json_schema_extra={"neutral": None})
"""A field of what is hashed that came later: neither in bytes nor in fingerprints where it is not set."""
ShortSidePx = Annotated[int, Field(ge=240, le=2160, multiple_of=2)]
Colour = Annotated[str, TextForm(r"^#[0-9a-fA-F]{6}$", "a colour such as `#ffd60a`")]
