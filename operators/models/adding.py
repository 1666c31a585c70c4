"""From a model's files, or its server, to a name in the store."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from unicodedata import normalize

from pydantic import TypeAdapter, ValidationError

from include.contract.errors import BadRequest
from include.contract.mistakes import field_mistakes
from include.contract.model_cards import (
    Backend,
    BackendSettings,
    CardFile,
    CardPath,
    DiffusersSettings,
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
from operators.models.contents import Contents
from operators.models.files import Chosen, chosen, refused_by_name
from operators.models.known import UNHASHED, known_as
from operators.models.recognised import Recognised, recognised
from operators.models.source import ModelSource
from operators.models.upload import Tell, send_files

SETTINGS: Mapping[Backend, type[TransformersSettings | OpenvinoSettings | OpenaiSettings | DiffusersSettings]] = {
    Backend.TRANSFORMERS: TransformersSettings,
    Backend.OPENVINO: OpenvinoSettings,
    Backend.OPENAI: OpenaiSettings,
    Backend.DIFFUSERS: DiffusersSettings,
}
_ELEMENT_BYTES = {Precision.FLOAT32: 4, Precision.BFLOAT16: 2, Precision.FLOAT16: 2}
_USUAL = TextSettings()
_UNSAID = ("backend", "prompts")
"""Settings that cannot be given: they follow from the others."""
_PATH: TypeAdapter[str] = TypeAdapter(CardPath)


@dataclass(frozen=True)
class Asked:
    """What the person who adds a model says about it."""

    reference: ModelReference
    licence: str
    commercial: bool
    kind: StageKind | None = None
    """None means what its files say."""
    backend: Backend | None = None
    """None means what its files say."""
    settings: Mapping[str, str] = field(default_factory=dict)
    """Settings of its backend, by their names; those left out have their defaults."""
    languages: tuple[str, ...] = ()
    working_bytes: int = 0
    """Memory that it needs besides the weights."""
    offloaded_bytes: int = 0
    """Memory of the accelerator that it needs if the weights stay in the host's; 0 if they cannot."""


@dataclass(frozen=True)
class Looked:
    """A model whose files were read and are in order."""

    source: ModelSource
    files: Chosen
    model: Recognised


def looked_at(source: ModelSource, only: Sequence[str] = (), without: Sequence[str] = ()) -> Looked:
    """The model in the files of `source` that match a pattern of `only` (all if there are none) and none of `without`.

    :raises BadRequest: they are not a model, or one that is refused; a line for each reason.
    """
    files = chosen(source.sizes(), only, without)
    twins = _twins(files.sizes)
    wrong = {
        path: _wrong_path(path) or twins.get(path, "") or refused_by_name(path, files.sizes) for path in files.sizes
    }
    if any(wrong.values()):
        raise BadRequest("\n".join(f"{_shown(path)}: {why}" for path, why in wrong.items() if why))
    source.take(files.sizes)
    contents = Contents(source, files.sizes)
    try:
        return Looked(source, files, recognised(contents))
    except BadRequest as error:
        where = "" if str(error).startswith(f"{source.origin}:") else f"{source.origin}: "
        raise BadRequest(f"{where}{error}") from error


def added(looked: Looked, asked: Asked, store: Store, tell: Tell = lambda progress: None) -> ModelCard:
    """Put the files, the card and the name of a model into the store; returns the card that has the name.

    :raises BadRequest: what is said about it contradicts its files, or the name is another model's.
    :raises CorruptInput: a file changed meanwhile.
    :raises UnknownModel: what lies under the name was altered.
    """
    settings = _settings(_backend(looked.model, asked), asked, looked.model.context_tokens)
    _check_sentences(settings, looked.model)
    draft = ModelCard(
        kind=_kind(looked.model, asked),
        settings=settings,
        files=_blank(looked.files.sizes),
        licence=asked.licence,
        commercial=asked.commercial,
        languages=asked.languages,
        memory=ModelMemory(
            weights_bytes=_weights_bytes(looked.model, settings),
            working_bytes=asked.working_bytes,
            offload=asked.offloaded_bytes > 0,
            offloaded_bytes=asked.offloaded_bytes,
        ),
        origin=looked.source.origin,
    )
    known = known_as(asked.reference, draft, Models(store))

    def with_files(files: Mapping[str, CardFile]) -> ModelCard:
        return draft.model_copy(update={"files": dict(sorted(files.items()))})

    if known is None:
        files = send_files(looked.source, looked.files.sizes, store, tell)
        return _kept(with_files(files), asked.reference, store)
    send_files(looked.source, looked.files.sizes, store, tell, lambda files: known.check(with_files(files)))
    return _kept(known.card, asked.reference, store)


def added_server(
    asked: Asked, store: Store, look: Callable[[OpenaiSettings], None] = lambda settings: None
) -> ModelCard:
    """Put the card and the name of a model on a server into the store; returns the card.

    :param look: looks at the server before anything is stored, and may refuse it.
    :raises BadRequest: what is said contradicts itself, or the name is another model's.
    """
    if asked.backend not in (None, Backend.OPENAI):
        raise BadRequest(f"--backend: a model on a server is for `{Backend.OPENAI}` (found `{asked.backend}`)")
    address = asked.settings.get("address", "")
    if not address.startswith(("http://", "https://")):
        raise BadRequest(
            f"--address: is no address (found {address!r:.200}); allowed: http://host/v1 or https://host/v1"
        )
    if "@" in address:
        raise BadRequest(
            "--address: has an `@`, before which a password may stand; allowed: http://host/v1 or https://host/v1"
        )
    settings = _settings(Backend.OPENAI, asked, None)
    _check_sentences(settings, None)
    if isinstance(settings, OpenaiSettings):
        look(settings)
    card = ModelCard(
        kind=asked.kind or StageKind.TEXT,
        settings=settings,
        licence=asked.licence,
        commercial=asked.commercial,
        languages=asked.languages,
        origin="a server",
    )
    known_as(asked.reference, card, Models(store))
    return _kept(card, asked.reference, store)


def settings_of(backend: Backend) -> list[str]:
    """Names of the settings that may be given for a backend."""
    return [name for name in SETTINGS[backend].model_fields if name not in _UNSAID]


def option_of(setting: str) -> str:
    """A setting's option on the command line."""
    return f"--{setting.replace('_', '-')}"


def _wrong_path(path: str) -> str:
    """Why no file of a model may be called `path`; empty if it may."""
    if not path.isprintable():
        return "has characters that do not print in its name; rename it"
    try:
        _PATH.validate_python(path)
    except ValidationError as error:
        return str(error.errors()[0]["msg"]).removeprefix("Value error, ")
    return ""


def _twins(paths: Iterable[str]) -> dict[str, str]:
    """Files whose names are those of earlier ones in another of Unicode's spellings, and what to do about them."""
    first: dict[str, str] = {}
    alike = [path for path in paths if first.setdefault(normalize("NFC", path), path) != path]
    return {
        path: f"has the name of another file, spelt in other characters ({ascii(path)} and "
        f"{ascii(first[normalize('NFC', path)])}), so that a card cannot tell them apart; rename one of them"
        for path in alike
    }


def _shown(path: str) -> str:
    """`path` on one line, whatever is in it."""
    return path if path.isprintable() else repr(path)


def _check_sentences(settings: BackendSettings, model: Recognised | None) -> None:
    """Refuse `--writes sentences` where no stage could write like that: it is made for one family of models.

    :param model: None if it is on a server.
    """
    if not isinstance(settings, TextSettings) or settings.writes is not Writes.SENTENCES:
        return
    is_plain = isinstance(settings, TransformersSettings) and settings.precision is Precision.FLOAT32
    if model is None or not model.is_llama_gguf or not is_plain:
        raise BadRequest(
            "--writes: `sentences` needs a GGUF file whose `general.architecture` is `llama`, the backend "
            "`transformers` and `--precision float32`; leave it out, and the model writes whole pieces"
        )


def _blank(sizes: Mapping[str, int]) -> dict[str, CardFile]:
    return {path: CardFile(sha256=UNHASHED, bytes=size) for path, size in sorted(sizes.items())}


def _kept(card: ModelCard, reference: ModelReference, store: Store) -> ModelCard:
    models = Models(store)
    models.keep(card)
    models.name(reference, card)
    return card


def _kind(model: Recognised, asked: Asked) -> StageKind:
    if asked.kind is not None and asked.kind not in model.kinds:
        allowed = " or ".join(f"`{each}`" for each in model.kinds)
        raise BadRequest(f"--kind: the model is of the kind {allowed} by its own files (found `{asked.kind}`)")
    return asked.kind or model.kinds[0]


def _backend(model: Recognised, asked: Asked) -> Backend:
    if asked.backend is not None and asked.backend not in model.backends:
        allowed = " or ".join(f"`{each}`" for each in model.backends)
        raise BadRequest(f"--backend: such files are not for `{asked.backend}`; allowed: {allowed}")
    backend = asked.backend or model.backends[0]
    if why := model.not_for.get(backend):
        raise BadRequest(why)
    return backend


def _settings(backend: Backend, asked: Asked, most_context: int | None) -> BackendSettings:
    """The settings that are asked for, within the model's limits.

    :raises BadRequest: a line for each that is not possible.
    """
    kind, said = SETTINGS[backend], dict(asked.settings)
    if most_context is not None:
        said.setdefault("context_tokens", str(min(most_context, _USUAL.context_tokens)))
    try:
        settings = kind.model_validate(said)
    except ValidationError as error:
        mistakes, _ = field_mistakes(error, kind, settings_of(backend))
        raise BadRequest("\n".join(f"{option_of(str(each.path[0]))}: {each.words}" for each in mistakes)) from error
    return _consequent(settings, said, most_context) if isinstance(settings, TextSettings) else settings


def _consequent(
    settings: TransformersSettings | OpenvinoSettings | OpenaiSettings,
    said: Collection[str],
    most_context: int | None,
) -> BackendSettings:
    """The settings of a language model, completed with what follows from those that are `said`."""
    if most_context is not None and settings.context_tokens > most_context:
        raise BadRequest(f"--context-tokens: the model takes {most_context} (found {settings.context_tokens})")
    follows: dict[str, object] = {}
    if settings.writes is Writes.WHOLE:
        follows["prompts"] = prompts_digest()
    if "answer_tokens" not in said:
        follows["answer_tokens"] = min(settings.answer_tokens, settings.context_tokens // 2)
    return settings.model_copy(update=follows)


def _weights_bytes(model: Recognised, settings: BackendSettings) -> int:
    """Bytes of the weights in memory: transformers and diffusers convert every one to the precision of computing."""
    if not isinstance(settings, TransformersSettings | DiffusersSettings):
        return model.weights_bytes
    return sum(header.bytes_in(_ELEMENT_BYTES[settings.precision]) for header in model.headers)
