from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest
from pydantic import JsonValue

from include.contract.errors import BadRequest
from operators.models.agreeing import check_agree
from operators.models.headers import Header, Tensor

TWO_LAYERS = {
    "model.embed_tokens.weight": [32, 8],
    "model.layers.0.mlp.up_proj.weight": [8, 8],
    "model.layers.1.mlp.up_proj.weight": [8, 8],
    "lm_head.weight": [32, 8],
}


def header(shapes: Mapping[str, Sequence[int]]) -> Header:
    return Header({name: Tensor(1, 4, True, tuple(shape)) for name, shape in shapes.items()})


def check(config: Mapping[str, JsonValue], shapes: Mapping[str, Sequence[int]] = TWO_LAYERS) -> None:
    check_agree("config.json", "llama", config, [header(shapes)])


@pytest.mark.parametrize(
    "config",
    [
        {},
        {"num_hidden_layers": 2, "vocab_size": 32, "quantization_config": None},
        {"num_hidden_layers": 1},  # as of models that have a layer for guessing ahead
    ],
)
def test_what_agrees_or_says_nothing_may_stay(config: Mapping[str, JsonValue]) -> None:
    check(config)


def test_shards_are_looked_at_together() -> None:
    names = list(TWO_LAYERS)
    shards = [header({name: TWO_LAYERS[name] for name in some}) for some in (names[:2], names[2:])]
    check_agree("config.json", "llama", {"num_hidden_layers": 2, "vocab_size": 32}, shards)


def test_weights_of_unknown_names_are_left_to_transformers() -> None:
    check({"num_hidden_layers": 9, "vocab_size": 9}, {"w": [32, 8]})


@pytest.mark.parametrize(
    ("config", "says"),
    [
        ({"num_hidden_layers": 7}, "`num_hidden_layers` is 7, but the weights have 2 layers; they are of different mo"),
        ({"vocab_size": 31}, "`vocab_size` is 31, but the weights have 32 rows in 'model.embed_tokens.weight'; they "),
        ({"vocab_size": 40}, "`vocab_size` is 40, but the weights have 32 rows in 'model.embed_tokens.weight'; they "),
        (
            {"quantization_config": {"quant_method": "gptq", "bits": 4}},
            "`quantization_config` says that the weights are quantised (`quant_method` 'gptq'), which the stages",
        ),
        ({"quantization_config": {}}, "(`quant_method` None)"),
        ({"quantization_config": 7}, "`quantization_config` is 7, which transformers cannot read; it was altered, so "),
        ({"quantization_config": []}, "`quantization_config` is [], which transformers cannot read"),
    ],
)
def test_what_contradicts_the_weights_is_refused(config: Mapping[str, JsonValue], says: str) -> None:
    with pytest.raises(BadRequest) as raised:
        check(config)
    assert str(raised.value).startswith("config.json: `")
    assert says in str(raised.value)


def test_architectures_that_count_otherwise_are_only_asked_for_plain_numbers() -> None:
    told: dict[str, JsonValue] = {"num_hidden_layers": 4, "vocab_size": 31}
    check_agree("config.json", "longcat_flash", told, [header(TWO_LAYERS)])
    with pytest.raises(BadRequest, match="quantised"):
        check_agree("config.json", "longcat_flash", {"quantization_config": {}}, [])


def test_all_contradictions_are_told_at_once() -> None:
    with pytest.raises(BadRequest) as raised:
        check({"num_hidden_layers": 7, "vocab_size": 40, "quantization_config": {"quant_method": "awq"}})
    assert len(str(raised.value).splitlines()) == 3
