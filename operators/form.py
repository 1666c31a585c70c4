"""The trigger form: the brief's fields under the same names, with the content type's defaults."""

from __future__ import annotations

from functools import cache
from typing import Any

from airflow.sdk import Param

from include.contract.brief import Brief
from include.contract.content_types import ContentType
from include.contract.values import Aspect
from include.contract.voices import voices_for

_TITLES = {
    "id": "Short name",
    "topic": "Topic",
    "language": "Language",
    "scenes": "Scenes",
    "aspect": "Aspect",
    "voice": "Voice",
    "second_voice": "Second voice",
    "music": "Music",
    "variation": "Variation",
    "variations": "Variations",
    "script": "Script",
    "sections": "Sections",
    "article": "Article",
    "questions": "Questions",
    "dialogue": "Dialogue",
    "product": "Product",
}
_SHOWN = (
    "topic",
    "language",
    "scenes",
    "aspect",
    "voice",
    "second_voice",
    "music",
    "variation",
    "script",
    "product",
    "id",
)
_LANGUAGES = {
    "en": "English",
    "en-US": "English (America)",
    "de": "German",
    "es": "Spanish",
    "fr": "French",
    "hi": "Hindi",
    "it": "Italian",
    "ja": "Japanese",
    "nl": "Dutch",
    "pl": "Polish",
    "pt-BR": "Portuguese (Brazil)",
    "tr": "Turkish",
    "uk": "Ukrainian",
    "zh-Hans": "Chinese (simplified)",
}
"""Offered beside free text; the contract knows all that are spoken."""


def form_of(content_type: ContentType) -> dict[str, Param]:
    """One parameter a field of the brief that the stages read; the contract's default where the type has none."""
    defaults, read = content_type.brief, content_type.brief_fields
    return {
        name: Param(defaults.get(name, default), description, schema={**schema, "title": _TITLES.get(name, name)})
        for name, (default, description, schema) in _fields().items()
        if name in read
    }


@cache
def _fields() -> dict[str, tuple[Any, str, dict[str, Any]]]:
    """Default, description and JSON schema of each field, the ones that people reach for first in front."""
    whole = Brief.model_json_schema()
    properties = {name: _inlined(schema, whole["$defs"]) for name, schema in whole["properties"].items()}
    names = [*_SHOWN, *(name for name in properties if name not in _SHOWN)]
    return {name: _field(name, properties[name]) for name in names}


def _field(name: str, schema: dict[str, Any]) -> tuple[Any, str, dict[str, Any]]:
    schema = {key: value for key, value in _flat(schema).items() if key != "title"}
    default, description = schema.pop("default", None), schema.pop("description", "")
    if not Brief.model_fields[name].is_required() and default in (None, ""):
        default, schema["type"] = None, [*_types(schema), "null"]
    return default, description, schema | _suggestions(name)


def _suggestions(name: str) -> dict[str, Any]:
    """Values that the form offers beside free text, with words for them."""
    if name == "language":
        return {"examples": list(_LANGUAGES), "values_display": _LANGUAGES}
    if name == "voice":
        return {"examples": list(voices_for("en"))}
    if name == "aspect":
        return {"values_display": {aspect.value: f"{aspect.value}, {aspect.name.lower()}" for aspect in Aspect}}
    return {"format": "multiline"} if name == "topic" else {}


def _flat(schema: dict[str, Any]) -> dict[str, Any]:
    """`anyOf` of plain types as one schema with several types, which is what the form can show."""
    options = schema.pop("anyOf", [])
    for option in options:
        if option["type"] != "null":
            schema = {**option, **schema, "type": [*_types(schema), *_types(option)]}
    if any(option["type"] == "null" for option in options):
        schema["type"] = [*_types(schema), "null"]
    return schema


def _types(schema: dict[str, Any]) -> list[str]:
    types = schema.get("type", [])
    return [each for each in (types if isinstance(types, list) else [types]) if each != "null"]


def _inlined(schema: Any, definitions: dict[str, Any]) -> Any:
    """`schema` without references, which a form's field cannot follow."""
    if isinstance(schema, list):
        return [_inlined(each, definitions) for each in schema]
    if not isinstance(schema, dict):
        return schema
    target = schema.get("$ref", "").removeprefix("#/$defs/")
    own = {key: _inlined(value, definitions) for key, value in schema.items() if key != "$ref"}
    return {**_inlined(definitions[target], definitions), **own} if target else own
