"""The trigger form as Airflow takes it: nothing is changed in silence, and what comes first matters first."""

from __future__ import annotations

from typing import Any

import pytest
from airflow.sdk import Param
from airflow.sdk.exceptions import ParamValidationError

from include.contract.brief import Brief
from include.contract.content_types import ContentType
from include.contract.voices import VOICES
from operators.briefs.asked import brief_field
from operators.configuration import CONTENT_TYPES, content_type_in, deployment_here
from operators.dags.form import SOUND, TAKES, form_of
from tests.operators.conftest import films

SHIPPED = {path.stem: content_type_in(path, deployment_here()) for path in sorted(CONTENT_TYPES.glob("*.yaml"))}
CALENDAR = films(source={"calendar": "c.csv"}, schedule="@daily", start_date="2026-01-01")


def schema_of(content_type: ContentType, name: str) -> dict[str, Any]:
    schema: dict[str, Any] = form_of(content_type)[name].schema
    return schema


def taken(content_type: ContentType, name: str, value: object) -> bool:
    """Whether Airflow takes `value` from its form or its API."""
    param = form_of(content_type)[name]
    try:
        Param(value, schema=param.schema).resolve()
    except ParamValidationError:
        return False
    return True


@pytest.mark.parametrize("content_type", SHIPPED.values(), ids=SHIPPED)
def test_every_field_that_is_read_is_shown_once_with_title_and_help(content_type: ContentType) -> None:
    form = form_of(content_type)
    assert {brief_field(name) for name in form} == set(content_type.brief_fields)
    titles = [param.schema["title"] for param in form.values()]
    assert len(set(titles)) == len(titles)
    assert all(param.description for param in form.values())


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("narrated_video", ["topic", "language", "scenes", "aspect"]),
        ("podcast", ["topic", "language", "questions", "aspect"]),
        ("illustrated_article", ["topic", "language", "sections", "aspect"]),
        ("product_cards", ["product.name", "product.description", "product.price", "product.currency"]),
    ],
)
def test_what_matters_first_stands_first_and_takes_stand_last(name: str, first: list[str]) -> None:
    form = form_of(SHIPPED[name])
    assert list(form)[: len(first)] == first
    sections = list(dict.fromkeys(param.schema.get("section") for param in form.values()))
    assert (sections[0], sections[-1]) == (None, TAKES)
    assert list(form)[-3:] == ["id", "variation", "variations"]


def test_a_calendars_day_may_be_chosen_beside_what_a_run_is_about() -> None:
    assert list(form_of(CALENDAR))[:2] == ["day", "topic"]
    assert taken(CALENDAR, "day", "2026-11-25")
    assert not taken(CALENDAR, "day", "tomorrow")
    assert all("day" not in form_of(content_type) for content_type in SHIPPED.values())


def test_voice_and_music_have_a_section_where_something_is_heard() -> None:
    heard = [name for name, param in form_of(SHIPPED["podcast"]).items() if param.schema.get("section") == SOUND]
    assert heard == ["voice", "second_voice", "music_mood", "music_file"]
    assert SOUND not in {param.schema.get("section") for param in form_of(SHIPPED["illustrated_article"]).values()}


@pytest.mark.parametrize("content_type", [*SHIPPED.values(), CALENDAR])
def test_nothing_is_cut_to_a_limit_in_silence(content_type: ContentType) -> None:
    for param in form_of(content_type).values():
        assert not {"minimum", "maximum", "minLength", "maxLength"} & set(param.schema)


def test_help_is_in_the_words_of_what_is_made() -> None:
    told = {name: form_of(content_type) for name, content_type in SHIPPED.items()}
    assert told["narrated_video"]["topic"].description.startswith("What the film is about")
    assert told["podcast"]["aspect"].description.startswith("Shape of the cover")
    assert "bring an article" in told["illustrated_article"]["language"].description
    assert "alone" not in told["product_cards"]["language"].description
    assert "alone, at most 10 are written" in told["narrated_video"]["scenes"].description
    assert "A scene may also have: image, clip, fit, voice, " in told["narrated_video"]["script"].description
    assert "calendar's rows of the run's day" in form_of(CALENDAR)["topic"].description


def test_the_form_insists_on_what_a_piece_is_about_unless_a_source_says_so() -> None:
    assert schema_of(SHIPPED["narrated_video"], "topic")["type"] == "string"
    assert schema_of(SHIPPED["product_cards"], "product.name")["type"] == "string"
    assert "null" in schema_of(CALENDAR, "topic")["type"]
    assert not taken(SHIPPED["narrated_video"], "topic", "   ")
    assert form_of(SHIPPED["narrated_video"])["topic"].value == "", "a run that brings a script needs none"


@pytest.mark.parametrize("language", ["en", "pt-BR", "zh-Hans", "de-AT", "no"])
def test_any_tag_of_a_language_is_taken(language: str) -> None:
    assert taken(SHIPPED["narrated_video"], "language", language)


@pytest.mark.parametrize("language", ["english", "English (America)", "", "de_AT", "deutsch"])
def test_a_languages_name_is_not(language: str) -> None:
    assert not taken(SHIPPED["narrated_video"], "language", language)


@pytest.mark.parametrize("name", ["id", "script", "variations", "music_file"])
def test_what_a_brief_may_leave_out_may_stay_empty(name: str) -> None:
    assert form_of(SHIPPED["narrated_video"])[name].value is None
    assert taken(SHIPPED["narrated_video"], name, None)


@pytest.mark.parametrize("name", ["language", "scenes", "aspect", "voice", "music_mood", "variation"])
def test_what_a_brief_always_has_is_insisted_on(name: str) -> None:
    assert form_of(SHIPPED["narrated_video"])[name].value is not None
    assert not taken(SHIPPED["narrated_video"], name, None)


def test_a_voice_and_music_are_chosen_from_a_list() -> None:
    form = form_of(SHIPPED["podcast"])
    for name in ("voice", "second_voice"):
        assert form[name].schema["enum"] == [*VOICES] == [*form[name].schema["values_display"]]
    music = form["music_mood"]
    assert music.schema["enum"] == ["none", "any", "calm", "nostalgic", "tender", "file"]
    assert [*music.schema["values_display"]] == music.schema["enum"]
    assert music.value == "any"


def test_a_content_types_defaults_are_what_the_form_shows() -> None:
    brief = {"language": "de", "scenes": 9, "aspect": "1:1", "voice": "espeak-male"}
    form = form_of(films(brief={**brief, "music": "calm"}))
    assert {name: form[name].value for name in brief} == brief
    assert form["music_mood"].value == "calm"
    own = form_of(films(brief={"music": "bed.mp3"}))
    assert (own["music_mood"].value, own["music_file"].value) == ("file", "bed.mp3")


def test_currencies_are_those_of_the_contract_and_may_be_left_open() -> None:
    assert taken(SHIPPED["product_cards"], "product.currency", "EUR")
    assert taken(SHIPPED["product_cards"], "product.currency", None)
    assert not taken(SHIPPED["product_cards"], "product.currency", "euro")


def test_what_the_contract_has_the_form_has() -> None:
    shown = {brief_field(name) for content_type in SHIPPED.values() for name in form_of(content_type)}
    assert shown == set(Brief.model_fields)
