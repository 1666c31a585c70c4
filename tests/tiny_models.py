"""Language models of some thousand random weights, with a tokenizer trained here: as safetensors and as GGUF.

`python -m tests.tiny_models FAMILY FORM FOLDER` leaves one in a folder, for an environment that has no torch.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

os.environ.setdefault("TQDM_DISABLE", "1")

if TYPE_CHECKING:
    import torch
    from transformers import PretrainedConfig, PreTrainedTokenizerFast

TURN, END_OF_TURN, END_OF_TEXT = "<|im_start|>", "<|im_end|>", "<|endoftext|>"
CHAT_TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{{ message['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
VOCABULARY, CONTEXT_TOKENS = 512, 1024
_SPREAD = 0.2
"""Standard deviation of the weights: what follows is as good as random, but no two tokens are equally likely."""
_TEXT = (
    "For one jar of honey, the bees of a hive visit about two million flowers.",
    "Many of the fruits and nuts on our tables begin with a bee.",
    'A script is JSON: {"title": "The night sky", "scenes": [{"narration": "…", "image_prompt": "…"}]}',
    "Write a short piece about rivers, in plain words. system user assistant",
)


class Family(StrEnum):
    """An architecture, by the name that transformers has for it."""

    LLAMA = "llama"
    QWEN = "qwen3"
    GEMMA = "gemma3_text"
    GEMMA_2 = "gemma2"
    """Its scores are capped."""
    GPT_OSS = "gpt_oss"
    """Its layers have sinks, and experts."""


class Form(StrEnum):
    """What files a model lies in."""

    SAFETENSORS = "safetensors"
    GGUF = "gguf"


TinyModel = Callable[[Family, Form], Path]


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> TinyModel:
    """Folder of a tiny model; each is made once, and the two forms of a family have the same weights."""
    made: dict[tuple[Family, Form], Path] = {}

    def folder_of(family: Family, form: Form) -> Path:
        if (family, form) not in made:
            made[family, form] = make(family, form, tmp_path_factory.mktemp(f"{family}-{form}"))
        return made[family, form]

    return folder_of


def make(family: Family, form: Form, folder: Path) -> Path:
    """Leave the files of a tiny model in `folder`: a Hugging Face folder, or `model.gguf` alone."""
    import torch
    from transformers import AutoConfig, AutoModelForCausalLM

    tokenizer = small_tokenizer()
    config = AutoConfig.for_model(family, **_settings(family, tokenizer))
    torch.manual_seed(7)
    model = AutoModelForCausalLM.from_config(config)
    folder.mkdir(parents=True, exist_ok=True)
    if form is Form.GGUF:
        _write_gguf(folder / "model.gguf", family, config, model.state_dict(), tokenizer)
    else:
        model.save_pretrained(folder)
        tokenizer.save_pretrained(folder)
    return folder


def small_tokenizer() -> PreTrainedTokenizerFast:
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)  # type: ignore[assignment]
    tokenizer.decoder = decoders.ByteLevel()  # type: ignore[assignment]
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY,
        special_tokens=[END_OF_TEXT, TURN, END_OF_TURN],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(_TEXT, trainer)
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, bos_token=TURN, eos_token=END_OF_TURN, pad_token=END_OF_TEXT
    )
    fast.chat_template = CHAT_TEMPLATE
    return fast


def _settings(family: Family, tokenizer: PreTrainedTokenizerFast) -> dict[str, object]:
    settings: dict[str, object] = {
        "vocab_size": len(tokenizer),
        "hidden_size": 64,
        "intermediate_size": 96,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "head_dim": 16,
        "max_position_embeddings": CONTEXT_TOKENS,
        "initializer_range": _SPREAD,
        "bos_token_id": tokenizer.bos_token_id,
        "eos_token_id": tokenizer.eos_token_id,
        "pad_token_id": tokenizer.pad_token_id,
        "tie_word_embeddings": family is not Family.LLAMA,
    }
    # What follows stands in no GGUF file, or no reader asks for it there, so it is as those families always have it.
    if family is Family.QWEN:
        settings |= {"num_attention_heads": 2, "num_key_value_heads": 1, "head_dim": 128}
    if family is Family.GEMMA:
        settings |= {"num_attention_heads": 2, "num_key_value_heads": 1, "head_dim": 256}
        settings |= {"num_hidden_layers": 6, "sliding_window": 16}
    if family is Family.GEMMA_2:
        # So low a cap is felt by scores as small as these.
        settings |= {"attn_logit_softcapping": 0.5, "query_pre_attn_scalar": 16, "sliding_window": 16}
    if family is Family.GPT_OSS:
        settings |= {"num_local_experts": 4, "num_experts_per_tok": 2, "sliding_window": 16}
    return settings


def _write_gguf(
    path: Path,
    family: Family,
    config: PretrainedConfig,
    weights: Mapping[str, torch.Tensor],
    tokenizer: PreTrainedTokenizerFast,
) -> None:
    import gguf

    architecture = family.removesuffix("_text")
    writer = gguf.GGUFWriter(path, architecture)
    writer.add_name(f"tiny {architecture}")
    writer.add_file_type(gguf.LlamaFileType.ALL_F32)
    _add_shape(writer, family, config)
    _add_tokenizer(writer, tokenizer)
    kind = next(kind for kind, name in gguf.MODEL_ARCH_NAMES.items() if name == architecture)
    names = gguf.get_tensor_name_map(kind, config.num_hidden_layers)
    for name, tensor in weights.items():
        if name == "lm_head.weight" and config.tie_word_embeddings:
            continue
        base, suffix = name.rsplit(".", 1)
        writer.add_tensor(f"{names.get_name(base)}.{suffix}", _as_llama_cpp(name, tensor, family, config).numpy())
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _add_shape(writer: object, family: Family, config: PretrainedConfig) -> None:
    import gguf

    assert isinstance(writer, gguf.GGUFWriter)
    writer.add_vocab_size(config.vocab_size)
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_block_count(config.num_hidden_layers)
    writer.add_head_count(config.num_attention_heads)
    writer.add_head_count_kv(config.num_key_value_heads)
    writer.add_key_length(config.head_dim)
    writer.add_value_length(config.head_dim)
    writer.add_rope_dimension_count(config.head_dim)
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    if family is Family.GEMMA:
        writer.add_sliding_window(config.sliding_window)
        writer.add_rope_freq_base(config.rope_parameters["full_attention"]["rope_theta"])
    else:
        writer.add_rope_freq_base(config.rope_parameters["rope_theta"])


def _add_tokenizer(writer: object, tokenizer: PreTrainedTokenizerFast) -> None:
    import json

    import gguf

    assert isinstance(writer, gguf.GGUFWriter)
    tokens = tokenizer.convert_ids_to_tokens(list(range(len(tokenizer))))
    control, normal = gguf.TokenType.CONTROL, gguf.TokenType.NORMAL
    merges = json.loads(tokenizer.backend_tokenizer.to_str())["model"]["merges"]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list(tokens)
    writer.add_token_types([control if token in tokenizer.all_special_tokens else normal for token in tokens])
    writer.add_token_merges([" ".join(pair) for pair in merges])
    writer.add_bos_token_id(tokenizer.bos_token_id)
    writer.add_eos_token_id(tokenizer.eos_token_id)
    writer.add_pad_token_id(tokenizer.pad_token_id)
    writer.add_add_bos_token(False)
    writer.add_chat_template(CHAT_TEMPLATE)


def _as_llama_cpp(name: str, tensor: torch.Tensor, family: Family, config: PretrainedConfig) -> torch.Tensor:
    """`tensor` as llama.cpp's own converter leaves it: heads of Llama interleaved, norms of Gemma around 1."""
    if family is Family.LLAMA and name.endswith(("q_proj.weight", "k_proj.weight")):
        heads = config.num_attention_heads if "q_proj" in name else config.num_key_value_heads
        halves = tensor.reshape(heads, 2, tensor.shape[0] // heads // 2, tensor.shape[1])
        return halves.swapaxes(1, 2).reshape(tensor.shape).contiguous()
    if family is Family.GEMMA and name.endswith("norm.weight"):
        return tensor + 1
    return tensor


if __name__ == "__main__":
    make(Family(sys.argv[1]), Form(sys.argv[2]), Path(sys.argv[3]))
