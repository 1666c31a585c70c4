"""A source of files that tests make up."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from operators.models.source import ModelSource
from tests.operators.models.tiny import CHAT_TEMPLATE, CONFIG, TOKENIZER, safetensors


class Given(ModelSource):
    """Files by their bytes."""

    origin = "tests"

    def __init__(self, files: Mapping[str, bytes], digests: Mapping[str, str] | None = None) -> None:
        self.files, self.digests = dict(files), digests or {}
        self.before_reading: Callable[[str, int], None] = lambda path, begin: None

    def sizes(self) -> Mapping[str, int]:
        return {path: len(body) for path, body in self.files.items()}

    def digest(self, path: str) -> str:
        return self.digests.get(path, "")

    def read(self, path: str, begin: int, end: int) -> bytes:
        self.before_reading(path, begin)
        return self.files[path][begin:end]


def folder_files(**config: Any) -> dict[str, bytes]:
    """The files of a folder that transformers could load."""
    return {
        "config.json": json.dumps(CONFIG | config).encode(),
        "tokenizer.json": json.dumps(TOKENIZER).encode(),
        "tokenizer_config.json": json.dumps({"chat_template": CHAT_TEMPLATE}).encode(),
        "model.safetensors": safetensors(),
    }


def pipeline_files(**index: Any) -> dict[str, bytes]:
    """The files of a pipeline that diffusers could load, with weights in three of its parts."""
    told = {
        "_class_name": "FluxPipeline",
        "_diffusers_version": "0.36.0",
        "force_zeros_for_empty_prompt": True,
        "feature_extractor": [None, None],
        "scheduler": ["diffusers", "FlowMatchEulerDiscreteScheduler"],
        "text_encoder": ["transformers", "CLIPTextModel"],
        "tokenizer": ["transformers", "CLIPTokenizer"],
        "transformer": ["diffusers", "FluxTransformer2DModel"],
        "vae": ["diffusers", "AutoencoderKL"],
    }
    return {
        "model_index.json": json.dumps(told | index).encode(),
        "scheduler/scheduler_config.json": b"{}",
        "text_encoder/config.json": b"{}",
        "text_encoder/model.safetensors": safetensors({"w": [10]}),
        "tokenizer/tokenizer_config.json": b"{}",
        "tokenizer/vocab.json": b"{}",
        "transformer/config.json": b"{}",
        "transformer/diffusion_pytorch_model.safetensors": safetensors({"w": [20]}),
        "vae/config.json": b"{}",
        "vae/diffusion_pytorch_model.safetensors": safetensors({"w": [2, 2]}),
    }


def openvino_net(more: str = "") -> bytes:
    """OpenVINO's description of a network."""
    ends = '<layer name="ids" type="Parameter" /><layer name="out" type="Result" />'
    return f'<?xml version="1.0"?>\n<net name="tiny" version="11"><layers>{ends}{more}</layers></net>\n'.encode()


def openvino_files(weights: bytes = bytes(64), needed: int = 64) -> dict[str, bytes]:
    """The files of a folder that OpenVINO could load."""
    constant = f'<layer type="Const"><data element_type="f32" shape="16" offset="0" size="{needed}" /></layer>'
    files = folder_files()
    del files["model.safetensors"]
    parts = {"openvino_tokenizer.xml": openvino_net(), "openvino_detokenizer.xml": openvino_net()}
    return files | {"openvino_model.xml": openvino_net(constant), "openvino_model.bin": weights} | parts
