"""A mistake is told by its place and in our words, whatever is wrong with whatever model."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError
from pydantic_core import InitErrorDetails
from pydantic_core._pydantic_core import list_all_errors

from include.contract.brief import Brief
from include.contract.content_types import ContentType, read_content_type
from include.contract.deployments import Deployment
from include.contract.errors import BadRequest
from include.contract.messages import MAX_MISTAKES, quoted
from include.contract.mistakes import FieldMistake, field_mistakes, on_one_line
from include.contract.yaml12 import Document, read_yaml
from tests.foreign import damaged
from tests.include.contract.test_brief import COMPLETE

ROOT = Path(__file__).parents[3]
WHOLE: list[tuple[type[BaseModel], Any]] = [
    (Brief, COMPLETE),
    *(
        (model, read_yaml((ROOT / file).read_text(), file).value)
        for model, file in (
            (ContentType, "dags/content_types/podcast.yaml"),
            (ContentType, "dags/content_types/product_cards.yaml"),
            (Deployment, "include/deployments/kubernetes.yaml"),
        )
    ),
]
FOREIGN_WORDS = re.compile(
    r"input should|value error|valid (dict|integer|string|bool|list|tuple|number|date|decimal)|instance of|"
    r"field required|extra inputs|not permitted|pydantic|validation|parse|function-|constrained|Draft|Error",
    re.IGNORECASE,
)


def mistakes_in(model: type[BaseModel], value: Any) -> list[FieldMistake]:
    with pytest.raises(ValidationError) as caught:
        model.model_validate(value)
    return field_mistakes(caught.value, model)[0]


@given(st.sampled_from(WHOLE).flatmap(lambda whole: st.tuples(st.just(whole[0]), damaged(whole[1]))))
def test_nothing_is_told_in_the_words_of_the_library_that_checks(damage: tuple[type[BaseModel], Any]) -> None:
    model, value = damage
    try:
        model.model_validate(value)
    except ValidationError as error:
        found, _ = field_mistakes(error, model)
        assert found
        for mistake in found:
            own = re.sub(r"\(found .*\)|'.*'|`.*`", "", mistake.words, flags=re.DOTALL)
            assert not FOREIGN_WORDS.search(own), mistake


@pytest.mark.parametrize(
    ("brief", "told"),
    [
        ({"scenes": 999}, "scenes: is too large (found 999); allowed: a whole number from 1 to 400"),
        ({"scenes": "many"}, "scenes: is not a whole number (found 'many'); allowed: a whole number from 1 to 400"),
        ({"scenes": 2.5}, "scenes: is not a whole number (found 2.5); allowed: a whole number from 1 to 400"),
        (
            {"music": 5},
            "music: is not known (found 5); allowed: true or false, or calm, nostalgic, tender, or text",
        ),
        ({"music": ""}, "music: is empty; write something or leave the field out (found '')"),
        (
            {"script": [1]},
            "script: is not a mapping (found [1]); allowed: a mapping with the fields title, description,",
        ),
        ({"product": {"nam": "Mug"}}, "product.nam: is not a field; did you mean `name`? allowed: name, description,"),
        ({"product": {"nam": "Mug"}}, "product.name: is missing; allowed: text of at most 200 characters"),
        (
            {"dialogue": {"speakers": ["Ann"]}},
            "dialogue.speakers.1: is missing; allowed: text of at most 60 characters",
        ),
        (
            {"variations": {"image_3": 1}},
            "variations.image_3: has the wrong form; allowed: a stage of the content",
        ),
        ({"colour": "red"}, "colour: is not a field; allowed: id, topic, language,"),
        ({"id": "b" * 99}, f"id: is too long (found {quoted('b' * 99)}); allowed: text of at most 80 characters"),
    ],
)
def test_a_mistake_says_where_it_stands_what_was_found_and_what_is_allowed(brief: dict[str, Any], told: str) -> None:
    assert any(str(mistake).startswith(told) for mistake in mistakes_in(Brief, {"topic": "Bees", **brief}))


def test_a_list_is_not_said_to_be_too_short_when_only_its_parts_are_wrong() -> None:
    found = mistakes_in(Brief, {"dialogue": {"lines": [{"speaker": 1}]}})
    assert [mistake.path for mistake in found] == [("dialogue", "lines", 0, "text")]


def test_defaults_of_briefs_are_told_with_the_fields_that_a_content_type_sets() -> None:
    content_type = {**WHOLE[1][1], "brief": {"vocie": "auto", "scenes": 999}}
    with pytest.raises(BadRequest) as caught:
        read_content_type(Document("podcast.yaml", content_type))
    told = [line.partition(" line 1: ")[2] for line in str(caught.value).splitlines()]
    assert "`brief.scenes`: is too large (found 999); allowed: a whole number from 1 to 400" in told
    assert any(
        each.startswith("`brief.vocie`: is not a field; did you mean `voice`? allowed: voice, language,")
        for each in told
    )


def test_allowed_fields_are_those_that_the_caller_names() -> None:
    with pytest.raises(ValidationError) as caught:
        Brief.model_validate({"topic": "Bees", "colour": "red"})
    found, _ = field_mistakes(caught.value, Brief, ("id", "topic"))
    assert [str(mistake) for mistake in found] == ["colour: is not a field; allowed: id, topic"]


def test_of_too_many_mistakes_the_first_are_told_and_the_rest_counted() -> None:
    with pytest.raises(ValidationError) as caught:
        Brief.model_validate({"topic": "Bees", **{f"k{number}": number for number in range(1000)}})
    found, more = field_mistakes(caught.value, Brief)
    assert (len(found), len(found) + more) == (MAX_MISTAKES, 1000)


@pytest.mark.parametrize("known", list_all_errors(), ids=lambda known: str(known["type"]))
def test_no_kind_of_mistake_is_told_in_pydantics_words(known: dict[str, Any]) -> None:
    context = known["example_context"] or {}
    if known["type"] == "value_error":
        context = {"error": ValueError("is wrong")}
    detail = InitErrorDetails(type=known["type"], loc=("topic",), input=7, ctx=context)
    told = on_one_line(ValidationError.from_exception_data("Brief", [detail]), Brief)
    assert told.startswith("topic: ")
    assert not re.search(r"Input should|pydantic|https?:|Value error|valid ", told)
