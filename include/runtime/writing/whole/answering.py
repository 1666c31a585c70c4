"""The form of an answer, as JSON Schema and as an example, and from an answer's text to its document."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, cast

from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError, create_model

from include.contract.messages import quoted
from include.contract.mistakes import field_mistakes
from include.contract.parsing import json_in

Written = Mapping[str, Any]
"""A document that a model wrote, in the form that was asked for."""

_KEPT = ("type", "enum", "minItems", "maxItems", "maxLength", "minimum", "maximum")
"""Keywords of JSON Schema that every engine which enforces schemas can take."""
_FENCE = re.compile(r"```[a-zA-Z]*\n(.*?)```", re.DOTALL)
_THOUGHT = re.compile(r"<think>.*?</think>", re.DOTALL)
_UNWRITTEN = "…"
_SHOWN_CHARACTERS = 60


class AnswerForm(BaseModel):
    """What a model is to write; anything else that it writes is ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")


def form_of(name: str, fields: Mapping[str, Any]) -> type[AnswerForm]:
    """A form with these `fields`, each by its type."""
    definitions: dict[str, Any] = {field: (kind, ...) for field, kind in fields.items()}
    return create_model(name, __base__=AnswerForm, **definitions)


def several(name: str, fields: Mapping[str, Any], fewest: int, most: int) -> Any:
    """The type of a list of parts with these `fields`."""
    part = form_of(name, fields)
    return Annotated[list[part], Field(min_length=fewest, max_length=most)]  # type: ignore[valid-type]


def schema_of(form: type[AnswerForm]) -> dict[str, JsonValue]:
    """The JSON schema of `form`, complete and without references: every field is required, no other allowed."""
    whole = form.model_json_schema()
    return _plain(whole, whole.get("$defs", {}))


def _plain(schema: Mapping[str, Any], shared: Mapping[str, Any]) -> dict[str, JsonValue]:
    if "$ref" in schema:
        schema = shared[schema["$ref"].rpartition("/")[2]]
    found: dict[str, JsonValue] = {key: schema[key] for key in _KEPT if key in schema}
    if "items" in schema:
        found["items"] = _plain(schema["items"], shared)
    if "properties" in schema:
        fields = {name: cast(JsonValue, _plain(inner, shared)) for name, inner in schema["properties"].items()}
        found |= {"properties": fields, "required": list(fields), "additionalProperties": False}
    return found


def example_of(schema: JsonValue) -> JsonValue:
    """An example of a document of `schema`, with one element in each list."""
    if not isinstance(schema, dict):
        return _UNWRITTEN
    if isinstance(fields := schema.get("properties"), dict):
        return {name: example_of(inner) for name, inner in fields.items()}
    if schema.get("type") == "array":
        return [example_of(schema["items"])]
    if isinstance(allowed := schema.get("enum"), list):
        return allowed[0]
    return _UNWRITTEN


def document_in(form: type[AnswerForm], text: str, cut_at: int | None = None) -> tuple[Written | None, list[str]]:
    """The document in an answer's text, or None and what is wrong with it.

    :param cut_at: how many tokens the answer has, if it ended at its limit.
    """
    try:
        value = json_in(_json_part(text))
    except ValueError as error:
        why = f"{error}" if cut_at is None else f"it breaks off after {cut_at} tokens, the most that there may be"
        return None, [f"The answer is no JSON document: {why} (found {quoted(text[:_SHOWN_CHARACTERS])})"]
    if not isinstance(value, dict):
        return None, [f"The answer is JSON, and no object (found {quoted(value)})"]
    try:
        return form.model_validate(value).model_dump(), []
    except ValidationError as error:
        found, more = field_mistakes(error, form)
        return None, [*map(str, found), *([f"and {more} more mistakes"] if more else [])]


def _json_part(text: str) -> str:
    """`text` without what chat models put around JSON: thoughts, a fence, a greeting."""
    plain = _THOUGHT.sub("", text).strip()
    fenced = None if plain.startswith("{") else _FENCE.search(plain)
    plain = fenced.group(1).strip() if fenced else plain
    start, end = plain.find("{"), plain.rfind("}")
    return plain[start : end + 1] if 0 <= start < end else plain
