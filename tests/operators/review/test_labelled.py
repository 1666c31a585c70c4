"""Whoever reviews a text sees which part of the piece each of its texts is."""

from __future__ import annotations

from typing import Any

import pytest

from operators.review.labelled import labelled

SCENES = {
    "title": "Bees",
    "description": "Of bees.",
    "hashtags": ["bees"],
    "scenes": [{"narration": "Hum.", "image_prompt": "a bee"}, {"narration": "Buzz.", "image_prompt": "two bees"}],
}
SECTIONS = {
    "summary": "In short.",
    "sections": [
        {"heading": "Rise", "paragraphs": ["One.", "Two."], "image_caption": "Bread", "image_alt": "A loaf"},
        {"heading": None, "paragraphs": ["Three."]},
    ],
}
LINES = {
    "description": "A talk.",
    "speakers": ["Ann", "Ben"],
    "lines": [
        {"speaker": 1, "text": "Why?", "chapter": "Start"},
        {"speaker": 2, "text": "So.", "chapter": None},
        {"speaker": 7, "text": "Who?"},
    ],
}
PRODUCT = {
    "name": "Mug",
    "caption": "Warm.",
    "price_text": "€ 12.50",
    "price": "12.50",
    "currency": "EUR",
    "brand": None,
}


@pytest.mark.parametrize(
    ("document", "told"),
    [
        (SCENES, [("Description", "Of bees."), ("Scene 1", "Hum."), ("Scene 2", "Buzz.")]),
        (
            SECTIONS,
            [
                ("Summary", "In short."),
                ("Section 1", "Rise"),
                ("Section 1", "One."),
                ("Section 1", "Two."),
                ("Under its picture", "Bread"),
                ("Section 2", "Three."),
            ],
        ),
        (
            LINES,
            [("Description", "A talk."), ("Chapter", "Start"), ("Ann", "Why?"), ("Ben", "So."), ("Lines", "Who?")],
        ),
        (PRODUCT, [("Name", "Mug"), ("Caption", "Warm."), ("Price", "€ 12.50")]),
        ("Plain words.", [("Text", "Plain words.")]),
        ({"scenes": "none", "speakers": 3}, [("Scenes", "none")]),
        ([None, 7, ""], []),
    ],
)
def test_each_text_has_the_name_of_its_part(document: Any, told: list[tuple[str, str]]) -> None:
    assert list(labelled(document)) == told
