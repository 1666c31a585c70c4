"""Canonical bytes of a value, which every fingerprint is computed from (I4, I5)."""

from __future__ import annotations

import hashlib
import json
import math
import unicodedata
from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any

from pydantic import BaseModel, JsonValue

from include.contract.errors import BadRequest
from include.contract.parsing import MAX_LEVELS

NEUTRAL = "neutral"
"""Key in a field's `json_schema_extra`: the value that means what the recipe did before the field existed (I5)."""
_FLOAT_TAG = "$float"


def canonical_tree(value: Any, levels: int = MAX_LEVELS) -> JsonValue:
    """`value` as a JSON tree in which equal values look equal: text in NFC, floats as tagged `float.hex()`.

    :raises BadRequest: NaN, infinities, lone surrogates, keys that collide after NFC or start with `$`,
        types that JSON cannot express, and more than `levels` levels of nesting.
    """
    if levels < 0:
        raise BadRequest(f"a value nested more than {MAX_LEVELS} levels deep cannot be hashed")
    if isinstance(value, Enum):
        return canonical_tree(value.value, levels)
    if value is None or isinstance(value, int):
        return value
    if isinstance(value, str):
        return _canonical_text(value)
    if isinstance(value, float):
        return _canonical_float(value)
    if isinstance(value, BaseModel):
        return _canonical_mapping(_hashed_fields(value), levels)
    if isinstance(value, Mapping):
        return _canonical_mapping(value, levels)
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        return [canonical_tree(element, levels - 1) for element in value]
    raise BadRequest(f"a {type(value).__name__} cannot be hashed; allowed: text, numbers, booleans, lists, mappings")


def canonical_bytes(tree: JsonValue) -> bytes:
    """UTF-8 JSON of a canonical tree: keys sorted, no blanks."""
    return json.dumps(tree, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def digest(tree: JsonValue) -> str:
    """SHA-256 of a canonical tree, in hex."""
    return hashlib.sha256(canonical_bytes(tree)).hexdigest()


def _hashed_fields(model: BaseModel) -> dict[str, Any]:
    """Every field of `model`, but for those added later that still have their neutral value."""
    fields = {}
    for name, info in type(model).model_fields.items():
        value = getattr(model, name)
        extra = info.json_schema_extra
        if isinstance(extra, Mapping) and NEUTRAL in extra and value == extra[NEUTRAL]:
            continue
        fields[name] = value
    return fields


def _canonical_float(value: float) -> JsonValue:
    if not math.isfinite(value):
        raise BadRequest(f"{value} cannot be hashed; allowed: finite numbers")
    return {_FLOAT_TAG: (value + 0.0).hex()}


def _canonical_text(value: str) -> str:
    if value.isascii():
        return value
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise BadRequest(f"text with a lone surrogate at position {error.start} cannot be hashed") from error
    return unicodedata.normalize("NFC", value)


def _canonical_mapping(value: Mapping[Any, Any], levels: int) -> dict[str, JsonValue]:
    tree: dict[str, JsonValue] = {}
    for key, element in value.items():
        if not isinstance(key, str) or key.startswith("$"):
            raise BadRequest(f"the key {key!r} cannot be hashed; allowed: text that does not start with `$`")
        key = _canonical_text(key)
        if key in tree:
            raise BadRequest(f"the key {key!r} appears twice after Unicode normalisation; keep one of them")
        tree[key] = canonical_tree(element, levels - 1)
    return tree
