"""Models of one's own: the card that says what one is, and the name that leads to it (I6).

A card lies in the store by the digest of its canonical tree, which is the digest that enters fingerprints; a name leads
to one card for ever. Weights are files by digest, never a pickle.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, ValidationError, model_validator

from include.contract.artifacts import ModelIdentity, ModelName, ModelRevision, ModelVariant
from include.contract.canonical import canonical_tree, digest
from include.contract.errors import BadRequest
from include.contract.mistakes import field_mistakes
from include.contract.values import FORMAT, AtMost, Closed, Determinism, Sha256, StageKind, TechnicalName

MAX_FILES = 2000
WHOLE_BATCH = 16
"""Items at once where a model writes whole pieces: their requests meet in it."""
_REFERENCE = re.compile(r"(?P<name>[^@+]+)@(?P<revision>[^@+]+)(?:\+(?P<variant>[^@+]+))?", re.ASCII)
_SPELLING = "`name@revision` or `name@revision+variant`, as in `acme/qwen3-4b@1+int8`"
ONES_OWN = "a model of your own, always with its revision, as in `acme/qwen3-4b@1`"
"""What messages say is allowed besides the registry's models."""
_RESERVED = "builtin/"
_DETERMINISM = (Determinism.BITWISE, Determinism.SEEDED, Determinism.EFFECT)


class Backend(StrEnum):
    """What runs a model."""

    TRANSFORMERS = "transformers"
    OPENVINO = "openvino"
    OPENAI = "openai"
    DIFFUSERS = "diffusers"


class Writes(StrEnum):
    """How a language model writes a piece."""

    WHOLE = "whole"
    """All of it as one JSON document."""
    SENTENCES = "sentences"
    """Some sentences at a time, by the questions for the smallest models; English only."""


class Precision(StrEnum):
    """What a model computes in."""

    FLOAT32 = "float32"
    BFLOAT16 = "bfloat16"
    FLOAT16 = "float16"


def _relative_path(path: str) -> str:
    if path.startswith("/") or "\\" in path or any(part in ("", ".", "..") for part in path.split("/")):
        raise ValueError(f"leaves the model's folder (found {path!r:.200}); allowed: a path below it, with `/`")
    return path


CardPath = Annotated[str, Field(min_length=1, max_length=500), AfterValidator(_relative_path)]


class CardFile(Closed):
    """One file of a model; its bytes lie in the store as a blob."""

    sha256: Sha256
    bytes: Annotated[int, Field(ge=0)]


class TextSettings(Closed):
    """What of a language model's use changes what it writes, whatever runs it."""

    writes: Writes = Writes.WHOLE
    prompts: Sha256 | None = None
    """Of the prompt files that ship (`include/prompts`), for a model that writes whole pieces."""
    context_tokens: Annotated[int, Field(ge=256, le=10_000_000)] = 4096
    """Prompt and answer together."""
    answer_tokens: Annotated[int, Field(ge=16, le=1_000_000)] = 2048
    """Of one answer at most."""
    temperature: Annotated[float, Field(ge=0, le=2)] = 0.7
    """0 takes the likeliest token each time."""
    top_p: Annotated[float, Field(gt=0, le=1)] = 0.9


class TransformersSettings(TextSettings):
    """A causal language model in torch, from safetensors or GGUF, with the chat template among its files."""

    backend: Literal[Backend.TRANSFORMERS] = Backend.TRANSFORMERS
    precision: Precision = Precision.FLOAT32


class OpenvinoSettings(TextSettings):
    """A causal language model in OpenVINO, from GGUF or a converted folder."""

    backend: Literal[Backend.OPENVINO] = Backend.OPENVINO
    precision: Precision = Precision.FLOAT32


class OpenaiSettings(TextSettings):
    """A model behind an API in the manner of OpenAI's; it has no files, and its revision is its user's to raise."""

    backend: Literal[Backend.OPENAI] = Backend.OPENAI
    address: Annotated[str, Field(pattern=r"^https?://[^\s@?#]+$", max_length=500)]
    """Base URL, with `/v1`."""
    server_model: TechnicalName
    """What the server calls it."""


class DiffusersSettings(Closed):
    """A pipeline of diffusers, with the configuration of each of its parts among its files."""

    backend: Literal[Backend.DIFFUSERS] = Backend.DIFFUSERS
    precision: Precision = Precision.FLOAT32
    scheduler: Annotated[str, Field(pattern=r"^[A-Z][A-Za-z0-9]*Scheduler$", max_length=100)] | None = None
    """By its name in diffusers; None: the one among its files."""
    steps: Annotated[int, Field(ge=1, le=1000)] = 30
    """From noise to what is made."""
    guidance: Annotated[float, Field(ge=0, le=100)] = 5.0
    """How closely the prompt is followed; 0 where the model was made to do without."""


BackendSettings = Annotated[
    TransformersSettings | OpenvinoSettings | OpenaiSettings | DiffusersSettings, Field(discriminator="backend")
]


class ModelMemory(Closed):
    """What a model needs while it works; rules who may run it, before anything is downloaded."""

    weights_bytes: Annotated[int, Field(ge=0)] = 0
    """From the headers of its files."""
    working_bytes: Annotated[int, Field(ge=0)] = 0
    """Measured: all that it takes besides."""
    offload: bool = False
    """Whether only a part of the weights need be on the accelerator."""
    offloaded_bytes: Annotated[int, Field(ge=0)] = 0
    """Of the accelerator, where it is offloaded."""


class ModelCard(Closed):
    """What a model is."""

    format: int = FORMAT
    kind: StageKind
    settings: BackendSettings
    """Of its backend: all that changes its bytes besides its files."""
    files: Annotated[dict[CardPath, CardFile], AtMost(MAX_FILES)] = {}
    """By path in the model's folder."""
    licence: TechnicalName
    commercial: bool
    """Whether what it makes may be used commercially."""
    languages: Annotated[tuple[str, ...], AtMost(500)] = ()
    """BCP 47; none: not known."""
    memory: ModelMemory = ModelMemory()
    determinism: Determinism = Determinism.SEEDED
    origin: str = ""
    """Where it came from, for people."""

    @model_validator(mode="after")
    def _files_or_server(self) -> Self:
        if (self.settings.backend is Backend.OPENAI) is bool(self.files):
            raise ValueError("`files` belong to every backend but `openai`, whose model is on a server")
        return self

    @property
    def backend(self) -> Backend:
        """What runs it."""
        return self.settings.backend

    @property
    def batch_size(self) -> int | None:
        """Items computed together unless the content type says another number; None: as many as the recipe says."""
        is_whole = isinstance(self.settings, TextSettings) and self.settings.writes is Writes.WHOLE
        return WHOLE_BATCH if is_whole else None

    @property
    def digest(self) -> str:
        """Of its canonical tree: its key, and the digest of its identity (I6)."""
        return digest(canonical_tree(self))


@dataclass(frozen=True)
class ModelReference:
    """A model as people name it: `acme/qwen3-4b@1+int8`."""

    name: str
    revision: str
    variant: str = ""

    def __str__(self) -> str:
        return f"{self.name}@{self.revision}" + (f"+{self.variant}" if self.variant else "")

    def identity(self, card: ModelCard) -> ModelIdentity:
        """How the model that is called so enters a fingerprint."""
        return ModelIdentity(name=self.name, revision=self.revision, variant=self.variant, digest=card.digest)


class _Parts(Closed):
    """What a reference is made of."""

    name: ModelName
    revision: ModelRevision
    variant: ModelVariant


def is_reference(model: str) -> bool:
    """Whether `model` names one whose card lies in the store; else it is of the registry."""
    return "@" in model


def is_built_in(model: str) -> bool:
    """Whether `model` names one that ships, whatever it is followed by."""
    return model.startswith(_RESERVED)


def read_reference(text: str) -> ModelReference:
    """The name in `text`.

    :raises BadRequest: it is written otherwise.
    """
    found = _REFERENCE.fullmatch(text)
    if found is None:
        raise BadRequest(f"is no name of a model with its revision (found {text!r:.200}); allowed: {_SPELLING}")
    try:
        parts = _Parts(name=found["name"], revision=found["revision"], variant=found["variant"] or "")
    except ValidationError as error:
        mistakes, _ = field_mistakes(error, _Parts)
        why = "; ".join(f"its {each.path[0]} {each.words}" for each in mistakes)
        raise BadRequest(f"is no name of a model (found {text!r:.200}): {why}") from error
    empty = [part for part in parts.name.split("/") if part in ("", ".", "..")]
    if empty:
        what = f"a part that is `{empty[0]}`" if empty[0] else "an empty part"
        raise BadRequest(f"has {what} in its name (found {text!r:.200}); allowed: {_SPELLING}")
    if is_built_in(parts.name):
        raise BadRequest(
            f"is in `{_RESERVED}`, which is for what ships (found {text!r:.200}); allowed: a built-in model without a "
            f"revision, or {ONES_OWN}"
        )
    return ModelReference(parts.name, parts.revision, parts.variant)


def weaker(*promises: Determinism) -> Determinism:
    """The weakest of several promises: a recipe's, and its model's."""
    return max(promises, key=_DETERMINISM.index)


def fits(card: ModelCard, kind: StageKind, backends: Iterable[Backend]) -> bool:
    """Whether a recipe of `kind` that knows `backends` can work with `card`."""
    return card.kind is kind and card.backend in tuple(backends)
