"""What is allowed at a place in a document, looked up in its model's JSON schema and put in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from pydantic import BaseModel

Path = tuple[int | str, ...]
Schema = dict[str, Any]
_MAX_LISTED = 30
_ALTERNATIVES = ("anyOf", "oneOf")


@cache
def schema_of(model: type[BaseModel]) -> Schema:
    """The JSON schema of `model`, without references."""
    whole = model.model_json_schema()
    found: Schema = _inlined({key: value for key, value in whole.items() if key != "$defs"}, whole.get("$defs", {}))
    return found


def schema_at(schema: Mapping[str, Any], path: Path) -> Schema | None:
    """What is allowed at `path` of what `schema` describes; None if nothing is."""
    options = [dict(schema)]
    for part in path:
        options = [inner for option in options for inner in _inside(option, part)]
    return {"anyOf": options} if len(options) > 1 else next(iter(options), None)


def fields_at(schema: Mapping[str, Any]) -> list[str]:
    """Names of the fields that a mapping may have there."""
    alternatives = [each for key in _ALTERNATIVES for each in schema.get(key, ())]
    own, others = schema.get("properties", ()), (name for each in alternatives for name in fields_at(each))
    return list(dict.fromkeys([*own, *others]))


def names_at(schema: Mapping[str, Any]) -> list[str]:
    """The names that are allowed there, besides anything else."""
    alternatives = [each for key in _ALTERNATIVES for each in schema.get(key, ())]
    own = [value for value in schema.get("enum", ()) if isinstance(value, str)]
    return list(dict.fromkeys([*own, *(name for each in alternatives for name in names_at(each))]))


def in_words(schema: Mapping[str, Any]) -> str:
    """What `schema` allows, such as `a whole number from 1 to 40`; empty when it allows anything."""
    alternatives = [in_words(each) for key in _ALTERNATIVES for each in schema.get(key, ())]
    if alternatives:
        return ", or ".join(dict.fromkeys(filter(None, alternatives)))
    if "enum" in schema:
        return ", ".join(str(value) for value in schema["enum"][:_MAX_LISTED])
    if "const" in schema:
        return str(schema["const"])
    kinds = schema.get("type", ())
    return " or ".join(filter(None, (_kind(each, schema) for each in ([kinds] if isinstance(kinds, str) else kinds))))


def _inlined(schema: Any, definitions: Mapping[str, Any]) -> Any:
    if isinstance(schema, list):
        return [_inlined(each, definitions) for each in schema]
    if not isinstance(schema, dict):
        return schema
    target = schema.get("$ref", "").removeprefix("#/$defs/")
    own = {key: _inlined(value, definitions) for key, value in schema.items() if key != "$ref"}
    return {**_inlined(definitions[target], definitions), **own} if target else own


def _inside(schema: Mapping[str, Any], part: int | str) -> Iterator[Schema]:
    for key in _ALTERNATIVES:
        for option in schema.get(key, ()):
            yield from _inside(option, part)
    if isinstance(part, int):
        yield from _numbered(schema, part)
    elif part in schema.get("properties", {}):
        yield schema["properties"][part]
    else:
        more = [schema.get("additionalProperties"), *schema.get("patternProperties", {}).values()]
        yield from ({} if each is True else each for each in more if each is True or isinstance(each, dict))


def _numbered(schema: Mapping[str, Any], part: int) -> Sequence[Schema]:
    first: list[Schema] = schema.get("prefixItems", [])
    rest = schema.get("items")
    return first[part : part + 1] or ([rest] if isinstance(rest, dict) else [])


def _kind(kind: str, schema: Mapping[str, Any]) -> str:
    match kind:
        case "integer" | "number":
            return f"a {'whole ' if kind == 'integer' else ''}number{_limits(schema)}"
        case "boolean":
            return "true or false"
        case "string" if schema.get("format") == "date":
            return "a date such as 2026-01-31"
        case "string":
            form = f" of the form `{schema['pattern']}`" if "pattern" in schema else ""
            return f"text{_size(schema, 'minLength', 'maxLength', 'characters')}{form}"
        case "array":
            return f"a list{_size(schema, 'minItems', 'maxItems', 'parts')}"
        case "object" if fields_at(schema):
            return f"a mapping with the fields {', '.join(fields_at(schema)[:_MAX_LISTED])}"
        case "object":
            return f"a mapping{_size(schema, 'minProperties', 'maxProperties', 'parts')}"
    return ""


def _limits(schema: Mapping[str, Any]) -> str:
    least, most = schema.get("minimum"), schema.get("maximum")
    words = {
        "exclusiveMinimum": " above {}",
        "minimum": " from {}" if most is not None else " of at least {}",
        "maximum": " to {}" if least is not None else ", at most {}",
        "exclusiveMaximum": ", below {}",
        "multipleOf": ", a multiple of {}",
    }
    return "".join(word.format(schema[key]) for key, word in words.items() if key in schema)


def _size(schema: Mapping[str, Any], least_key: str, most_key: str, of_what: str) -> str:
    least, most = schema.get(least_key) or 0, schema.get(most_key)
    if least and least == most:
        return f" of {least} {of_what}"
    if least and most is not None:
        return f" of {least} to {most} {of_what}"
    if most is not None:
        return f" of at most {most} {of_what}"
    return f" of at least {least} {of_what}" if least else ""
