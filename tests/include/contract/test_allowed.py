"""What may stand in a place is found in a model's schema, and said in words."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel

from include.contract.allowed import fields_at, in_words, schema_at, schema_of
from include.contract.brief import Brief
from include.contract.content_types import ContentType
from include.contract.deployments import Deployment
from include.contract.sources import CalendarSettings, FeedSettings


@pytest.mark.parametrize(
    ("path", "words"),
    [
        (("scenes",), "a whole number from 1 to 400"),
        (("aspect",), "16:9, 9:16, 1:1"),
        (("music",), "true or false, or calm, nostalgic, tender, or text of at most 1024 characters"),
        (("script",), "a mapping with the fields title, description, hashtags, scenes"),
        (("script", "scenes"), "a list of 1 to 400 parts"),
        (("script", "scenes", 7, "narration"), "text of at most 2000 characters"),
        (("dialogue", "speakers"), "a list of 2 parts"),
        (("dialogue", "speakers", 1), "text of at most 60 characters"),
        (("dialogue", "lines", 0, "speaker"), "1, 2"),
        (("variations",), "a mapping of at most 10000 parts"),
        (("variations", "image/03"), "a whole number from 0 to 2147483647"),
    ],
)
def test_a_place_in_a_brief_says_what_may_stand_there(path: tuple[int | str, ...], words: str) -> None:
    schema = schema_at(schema_of(Brief), path)
    assert schema is not None
    assert in_words(schema) == words


@pytest.mark.parametrize("path", [("sceens",), ("topic", "x"), ("dialogue", "speakers", 2), ("script", 0)])
def test_nothing_may_stand_where_there_is_no_place(path: tuple[int | str, ...]) -> None:
    assert schema_at(schema_of(Brief), path) is None


def test_the_fields_of_all_alternatives_are_told() -> None:
    class Holder(BaseModel):
        source: CalendarSettings | FeedSettings | None

    source = schema_at(schema_of(Holder), ("source",))
    assert source is not None
    assert fields_at(source) == ["calendar", "feed", "limit"]


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"type": "number", "exclusiveMinimum": 0, "maximum": 24}, "a number above 0, at most 24"),
        (
            {"type": "integer", "minimum": 240, "maximum": 2160, "multipleOf": 2},
            "a whole number from 240 to 2160, a multiple of 2",
        ),
        ({"type": "integer", "minimum": 1}, "a whole number of at least 1"),
        ({"type": "string", "format": "date"}, "a date such as 2026-01-31"),
        ({"type": ["string", "number"], "maxLength": 20}, "text of at most 20 characters or a number"),
        ({"type": "array", "minItems": 1}, "a list of at least 1 parts"),
        ({"const": "feed"}, "feed"),
        ({}, ""),
    ],
)
def test_a_schema_is_said_in_words(schema: dict[str, Any], words: str) -> None:
    assert in_words(schema) == words


@pytest.mark.parametrize("model", [Brief, ContentType, Deployment])
def test_a_schema_has_no_references(model: Any) -> None:
    assert "$ref" not in str(schema_of(model))
