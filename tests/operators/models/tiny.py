"""Models with every part that a real one has, of some kilobytes, whose weights mean nothing."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

CHAT_TEMPLATE = "{% for message in messages %}{{ message['content'] }}{% endfor %}"
CONFIG = {"architectures": ["LlamaForCausalLM"], "model_type": "llama", "max_position_embeddings": 2048}
TOKENIZER = {"version": "1.0", "added_tokens": [], "model": {"type": "BPE", "vocab": {"a": 0}, "merges": []}}
TENSORS = {"model.embed_tokens.weight": [32, 8], "model.norm.weight": [8]}


def safetensors(tensors: Mapping[str, Sequence[int]] = TENSORS, dtype: str = "F32", width: int = 4) -> bytes:
    """A file with such tensors, all zero."""
    told: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    at = 0
    for name, shape in tensors.items():
        size = width
        for length in shape:
            size *= length
        told[name] = {"dtype": dtype, "shape": list(shape), "data_offsets": [at, at + size]}
        at += size
    return safetensors_of(told, bytes(at))


def safetensors_of(told: object, data: bytes) -> bytes:
    """A file whose header says what is `told`."""
    header = json.dumps(told).encode()
    return struct.pack("<Q", len(header)) + header + data


def gguf(
    metadata: Mapping[str, Any] | None = None,
    tensors: Mapping[str, Sequence[int]] = TENSORS,
    version: int = 3,
    alignment: int = 32,
) -> bytes:
    """A file with such metadata, and tensors of float32, all zero."""
    told: dict[str, Any] = {
        "general.architecture": "llama",
        "llama.context_length": 8192,
        "tokenizer.ggml.tokens": ["a", "b"],
        "tokenizer.chat_template": CHAT_TEMPLATE,
    }
    told |= metadata or {}
    head = b"GGUF" + struct.pack("<IQQ", version, len(tensors), len(told))
    head += b"".join(_text(key) + _value(value) for key, value in told.items())
    at, data = 0, b""
    for name, shape in tensors.items():
        size = 4
        for length in shape:
            size *= length
        head += _text(name) + struct.pack("<I", len(shape)) + b"".join(struct.pack("<Q", each) for each in shape)
        head += struct.pack("<IQ", 0, at)
        data += bytes(-(-size // alignment) * alignment)
        at = len(data)
    return head + bytes(-len(head) % alignment) + data


def tiny_gguf(folder: Path, name: str = "tiny.gguf", **told: Any) -> Path:
    """A GGUF file in `folder`."""
    path = folder / name
    path.write_bytes(gguf(**told))
    return path


def tiny_folder(around: Path, name: str = "tiny") -> Path:
    """A folder below `around`, as transformers writes one."""
    folder = around / name
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps(CONFIG))
    (folder / "tokenizer.json").write_text(json.dumps(TOKENIZER))
    (folder / "tokenizer_config.json").write_text(json.dumps({"chat_template": CHAT_TEMPLATE}))
    (folder / "model.safetensors").write_bytes(safetensors())
    return folder


def shard(folder: Path, shards: Mapping[str, Mapping[str, Sequence[int]]]) -> None:
    """Put weights in several files, and their index, in the place of one file."""
    (folder / "model.safetensors").unlink(missing_ok=True)
    for name, tensors in shards.items():
        (folder / name).write_bytes(safetensors(tensors))
    index = {"metadata": {}, "weight_map": {tensor: name for name, tensors in shards.items() for tensor in tensors}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))


def _text(text: str) -> bytes:
    return struct.pack("<Q", len(text.encode())) + text.encode()


def _value(value: Any) -> bytes:
    if isinstance(value, bool):
        return struct.pack("<I?", 7, value)
    if isinstance(value, int):
        return struct.pack("<IQ", 10, value)
    if isinstance(value, float):
        return struct.pack("<Id", 12, value)
    if isinstance(value, str):
        return struct.pack("<I", 8) + _text(value)
    return struct.pack("<IIQ", 9, 8, len(value)) + b"".join(map(_text, value))
