"""A small model that learns one answer by heart, in a few seconds, and gives it to any prompt."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import torch
from pydantic import JsonValue
from transformers import AutoConfig, AutoModelForCausalLM, PreTrainedTokenizerFast

from include.runtime.writing.engines.grammar import Grammars
from tests.tiny_models import TURN, small_tokenizer

SEEN_TOKENS = 24
"""It sees so many back in each of its layers, so that the prompt is forgotten behind the answer's beginning."""
MOST_LESSONS, SURE = 1500, 5
"""It has learnt its answer when it got it right so many times in a row."""


def teach(folder: Path, answer: str, schema: Mapping[str, JsonValue]) -> Path:
    """Leave a model in `folder` that answers `answer`, token by token as one that is held to `schema` writes it."""
    words = small_tokenizer()
    torch.manual_seed(7)
    config = AutoConfig.for_model(
        "mistral",
        vocab_size=len(words),
        hidden_size=64,
        intermediate_size=128,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        head_dim=16,
        max_position_embeddings=16384,
        sliding_window=SEEN_TOKENS,
        bos_token_id=words.bos_token_id,
        eos_token_id=words.eos_token_id,
        pad_token_id=words.pad_token_id,
        tie_word_embeddings=False,
    )
    model = AutoModelForCausalLM.from_config(config)
    opening = words.encode(f"{TURN}assistant\n", add_special_tokens=False)
    said = _as_held(words, answer, schema)
    optimizer = torch.optim.AdamW(model.parameters(), lr=4e-3)
    known = 0
    for _ in range(MOST_LESSONS):
        before = torch.randint(len(words), (1, 3 * SEEN_TOKENS))
        lesson = torch.cat([before, torch.tensor([opening + said])], 1)
        logits = model(lesson).logits[:, -len(said) - 1 : -1]
        target = lesson[:, -len(said) :]
        loss = torch.nn.functional.cross_entropy(logits.flatten(0, 1), target.flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        known = known + 1 if bool((logits.argmax(-1) == target).all()) else 0
        if known == SURE:
            break
    else:
        raise AssertionError(f"it has not learnt its answer: the loss is {float(loss.detach()):.3f}")
    model.save_pretrained(folder)
    words.save_pretrained(folder)
    return folder


def _as_held(words: PreTrainedTokenizerFast, answer: str, schema: Mapping[str, JsonValue]) -> list[int]:
    held, written = Grammars(words, len(words), [words.eos_token_id]).held_to(schema), list[int]()
    while not held.is_whole:
        left = answer.removeprefix(words.decode(written))
        written += held.write(words.encode(left, add_special_tokens=False)[0])
    return written
