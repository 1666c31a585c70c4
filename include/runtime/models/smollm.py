"""SmolLM2 from its GGUF file into torch: weights in float32, the tokenizer from the same file."""

from __future__ import annotations

import os
from pathlib import Path

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TQDM_DISABLE", "1")

import torch
from tokenizers import Tokenizer
from transformers import LlamaConfig, LlamaForCausalLM
from transformers.integrations.gguf import convert_gguf_tokenizer  # type: ignore[attr-defined]
from transformers.modeling_gguf_pytorch_utils import load_gguf_checkpoint
from transformers.models.llama.modeling_llama import LlamaRotaryEmbedding

from include.contract.errors import UnknownModel
from include.runtime.models.gguf_reading import gguf_read_once

_ARCHITECTURE = "llama"
END_OF_TURN = "<|im_end|>"
_TIED = "lm_head.weight"
"""The output layer shares its weights with the input embedding, so the file does not have it."""


def load_smollm(gguf: Path) -> tuple[Tokenizer, LlamaForCausalLM]:
    """Tokenizer and model of a GGUF file with the Llama architecture, whatever its quantisation.

    :raises UnknownModel: the file has another architecture, other weights than that needs, or no ChatML.
    """
    with gguf_read_once():
        return _loaded(gguf)


def _loaded(gguf: Path) -> tuple[Tokenizer, LlamaForCausalLM]:
    try:
        described = load_gguf_checkpoint(str(gguf))  # type: ignore[no-untyped-call]
    except ValueError as error:
        raise UnknownModel(f"{gguf.name} cannot be read as a model: {error}") from error
    if (found := described["config"].get("model_type")) != _ARCHITECTURE:
        raise UnknownModel(f"{gguf.name} has the architecture {found!r:.80}; {_ARCHITECTURE!r} writes sentences here")
    tokenizer, _ = convert_gguf_tokenizer(_ARCHITECTURE, described["tokenizer"])
    if tokenizer.token_to_id(END_OF_TURN) is None:
        raise UnknownModel(f"{gguf.name} has no token {END_OF_TURN!r}; sentences are asked for in ChatML, which has it")
    config = LlamaConfig(**described["config"])
    with torch.device("meta"):
        model = LlamaForCausalLM(config)
    loaded = load_gguf_checkpoint(  # type: ignore[no-untyped-call]
        str(gguf), return_tensors=True, model_to_load=model, torch_dtype=torch.float32
    )
    taken = model.load_state_dict(loaded["tensors"], strict=False, assign=True)
    if set(taken.missing_keys) - {_TIED} or taken.unexpected_keys:
        raise UnknownModel(
            f"{gguf.name} lacks {taken.missing_keys} and has {taken.unexpected_keys} besides; "
            "allowed: exactly the weights of a Llama model with tied embeddings"
        )
    model.tie_weights()
    model.model.rotary_emb = LlamaRotaryEmbedding(config)
    model.train(False)
    return tokenizer, model
