"""What a folder of files is a model of, by the files that say so: `config.json`, `model_index.json`, a GGUF header."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pydantic import JsonValue

from include.contract.errors import BadRequest, CorruptInput
from include.contract.model_cards import Backend
from include.contract.parsing import json_in
from include.contract.values import StageKind
from operators.models.files import GGUF, JSON, SAFETENSORS
from operators.models.gguf_header import GgufHeader, gguf_header
from operators.models.headers import Header, Read
from operators.models.safetensors_header import safetensors_header
from operators.models.source import ModelSource

CONFIG, PIPELINE, INDEX = "config.json", "model_index.json", "model.safetensors.index.json"
_WEIGHTS = "model.safetensors"
_OPENVINO = ("openvino_model.xml", "openvino_model.bin", "openvino_tokenizer.xml", "openvino_detokenizer.xml")
_TOKENIZERS = ("tokenizer.json", "tokenizer.model", "vocab.json", "spiece.model")
_TEMPLATES = ("chat_template.jinja", "chat_template.json")
_MOST_JSON_BYTES = 100_000_000
_LANGUAGE_MODELS = ("ForCausalLM", "LMHeadModel", "ForConditionalGeneration")
_KNOWN_LIBRARIES = ("transformers", "diffusers")


@dataclass(frozen=True)
class Recognised:
    """A model as its own files describe it."""

    kind: StageKind
    backends: tuple[Backend, ...]
    """What can run it, the usual one first."""
    headers: tuple[Header, ...]
    """Of its files of weights."""
    file_bytes: int
    """Of its weights as they lie there."""
    context_tokens: int | None = None
    """What it takes at most, where it says so."""
    licence: str = ""
    """What its own files call it; for whoever has to say it."""


class Folder:
    """The files of a source that are a model, each checked by its own kind."""

    def __init__(self, source: ModelSource, sizes: Mapping[str, int]) -> None:
        """Read every header.

        :raises BadRequest: a line for each file that lies, or brings code.
        """
        self._source, self.sizes = source, sizes
        self.jsons: dict[str, JsonValue] = {}
        self.safetensors: dict[str, Header] = {}
        self.ggufs: dict[str, GgufHeader] = {}
        mistakes = [f"{path}: {wrong}" for path in sizes for wrong in self._wrong(path)]
        if mistakes:
            raise BadRequest("\n".join(mistakes))

    def __contains__(self, path: str) -> bool:
        """Whether there is such a file."""
        return path in self.sizes

    def _wrong(self, path: str) -> Iterator[str]:
        size = self.sizes[path]
        read = self._reads(path)
        try:
            if path.endswith(SAFETENSORS):
                self.safetensors[path] = safetensors_header(read, size)
            elif path.endswith(GGUF):
                self.ggufs[path] = gguf_header(read, size)
            elif path.endswith(JSON):
                self.jsons[path] = _json(read, size)
                yield from _code_in(path, self.jsons[path])
        except CorruptInput as error:
            yield str(error)

    def _reads(self, path: str) -> Read:
        return lambda begin, end: self._source.read(path, begin, end)


def recognised(folder: Folder) -> Recognised:
    """What `folder` is.

    :raises BadRequest: nothing that is known here, or not all of it is there.
    """
    if PIPELINE in folder:
        return _pipeline(folder)
    if _OPENVINO[0] in folder:
        return _openvino(folder)
    if folder.ggufs:
        return _gguf(folder)
    if CONFIG in folder:
        return _transformers(folder)
    raise BadRequest(
        f"is no model that is known here (found {', '.join(list(folder.sizes)[:10]) or 'no files'}); allowed: a GGUF "
        f"file, a folder with {CONFIG} and safetensors, or one that OpenVINO's tools have converted"
    )


def _json(read: Read, size: int) -> JsonValue:
    if size > _MOST_JSON_BYTES:
        raise CorruptInput(f"has {size} bytes; allowed for JSON: {_MOST_JSON_BYTES}")
    try:
        return json_in(read(0, size))
    except (ValueError, RecursionError) as error:
        raise CorruptInput(f"is no JSON: {error}") from error


def _code_in(path: str, value: JsonValue) -> Iterator[str]:
    """Where a configuration asks for code that lies beside it, or elsewhere."""
    if not isinstance(value, dict):
        return
    if isinstance(value.get("auto_map"), dict | list | str):
        yield "has `auto_map`, which loads Python from the model; take a version that the library itself knows"
    for name, inner in value.items():
        if isinstance(inner, dict) and path.endswith("config.json"):
            yield from (f"{name}: {wrong}" for wrong in _code_in(path, inner))


def _gguf(folder: Folder) -> Recognised:
    if len(folder.ggufs) > 1:
        names = ", ".join(folder.ggufs)
        raise BadRequest(f"has {len(folder.ggufs)} GGUF files ({names}); name one of them with `--only`")
    header = next(iter(folder.ggufs.values()))
    if header.metadata.get("split.count", 1) not in (0, 1):
        raise BadRequest("is one part of a GGUF that was split; join it with `llama-gguf-split --merge`")
    if not header.metadata.get("tokenizer.chat_template"):
        raise BadRequest("has no chat template (`tokenizer.chat_template`); take a model that is made for chats")
    architecture = header.metadata.get("general.architecture")
    context = header.metadata.get(f"{architecture}.context_length")
    licence = header.metadata.get("general.license")
    return Recognised(
        StageKind.TEXT,
        (Backend.TRANSFORMERS, Backend.OPENVINO),
        (header,),
        header.bytes,
        context if type(context) is int else None,
        licence if isinstance(licence, str) else "",
    )


def _transformers(folder: Folder) -> Recognised:
    config = _mapping(folder, CONFIG)
    architectures = config.get("architectures")
    names = [name for name in architectures if isinstance(name, str)] if isinstance(architectures, list) else []
    if not any(name.endswith(_LANGUAGE_MODELS) for name in names):
        raise BadRequest(
            f"{CONFIG}: is of no model that writes (its architectures: {', '.join(names) or 'none'}); allowed: "
            f"{', '.join(_LANGUAGE_MODELS)}"
        )
    weights = _weights(folder)
    _check_talks(folder)
    context = config.get("max_position_embeddings")
    return Recognised(
        StageKind.TEXT,
        (Backend.TRANSFORMERS,),
        weights,
        sum(header.bytes for header in weights),
        context if type(context) is int else None,
    )


def _openvino(folder: Folder) -> Recognised:
    missing = [path for path in _OPENVINO if path not in folder]
    if missing:
        raise BadRequest(f"lacks {', '.join(missing)}, which OpenVINO's tools write beside {_OPENVINO[0]}")
    _check_talks(folder)
    return Recognised(StageKind.TEXT, (Backend.OPENVINO,), (), folder.sizes[_OPENVINO[1]])


def _pipeline(folder: Folder) -> Recognised:
    index = _mapping(folder, PIPELINE)
    name = index.get("_class_name")
    if not isinstance(name, str):
        raise BadRequest(f"{PIPELINE}: its pipeline is code of its own ({name!r:.200}); allowed: one of diffusers")
    for component, said in index.items():
        if component.startswith("_") or not isinstance(said, list) or said == [None, None]:
            continue
        if len(said) != 2 or said[0] not in _KNOWN_LIBRARIES:
            libraries = " or ".join(_KNOWN_LIBRARIES)
            raise BadRequest(
                f"{PIPELINE}: `{component}` is from outside (found {said!r:.200}); allowed: a component of {libraries}"
            )
    raise BadRequest(f"is a pipeline of diffusers ({name}), which no recipe here works with")


def _weights(folder: Folder) -> tuple[Header, ...]:
    if INDEX not in folder:
        if _WEIGHTS not in folder.safetensors:
            raise BadRequest(f"has no weights; allowed: {_WEIGHTS}, or {INDEX} with all files that it names")
        return (folder.safetensors[_WEIGHTS],)
    shards = _mapping(folder, INDEX).get("weight_map")
    if not isinstance(shards, dict) or not shards or not all(isinstance(shard, str) for shard in shards.values()):
        raise BadRequest(f"{INDEX}: has no `weight_map` of tensors to files")
    return tuple(_shard(folder, str(shard), shards) for shard in dict.fromkeys(shards.values()))


def _shard(folder: Folder, shard: str, shards: Mapping[str, JsonValue]) -> Header:
    if shard not in folder.safetensors:
        raise BadRequest(f"{INDEX}: names {shard!r:.200}, which is not there; put it there, or load the model again")
    header = folder.safetensors[shard]
    lacking = [tensor for tensor, name in shards.items() if name == shard and tensor not in header.tensors]
    if lacking:
        raise BadRequest(
            f"{shard}: lacks {len(lacking)} tensors that {INDEX} says it has, such as {lacking[0]!r:.200}; they are of "
            "different models, or versions"
        )
    return header


def _check_talks(folder: Folder) -> None:
    if not any(path in folder for path in _TOKENIZERS):
        raise BadRequest(f"has no tokenizer; allowed: {', '.join(_TOKENIZERS)}")
    settings = folder.jsons.get("tokenizer_config.json")
    has_template = isinstance(settings, dict) and bool(settings.get("chat_template"))
    if not has_template and not any(path in folder for path in _TEMPLATES):
        raise BadRequest(
            f"has no chat template; allowed: `chat_template` in tokenizer_config.json, or {' or '.join(_TEMPLATES)}"
        )


def _mapping(folder: Folder, path: str) -> Mapping[str, JsonValue]:
    value = folder.jsons[path]
    if not isinstance(value, dict):
        raise BadRequest(f"{path}: is no JSON object")
    return value
