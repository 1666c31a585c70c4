"""Answers are held to a JSON Schema."""

from __future__ import annotations

import json
import random

import pytest
from transformers import AutoTokenizer, PreTrainedTokenizerFast

from include.contract.errors import BadRequest
from include.runtime.writing.engines.grammar import Grammars
from tests.include.runtime.writing.engines.asking import SCHEMA
from tests.tiny_models import Family, Form, TinyModel


@pytest.fixture
def tokenizer(tiny_model: TinyModel) -> PreTrainedTokenizerFast:
    found = AutoTokenizer.from_pretrained(tiny_model(Family.LLAMA, Form.SAFETENSORS))
    assert isinstance(found, PreTrainedTokenizerFast)
    return found


def test_whatever_is_drawn_of_what_is_allowed_becomes_the_document(tokenizer: PreTrainedTokenizerFast) -> None:
    grammars, chance = Grammars(tokenizer, len(tokenizer), [tokenizer.eos_token_id]), random.Random(3)
    for _ in range(20):
        held, written, drawn = grammars.held_to(SCHEMA), list[int](), 0
        while not held.is_whole:
            token = chance.choice(held.allowed().nonzero()[0].tolist())
            if token == tokenizer.eos_token_id:
                break
            written += held.write(token)
            drawn += 1
        document = json.loads(tokenizer.decode(written))
        assert sorted(document) == ["scenes", "title"]
        assert len(document["scenes"]) == 2
        assert drawn < len(written), "what can only follow is written without asking the model"


def test_a_schema_that_nothing_can_be_held_to_is_refused(tokenizer: PreTrainedTokenizerFast) -> None:
    with pytest.raises(BadRequest, match="JSON Schema"):
        Grammars(tokenizer, len(tokenizer), [0]).held_to({"type": "nonsense"})
