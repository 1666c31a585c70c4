"""What kind of model a folder of files is, by `config.json`, `model_index.json`, or a GGUF header."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import JsonValue

from include.contract.architectures import GGUF, LAYERS, TRANSFORMERS, allowed_architectures
from include.contract.errors import BadRequest
from include.contract.model_cards import Backend
from include.contract.names import allowed_names
from include.contract.values import StageKind
from operators.models.agreeing import check_agree
from operators.models.chat_template import GGUF_FIELD, check_folder, check_template
from operators.models.contents import Contents
from operators.models.headers import Header
from operators.models.pipeline import PIPELINE, pipeline_in
from operators.models.weights import weights_of

_CONFIG = "config.json"
_GGUF_ARCHITECTURE = "general.architecture"
_SERVE = "have a server run this one, and add that (`--address`)"
_CONTEXT = "max_position_embeddings"
_OPENVINO_WEIGHTS = "openvino_model.bin"
_OPENVINO = ("openvino_model.xml", _OPENVINO_WEIGHTS, "openvino_tokenizer.xml", "openvino_detokenizer.xml")
_TOKENIZER = "tokenizer.json"
_TOKENIZERS = (_TOKENIZER, "tokenizer.model", "vocab.json", "spiece.model")
_SPLITS = ("BPE", "Unigram", "WordPiece", "WordLevel")
"""What the tokenizers library calls the ways in which it splits text; without a name it finds out by itself."""
_WRITES = ("ForCausalLM", "LMHeadModel", "ForConditionalGeneration")
"""Endings of transformers' names for models that write."""
_TEXT = (StageKind.TEXT,)
_MOST_TOLD = 10


@dataclass(frozen=True)
class Recognised:
    """A model as its files describe it."""

    kinds: tuple[StageKind, ...]
    """What it may make, the likeliest first."""
    backends: tuple[Backend, ...]
    """What can run it, the default first."""
    headers: tuple[Header, ...] = ()
    """Headers of its weights, if they have any."""
    weights_bytes: int = 0
    """Of its weights as they are stored."""
    context_tokens: int | None = None
    """The most tokens that it takes, if it says so."""
    not_for: Mapping[Backend, str] = field(default_factory=dict)
    """Backends that such files are for, but cannot load these, and why."""
    is_llama_gguf: bool = False
    """Whether it is one GGUF file of the Llama architecture, as what writes sentences has to be."""


def recognised(contents: Contents) -> Recognised:
    """What the files are.

    :raises BadRequest: the kind is not known here, or something is missing.
    """
    forms = {"GGUF": contents.ggufs, "safetensors": contents.safetensors, "OpenVINO's": _OPENVINO[0] in contents}
    if len(found := [name for name, is_there in forms.items() if is_there]) > 1:
        raise BadRequest(
            f"has its weights as {' and as '.join(found)}; choose one of them with `--only` or `--without`"
        )
    if PIPELINE in contents:
        return _pipeline(contents)
    if _OPENVINO[0] in contents:
        return _openvino(contents)
    if contents.ggufs:
        return _gguf(contents)
    if _CONFIG in contents:
        return _transformers(contents)
    raise BadRequest(
        f"is not a model of a known kind (found {', '.join(list(contents.sizes)[:_MOST_TOLD]) or 'no files'}); "
        f"allowed: a GGUF file, a folder with {_CONFIG} and safetensors, one that OpenVINO's tools have converted, or "
        f"a pipeline of diffusers with its {PIPELINE}"
    )


def _gguf(contents: Contents) -> Recognised:
    if len(contents.ggufs) > 1:
        names = ", ".join(list(contents.ggufs)[:_MOST_TOLD])
        raise BadRequest(f"has {len(contents.ggufs)} GGUF files ({names}); choose one of them with `--only`")
    ((path, header),) = contents.ggufs.items()
    if header.metadata.get("split.count", 1) not in (0, 1):
        raise BadRequest("is one part of a GGUF that was split; join them with `llama-gguf-split --merge`")
    template, architecture = header.metadata.get(GGUF_FIELD), header.metadata.get(_GGUF_ARCHITECTURE)
    if not template:
        raise BadRequest(f"has no chat template (`{GGUF_FIELD}`); take a model that is made for chats")
    check_template(template, f"{path}: `{GGUF_FIELD}`")
    context = f"{architecture}.context_length"
    unknown = "" if architecture in GGUF else _unknown(f"{path}: `{_GGUF_ARCHITECTURE}`", architecture, GGUF)
    return Recognised(
        _TEXT,
        (Backend.TRANSFORMERS, Backend.OPENVINO),
        (header,),
        header.bytes,
        _tokens(header.metadata.get(context), f"`{context}`"),
        {Backend.TRANSFORMERS: f"{unknown}, or try `--backend openvino`"} if unknown else {},
        architecture == "llama",
    )


def _transformers(contents: Contents) -> Recognised:
    config = contents.mapping(_CONFIG)
    told = config.get("architectures")
    names = [name for name in told if isinstance(name, str)] if isinstance(told, list) else []
    if not any(name.endswith(_WRITES) for name in names):
        raise BadRequest(
            f"{_CONFIG}: is of no model that writes (found the architectures {', '.join(names)[:200] or 'none'}); "
            f"allowed: those that end with {', '.join(_WRITES)}"
        )
    _check_known(config)
    headers = weights_of(contents)
    check_agree(_CONFIG, config.get("model_type"), _of_text(config), headers)
    _check_talks(contents, is_for_openvino=False)
    context = _context_in(config)
    weights_bytes = sum(header.bytes for header in headers)
    return Recognised(_TEXT, (Backend.TRANSFORMERS,), headers, weights_bytes, context)


def _openvino(contents: Contents) -> Recognised:
    missing = [path for path in _OPENVINO if path not in contents]
    if missing:
        raise BadRequest(f"lacks {', '.join(missing)}, which OpenVINO's tools write beside {_OPENVINO[0]}")
    _check_talks(contents, is_for_openvino=True)
    context = _context_in(contents.mapping(_CONFIG)) if _CONFIG in contents else None
    return Recognised(_TEXT, (Backend.OPENVINO,), (), contents.sizes[_OPENVINO_WEIGHTS], context)


def _pipeline(contents: Contents) -> Recognised:
    found = pipeline_in(contents)
    return Recognised(found.kinds, (Backend.DIFFUSERS,), found.headers, sum(header.bytes for header in found.headers))


def _check_known(config: Mapping[str, JsonValue]) -> None:
    """Refuse what no engine of the stage image can load."""
    kind = config.get("model_type")
    if kind not in TRANSFORMERS:
        raise BadRequest(_unknown(f"{_CONFIG}: `model_type`", kind, TRANSFORMERS))
    own = _of_text(config)
    layers = own.get("layer_types")
    strange = sorted({str(each) for each in layers} - LAYERS) if isinstance(layers, list) else []
    if strange or own.get("num_kv_shared_layers"):
        why = f"layers of {', '.join(strange)[:200]}" if strange else "layers that share keys"
        raise BadRequest(
            f"{_CONFIG}: the model has {why}, which the stages cannot compute; allowed: {' or '.join(sorted(LAYERS))}, "
            f"each with keys of its own; {_SERVE}"
        )


def _unknown(where: str, found: object, known: frozenset[str]) -> str:
    allowed = allowed_architectures(found, known)
    return f"{where} is {found!r:.100}, which the stages of this version cannot load; {allowed}; {_SERVE}"


def _check_talks(contents: Contents, *, is_for_openvino: bool) -> None:
    """Refuse a model that cannot be asked anything, since it has no tokenizer or no chat template."""
    if not any(path in contents for path in _TOKENIZERS):
        raise BadRequest(f"has no tokenizer; allowed: {', '.join(_TOKENIZERS)}")
    if _TOKENIZER in contents and not is_for_openvino:
        _check_splits(contents)
    check_folder(contents, is_for_openvino)


def _check_splits(contents: Contents) -> None:
    """Refuse a tokenizer that the tokenizers library does not read."""
    model = contents.mapping(_TOKENIZER).get("model")
    if not isinstance(model, dict):
        raise BadRequest(f"{_TOKENIZER}: has no `model`; it was altered, so download it again")
    if model.get("type") not in (None, *_SPLITS):
        raise BadRequest(
            f"{_TOKENIZER}: `model.type` is {model.get('type')!r:.100}, which the stages of this version cannot read; "
            f"{allowed_names(model.get('type'), _SPLITS)}; {_SERVE}"
        )


def _context_in(config: Mapping[str, JsonValue]) -> int | None:
    """What a model takes by its configuration, or by that of its part that writes."""
    return _tokens(_of_text(config).get(_CONTEXT), f"{_CONFIG}: `{_CONTEXT}`")


def _of_text(config: Mapping[str, JsonValue]) -> Mapping[str, JsonValue]:
    """A configuration with that of its part that writes, if it has several."""
    part = config.get("text_config")
    return {**config, **part} if isinstance(part, dict) else config


def _tokens(said: object, where: str) -> int | None:
    if said is not None and type(said) is not int:
        raise BadRequest(f"{where} is {said!r:.100}; allowed: a whole number")
    return said if said is not None and said > 0 else None
