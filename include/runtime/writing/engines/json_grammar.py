"""A JSON Schema as a grammar in EBNF, for engines that would allow any white space: small models never end it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pydantic import JsonValue

from include.contract.errors import BadRequest

LONGEST_HELD = 120
"""Characters. A string that may have more is only held to its quotation marks: to count so many takes an engine long to
prepare, and whoever reads the answer checks its length."""
_CHARACTER = r'character ::= [^"\\\x00-\x1F] | "\\" ["\\/bfnrt] | "\\u" [0-9a-fA-F]{4}'
_PLAIN = {
    "integer": '"-"? ("0" | [1-9] [0-9]{0,17})',
    "number": '"-"? ("0" | [1-9] [0-9]{0,17}) ("." [0-9]{1,17})?',
    "boolean": '("true" | "false")',
    "null": '"null"',
}


def grammar_of(schema: Mapping[str, JsonValue]) -> str:
    """The grammar of documents of `schema`, on one line, with `, ` and `: ` between their parts.

    :raises BadRequest: it says what no grammar is made of here.
    """
    strings: dict[str, str] = {}
    root = _rule(schema, strings)
    return "\n".join([f"root ::= {root}", *(f"{name} ::= {rule}" for name, rule in strings.items()), _CHARACTER, ""])


def _rule(schema: Any, strings: dict[str, str]) -> str:
    kind = schema.get("type") if isinstance(schema, Mapping) else None
    if isinstance(schema, Mapping) and isinstance(allowed := schema.get("enum"), list):
        return f"({' | '.join(_literal(json.dumps(each, ensure_ascii=False)) for each in allowed)})"
    if kind == "object":
        return _object(schema, strings)
    if kind == "array":
        return _array(schema, strings)
    if kind == "string":
        return _string(schema.get("maxLength"), strings)
    if kind in _PLAIN:
        return _PLAIN[kind]
    raise BadRequest(f"no answer can be held to the JSON Schema: there is no grammar for {json.dumps(schema):.200}")


def _string(most: int | None, strings: dict[str, str]) -> str:
    is_held = most is not None and most <= LONGEST_HELD
    name, times = (f"text{most}", f"{{0,{most}}}") if is_held else ("text", "*")
    strings[name] = rf'"\"" character{times} "\""'
    return name


def _object(schema: Mapping[str, Any], strings: dict[str, str]) -> str:
    fields: Mapping[str, Any] = schema.get("properties", {})
    if schema.get("additionalProperties") is not False or set(schema.get("required", ())) != set(fields):
        raise BadRequest("no answer can be held to the JSON Schema: a field of it may be missing, or another be there")
    parts = [f"{_literal(f'{json.dumps(name)}: ')} {_rule(inner, strings)}" for name, inner in fields.items()]
    return " ".join(['"{"', ' ", " '.join(parts), '"}"'])


def _array(schema: Mapping[str, Any], strings: dict[str, str]) -> str:
    item, least, most = _rule(schema["items"], strings), schema.get("minItems", 0), schema.get("maxItems")
    if most == 0:
        return '"[]"'
    times = f"{{{max(0, least - 1)},{'' if most is None else most - 1}}}"
    whole = rf'"[" {item} (", " {item}){times} "]"'
    return whole if least else f'("[]" | {whole})'


def _literal(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
