"""What is in the files of a model: headers of weights and JSON, each read with limits and checked by its own rules."""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Mapping

from pydantic import JsonValue

from include.contract.errors import BadRequest, CorruptInput
from include.contract.parsing import json_in
from operators.models.files import (
    GGUF,
    HEAD_BYTES,
    JSON,
    OPENVINO_NET,
    OPENVINO_WEIGHTS,
    SAFETENSORS,
    refused_by_content,
)
from operators.models.gguf_header import GgufHeader, gguf_header
from operators.models.headers import Header
from operators.models.openvino_net import openvino_net
from operators.models.safetensors_header import safetensors_header
from operators.models.source import ModelSource

_MOST_JSON_BYTES = 100_000_000
"""For one document; the largest tokenizers take a third of that."""
_MOST_NET_BYTES = 200_000_000
_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class Contents:
    """The files of a model, by their paths."""

    def __init__(self, source: ModelSource, sizes: Mapping[str, int]) -> None:
        """Read every header.

        :raises BadRequest: a line for each file that is wrong or brings code.
        """
        self.sizes = sizes
        self.jsons: dict[str, JsonValue] = {}
        self.safetensors: dict[str, Header] = {}
        self.ggufs: dict[str, GgufHeader] = {}
        self._source = source
        mistakes = [f"{path}: {wrong}" for path in sizes for wrong in self._wrong(path)]
        if mistakes:
            raise BadRequest("\n".join(mistakes))

    def __contains__(self, path: str) -> bool:
        """Whether there is such a file."""
        return path in self.sizes

    def mapping(self, path: str) -> Mapping[str, JsonValue]:
        """The mapping in the JSON file `path`.

        :raises BadRequest: it is not a JSON object.
        """
        value = self.jsons[path]
        if not isinstance(value, dict):
            raise BadRequest(f"{path}: is not a JSON object")
        return value

    def text(self, path: str, most_bytes: int) -> str:
        """The text in the file `path`.

        :raises BadRequest: it is too long, or not UTF-8.
        """
        try:
            return self._whole(path, most_bytes).decode()
        except (CorruptInput, UnicodeDecodeError) as error:
            raise BadRequest(f"{path}: {error}") from error

    def _wrong(self, path: str) -> Iterator[str]:
        read, size = self._source.reads(path), self.sizes[path]
        refusal = refused_by_content(path, read(0, min(HEAD_BYTES, size)), self.sizes)
        if refusal:
            yield refusal
            return
        try:
            if path.endswith(SAFETENSORS):
                self.safetensors[path] = safetensors_header(read, size)
            elif path.endswith(GGUF):
                self.ggufs[path] = gguf_header(read, size)
            elif path.endswith(OPENVINO_NET):
                self._check_net(path)
            elif path.endswith(JSON):
                self.jsons[path] = self._json(path)
                yield from _code_in(self.jsons[path], with_parts=path.endswith("config.json"))
        except CorruptInput as error:
            yield str(error)

    def _json(self, path: str) -> JsonValue:
        body = self._whole(path, _MOST_JSON_BYTES)
        if body.startswith(_MARKS):
            raise CorruptInput("begins with a byte order mark; save it as UTF-8 without one")
        try:
            return json_in(body, is_strict=True)
        except (ValueError, RecursionError) as error:
            raise CorruptInput(f"is not JSON: {error}; it was cut off or altered") from error

    def _check_net(self, path: str) -> None:
        """Check that OpenVINO's network is complete, and its weights are within the file beside it."""
        needed = openvino_net(self._whole(path, _MOST_NET_BYTES)).weights_bytes
        weights = path.removesuffix(OPENVINO_NET) + OPENVINO_WEIGHTS
        if needed and weights not in self.sizes:
            raise CorruptInput(f"has its weights in {weights}, which is not beside it; add both files")
        if needed > self.sizes.get(weights, 0):
            raise CorruptInput(
                f"says that {weights} has {needed} bytes (found {self.sizes.get(weights, 0)}); one of them was cut, or "
                "altered"
            )

    def _whole(self, path: str, most_bytes: int) -> bytes:
        size = self.sizes[path]
        if size > most_bytes:
            raise CorruptInput(f"has {size} bytes; allowed: at most {most_bytes}")
        return self._source.read(path, 0, size)


def _code_in(value: JsonValue, with_parts: bool) -> Iterator[str]:
    """Where a configuration, or one of its parts, asks for code from beside it or elsewhere."""
    if not isinstance(value, dict):
        return
    if isinstance(value.get("auto_map"), dict | list | str):
        yield "has `auto_map`, which loads Python from the model; take a version that the library itself knows"
    for name, inner in value.items():
        if with_parts:
            yield from (f"{name}: {wrong}" for wrong in _code_in(inner, with_parts))
