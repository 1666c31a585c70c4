from __future__ import annotations

import json
import re
from typing import Annotated, Literal

import pytest
from pydantic import Field

from include.contract.values import CleanText
from include.runtime.writing.whole.answering import document_in, example_of, form_of, schema_of, several

TITLE = Annotated[str, CleanText(20, is_one_line=True)]
FORM = form_of(
    "Written",
    {
        "title": TITLE,
        "tags": Annotated[list[TITLE], Field(min_length=1, max_length=3)],
        "lines": several("Line", {"speaker": Literal[1, 2], "text": Annotated[str, CleanText(50)]}, 2, 2),
    },
)
LINES = [{"speaker": 1, "text": "Hello."}, {"speaker": 2, "text": "Hi."}]
GOOD = {"title": "Bees", "tags": ["#Bees"], "lines": LINES}


def test_the_schema_is_whole_without_references_and_leaves_nothing_open() -> None:
    text = {"type": "string", "maxLength": 50}
    line = {
        "type": "object",
        "properties": {"speaker": {"type": "integer", "enum": [1, 2]}, "text": text},
        "required": ["speaker", "text"],
        "additionalProperties": False,
    }
    title = {"type": "string", "maxLength": 20}
    assert schema_of(FORM) == {
        "type": "object",
        "properties": {
            "title": title,
            "tags": {"type": "array", "minItems": 1, "maxItems": 3, "items": title},
            "lines": {"type": "array", "minItems": 2, "maxItems": 2, "items": line},
        },
        "required": ["title", "tags", "lines"],
        "additionalProperties": False,
    }
    assert list(schema_of(FORM)["properties"]) == ["title", "tags", "lines"]  # type: ignore[arg-type]


def test_the_example_shows_the_form_where_no_schema_holds_the_model_to_it() -> None:
    assert example_of(schema_of(FORM)) == {"title": "…", "tags": ["…"], "lines": [{"speaker": 1, "text": "…"}]}


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(GOOD),
        f"```json\n{json.dumps(GOOD, indent=1)}\n```",
        f"Sure! Here it is:\n\n{json.dumps(GOOD)}\n\nI hope you like it.",
        f"<think>They want {{bees}}.</think>\n{json.dumps(GOOD)}",
        json.dumps({**GOOD, "note": "more than was asked for"}),
        json.dumps({**GOOD, "title": "  Bees \u0020"}),
    ],
)
def test_a_document_is_found_whatever_a_chat_model_puts_around_it(text: str) -> None:
    assert document_in(FORM, text) == (GOOD, [])


def test_a_fence_inside_a_text_is_part_of_it() -> None:
    document, _ = document_in(form_of("One", {"text": str}), json.dumps({"text": "```\n{}\n```"}))
    assert document == {"text": "```\n{}\n```"}


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("", "is no JSON document"),
        ("I cannot help with that.", "is no JSON document"),
        ("<html><body>502 Bad Gateway</body></html>", "is no JSON document"),
        ('{"title": NaN}', "not a finite number"),
        ('{"title": "\\ud800"}', "is no JSON document"),
        ("{" * 5000 + "}" * 5000, "is no JSON document"),
        ("[" * 200, "is no JSON document"),
        ("[1, 2]", "no object"),
        (json.dumps({**GOOD, "title": "x" * 30}), "title: has 30 characters; allowed: at most 20"),
        (json.dumps({**GOOD, "title": " "}), "title: is empty"),
        (json.dumps({**GOOD, "title": "a\u0000b"}), "control character U\\+0000"),
        (json.dumps({**GOOD, "lines": LINES[:1]}), "lines: has too few .*a list of 2 parts"),
        (json.dumps({**GOOD, "lines": [*LINES, *LINES]}), "lines: has too many .*a list of 2 parts"),
        (json.dumps({"title": "Bees", "tags": ["#Bees"]}), "lines: is missing"),
        (json.dumps({**GOOD, "lines": [{"speaker": 3, "text": "Hm."}, LINES[1]]}), "lines.0.speaker: .*3"),
    ],
)
def test_what_is_no_such_document_is_told_in_words(text: str, mistake: str) -> None:
    document, mistakes = document_in(FORM, text)
    assert document is None
    assert mistakes

    assert re.search(mistake, "; ".join(mistakes)), mistakes


def test_a_cut_answer_is_told_how_long_it_may_be() -> None:
    document, mistakes = document_in(FORM, '{"title": "Be', cut_at=600)
    assert document is None
    assert mistakes == [
        "The answer is no JSON document: it breaks off after 600 tokens, the most that there may be "
        """(found '{"title": "Be')"""
    ]
