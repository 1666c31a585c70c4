"""A model of one's own from its files, or its server, to a name in the store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pydantic import ValidationError

from include.contract.errors import BadRequest
from include.contract.mistakes import field_mistakes
from include.contract.model_cards import (
    Backend,
    BackendSettings,
    CardFile,
    ModelCard,
    ModelMemory,
    ModelReference,
    OpenaiSettings,
    OpenvinoSettings,
    Precision,
    TextSettings,
    TransformersSettings,
    Writes,
)
from include.contract.prompts import prompts_digest
from include.contract.values import StageKind
from include.store.models import Models
from include.store.store import Store
from operators.models.files import Chosen, chosen, refusal
from operators.models.headers import Read
from operators.models.recognised import Folder, Recognised, recognised
from operators.models.source import ModelSource
from operators.models.upload import Tell, send_files

ELEMENT_BYTES = {Precision.FLOAT32: 4, Precision.BFLOAT16: 2, Precision.FLOAT16: 2}
SETTINGS: Mapping[Backend, type[TransformersSettings | OpenvinoSettings | OpenaiSettings]] = {
    Backend.TRANSFORMERS: TransformersSettings,
    Backend.OPENVINO: OpenvinoSettings,
    Backend.OPENAI: OpenaiSettings,
}
_CONTEXT, _ANSWER, _PROMPTS = "context_tokens", "answer_tokens", "prompts"
_USUAL = TextSettings()


@dataclass(frozen=True)
class Asked:
    """What whoever adds a model says of it."""

    reference: ModelReference
    licence: str
    commercial: bool
    kind: StageKind | None = None
    """None: as its files say."""
    backend: Backend | None = None
    """None: as its files say."""
    settings: Mapping[str, str] = field(default_factory=dict)
    """Of its backend, by their names; what is not said is as usual."""
    languages: tuple[str, ...] = ()
    working_bytes: int = 0
    only: Sequence[str] = ()
    """Patterns of files; all, when there are none."""
    without: Sequence[str] = ()
    """Patterns of files that are left out."""


@dataclass(frozen=True)
class Looked:
    """A model whose files were looked at, and that nothing is wrong with."""

    source: ModelSource
    chosen: Chosen
    is_a: Recognised


def looked_at(source: ModelSource, asked: Asked) -> Looked:
    """What the files are, from their headers alone.

    :raises BadRequest: they are no model, or one that is refused; a line for each reason.
    """
    found = chosen(source.sizes(), asked.only, asked.without)
    wrong = {path: refusal(path, found.sizes, _reads(source, path)) for path in found.sizes}
    if any(wrong.values()):
        raise BadRequest("\n".join(f"{path}: {why}" for path, why in wrong.items() if why))
    return Looked(source, found, recognised(Folder(source, found.sizes)))


def added(looked: Looked, asked: Asked, store: Store, tell: Tell) -> ModelCard:
    """Have its files, its card and its name lie in the store; the card.

    :raises BadRequest: what is asked does not fit what it is, or the name is another model's.
    """
    backend = _backend(looked.is_a, asked)
    settings = _settings(backend, asked, looked.is_a.context_tokens)
    draft = _card(asked, settings, looked, {path: CardFile(sha256="0" * 64, bytes=0) for path in looked.chosen.sizes})
    files = send_files(looked.source, looked.chosen.sizes, store, tell)
    card = draft.model_copy(update={"files": dict(sorted(files.items()))})
    _keep(card, asked, store)
    return card


def added_server(asked: Asked, store: Store) -> ModelCard:
    """Have the card and the name of a model on a server lie in the store; the card."""
    settings = _settings(Backend.OPENAI, asked, None)
    card = ModelCard(
        kind=asked.kind or StageKind.TEXT,
        settings=settings,
        licence=asked.licence,
        commercial=asked.commercial,
        languages=asked.languages,
        origin=str(getattr(settings, "address", "")),
    )
    _keep(card, asked, store)
    return card


def _keep(card: ModelCard, asked: Asked, store: Store) -> None:
    models = Models(store)
    models.keep(card)
    models.name(asked.reference, card)


def _card(asked: Asked, settings: BackendSettings, looked: Looked, files: dict[str, CardFile]) -> ModelCard:
    is_a = looked.is_a
    element_bytes = ELEMENT_BYTES.get(getattr(settings, "precision", None) or Precision.FLOAT32, 4)
    in_precision = sum(header.bytes_in(element_bytes) for header in is_a.headers)
    weights = in_precision if settings.backend is Backend.TRANSFORMERS else is_a.file_bytes
    return ModelCard(
        kind=is_a.kind,
        settings=settings,
        files=files,
        licence=asked.licence,
        commercial=asked.commercial,
        languages=asked.languages,
        memory=ModelMemory(weights_bytes=weights, working_bytes=asked.working_bytes),
        origin=looked.source.origin,
    )


def _backend(is_a: Recognised, asked: Asked) -> Backend:
    if asked.kind not in (None, is_a.kind):
        raise BadRequest(f"--kind: is of the kind `{is_a.kind}` by its own files (found `{asked.kind}`)")
    if asked.backend is not None and asked.backend not in is_a.backends:
        allowed = " or ".join(f"`{each}`" for each in is_a.backends)
        raise BadRequest(f"--backend: such files are not for `{asked.backend}`; allowed: {allowed}")
    return asked.backend or is_a.backends[0]


def _settings(backend: Backend, asked: Asked, most_context: int | None) -> BackendSettings:
    """The settings that are asked for, within what the model takes.

    :raises BadRequest: a line for each that cannot be.
    """
    said: dict[str, object] = dict(asked.settings)
    if most_context is not None:
        said.setdefault(_CONTEXT, min(most_context, _USUAL.context_tokens))
    said.setdefault(_ANSWER, min(_USUAL.answer_tokens, int(str(said.get(_CONTEXT, _USUAL.context_tokens))) // 2))
    if said.get("writes", Writes.WHOLE) == Writes.WHOLE:
        said[_PROMPTS] = prompts_digest()
    kind = SETTINGS[backend]
    try:
        settings = kind.model_validate(said)
    except ValidationError as error:
        mistakes, _ = field_mistakes(error, kind)
        raise BadRequest("\n".join(f"{option_of(each.path)}: {each.words}" for each in mistakes)) from error
    if most_context is not None and settings.context_tokens > most_context:
        raise BadRequest(f"--context-tokens: the model takes {most_context} (found {settings.context_tokens})")
    return settings


def option_of(place: Sequence[int | str]) -> str:
    """What a setting is called on a command line."""
    return f"--{'.'.join(map(str, place)).replace('_', '-')}"


def _reads(source: ModelSource, path: str) -> Read:
    return lambda begin, end: source.read(path, begin, end)
