"""Canonical bytes: equal values look equal, and what has no one form is refused (I4, I5)."""

from __future__ import annotations

import math
from typing import Annotated

import pytest
from pydantic import Field

from include.contract.canonical import canonical_bytes, canonical_tree, digest
from include.contract.errors import BadRequest
from include.contract.parsing import MAX_LEVELS
from include.contract.values import Aspect, Closed


def canonical(value: object) -> bytes:
    return canonical_bytes(canonical_tree(value))


def test_keys_are_sorted_and_text_is_nfc_utf8() -> None:
    assert canonical({"b": "e\u0301", "a": [True, None, 1]}) == '{"a":[true,null,1],"b":"é"}'.encode()


def test_floats_are_tagged_hex_so_no_printing_rule_matters() -> None:
    assert canonical(0.1) == b'{"$float":"0x1.999999999999ap-4"}'
    assert canonical(-0.0) == canonical(0.0)
    assert canonical(1.0) != canonical(1), "a float and an integer are different values"


@pytest.mark.parametrize(
    "value",
    [
        math.nan,
        math.inf,
        "\ud800",
        {"e\u0301": 1, "é": 2},
        {"$float": "x"},
        {1: "x"},
        b"bytes",
        object(),
    ],
)
def test_what_has_no_canonical_form_is_refused(value: object) -> None:
    with pytest.raises(BadRequest):
        canonical(value)


def nested(levels: int, inner: object = "x") -> object:
    for level in range(levels):
        inner = [inner] if level % 2 else {"a": inner}
    return inner


def test_what_is_nested_beyond_the_limit_is_refused_however_deep() -> None:
    assert canonical(nested(MAX_LEVELS))
    for levels in (MAX_LEVELS + 1, 500, 5_000):
        with pytest.raises(BadRequest, match="more than 100 levels deep"):
            canonical(nested(levels))


class Params(Closed):
    strength: float = 1.0
    aspect: Aspect = Aspect.WIDE


class ParamsOfLater(Params):
    grain: Annotated[int, Field(json_schema_extra={"neutral": 0})] = 3


def test_an_explicit_default_and_an_integer_for_a_float_give_the_same_digest() -> None:
    values = ({}, {"strength": 1}, {"strength": 1.0, "aspect": "16:9"})
    assert len({digest(canonical_tree(Params.model_validate(value))) for value in values}) == 1


def test_a_later_parameter_is_left_out_only_at_its_neutral_value() -> None:
    assert canonical(ParamsOfLater(grain=0)) == canonical(Params())
    assert canonical(ParamsOfLater()) != canonical(Params()), "its default is not neutral, so it is hashed"
