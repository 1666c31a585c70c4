from __future__ import annotations

from typing import Any

import pytest

from include.contract.errors import BadRequest
from include.runtime.writing.engines.json_grammar import LONGEST_HELD, grammar_of


def whole(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def test_a_document_is_on_one_line_and_each_length_of_string_is_one_rule() -> None:
    scene = whole({"says": {"type": "string", "maxLength": LONGEST_HELD + 1}, "by": {"enum": [1, "zwei"]}})
    schema = whole(
        {
            "title": {"type": "string", "maxLength": 12},
            "sub": {"type": "string", "maxLength": 12},
            "scenes": {"type": "array", "items": scene, "minItems": 2, "maxItems": 5},
            "tags": {"type": "array", "items": {"type": "string"}},
        }
    )
    root, *rules = grammar_of(schema).splitlines()
    item = r'"{" "\"says\": " text ", " "\"by\": " ("1" | "\"zwei\"") "}"'
    assert root == (
        r'root ::= "{" "\"title\": " text12 ", " "\"sub\": " text12 ", " "\"scenes\": " '
        rf'"[" {item} (", " {item}){{1,4}} "]" ", " "\"tags\": " ("[]" | "[" text (", " text){{0,}} "]") "}}"'
    )
    assert rules == [
        r'text12 ::= "\"" character{0,12} "\""',
        r'text ::= "\"" character* "\""',
        r'character ::= [^"\\\x00-\x1F] | "\\" ["\\/bfnrt] | "\\u" [0-9a-fA-F]{4}',
    ]


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "nonsense"},
        {},
        {"anyOf": [{"type": "string"}]},
        {"type": "array", "items": True},
        {**whole({"title": {"type": "string"}}), "required": []},
        {**whole({"title": {"type": "string"}}), "additionalProperties": True},
    ],
)
def test_what_there_is_no_grammar_for_is_refused(schema: dict[str, Any]) -> None:
    with pytest.raises(BadRequest, match="no answer can be held to the JSON Schema"):
        grammar_of(schema)
