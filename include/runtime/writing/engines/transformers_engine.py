"""Language models in torch, of any architecture with plain attention that transformers knows: safetensors or GGUF."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from include.contract.errors import UnknownModel
from include.contract.model_cards import TransformersSettings
from include.runtime.models.gguf_reading import gguf_read_once
from include.runtime.models.load_times import LoadPart
from include.runtime.models.loading import AS_PUBLISHED, CONFIG, load_causal_lm
from include.runtime.processors import granted_processors
from include.runtime.stage import ModelFiles
from include.runtime.writing.engines.chat import Chat
from include.runtime.writing.engines.folder import folder_of
from include.runtime.writing.engines.grammar import Grammars
from include.runtime.writing.engines.rounds import Rounds
from include.runtime.writing.engines.torch_rows import TorchRows
from include.runtime.writing.text_engine import TextEngine

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

_TOKENIZER = "tokenizer.json"


def open_engine(model: ModelFiles) -> TextEngine:
    """The model of the card, loaded on the accelerator if there is one.

    :raises UnknownModel: its files are not a language model that this image knows.
    """
    if model.card is None or not isinstance(model.card.settings, TransformersSettings):
        raise UnknownModel(f"model {model.name} is not for transformers")
    import torch

    # More threads than the pod's share of processors only wait for one another.
    torch.set_num_threads(min(torch.get_num_threads(), granted_processors()))
    try:
        return Rounds(_rows(model, model.card.settings))
    except UnknownModel as error:
        raise UnknownModel(f"model {model.name}: {error}") from error


def _rows(model: ModelFiles, settings: TransformersSettings) -> TorchRows:
    with gguf_read_once(), model.times.during(LoadPart.MAP):
        tokenizer = load_tokenizer(model.files)
        loaded = load_causal_lm(model.files, settings.precision, model.times)
    config = loaded.config.get_text_config()
    places = getattr(config, "max_position_embeddings", None) or settings.context_tokens
    chat = Chat(tokenizer, min(settings.context_tokens, places))
    told = loaded.generation_config.eos_token_id if loaded.generation_config else None
    ends = chat.ends | set([] if told is None else told if isinstance(told, list) else [told])
    grammars = cache(lambda: Grammars(tokenizer, config.vocab_size, ends))
    return TorchRows(loaded, chat, grammars, frozenset(ends))


def load_tokenizer(files: Mapping[str, Path]) -> PreTrainedTokenizerFast:
    """The tokenizer among a model's files, or in its GGUF file.

    :raises UnknownModel: there is none, or it cannot be read.
    """
    from huggingface_hub.errors import StrictDataclassError
    from transformers import AutoTokenizer, PreTrainedTokenizerFast

    weights = [name for name in files if name.endswith(".gguf")]
    inside = {"gguf_file": weights[0]} if weights and "tokenizer_config.json" not in files else {}
    try:
        with folder_of(files) as folder:
            found = AutoTokenizer.from_pretrained(folder, **inside)
    except MemoryError:
        raise
    except StrictDataclassError as error:
        raise UnknownModel(f"{CONFIG}: {' '.join(str(error).split())}; {AS_PUBLISHED}") from error
    except Exception as error:
        # The tokenizers library raises just this class.
        file = next((name for name in (_TOKENIZER, *weights) if name in files), "its files")
        why = f"it lacks {error}" if isinstance(error, KeyError) else " ".join(str(error).split())
        raise UnknownModel(
            f"its tokenizer cannot be read from {file}: {why}; add the model with all its files, or another version"
        ) from error
    if not isinstance(found, PreTrainedTokenizerFast):
        raise UnknownModel(f"its tokenizer has no `{_TOKENIZER}`; add the model with that file")
    return found
