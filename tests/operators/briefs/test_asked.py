"""The form's fields and a brief's own ones say the same, and what is said in two ways is refused."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.contract.brief import Brief
from include.contract.errors import BadRequest
from include.contract.values import Mood
from operators.briefs.asked import asked, has_subject
from operators.briefs.brief import brief_of, fields_for_rows
from operators.dags.form import form_of
from tests.foreign import JSON_TREES, TEXT
from tests.operators.conftest import films

FILMS = films(brief={"language": "en", "scenes": 2})
LOUD = films(brief={"music": True})
OWN = films(brief={"music": "bed.mp3"})
CARDS = films(stages={"text": {"recipe": "caption.product"}})


@pytest.mark.parametrize(
    ("conf", "fields"),
    [
        ({"topic": "Bees", "language": None}, {"topic": "Bees"}),
        ({"product.name": "Mug", "product.price": "", "product.brand": None}, {"product": {"name": "Mug"}}),
        ({"product.name": "", "product.price": None}, {}),
        ({"product": {"name": "Mug"}}, {"product": {"name": "Mug"}}),
        ({"script.title": "Bees", "no.such": 1}, {"script": {"title": "Bees"}, "no.such": 1}),
        ({"music_mood": "none"}, {"music": False}),
        ({"music_mood": "any"}, {"music": True}),
        ({"music_mood": "calm"}, {"music": "calm"}),
        ({"music_mood": "file", "music_file": "bed.mp3"}, {"music": "bed.mp3"}),
        ({"music_mood": "none", "music_file": "bed.mp3"}, {"music": "bed.mp3"}),
        ({"music_file": "bed.mp3"}, {"music": "bed.mp3"}),
        ({"music_mood": "none", "music_file": ""}, {"music": False}),
        ({"music": True, "music_mood": "none", "music_file": None}, {"music": True}),
        ({"music": "bed.mp3"}, {"music": "bed.mp3"}),
    ],
)
def test_what_a_conf_sets_are_fields_of_a_brief(conf: dict[str, Any], fields: dict[str, Any]) -> None:
    before = repr(conf)
    assert asked(conf, FILMS) == (fields, [])
    assert repr(conf) == before


@pytest.mark.parametrize(
    ("conf", "told"),
    [
        ({"product": {"name": "A"}, "product.name": "B"}, "product: is given twice, whole and in parts"),
        ({"music": False, "music_mood": "calm"}, "music: is given twice, by itself and in the form"),
        ({"music_mood": "calm", "music_file": "bed.mp3"}, "music_mood: says 'calm', but music_file names a file"),
        ({"music_mood": "file"}, "music_file: is empty; name a file, or choose other music: none, any, calm,"),
        ({"music_mood": ["calm"]}, "music_mood: is not known (found ['calm']); allowed: none, any, calm,"),
    ],
)
def test_what_is_set_in_two_ways_is_told_beside_all_other_mistakes(conf: dict[str, Any], told: str) -> None:
    with pytest.raises(BadRequest) as caught:
        brief_of({"topic": "Bees", "scenes": 999, **conf}, FILMS)
    assert f"- {told}" in str(caught.value)
    assert "- scenes: is too large" in str(caught.value)


def test_what_the_form_shows_of_the_content_types_music_gives_way_to_what_is_chosen() -> None:
    assert asked({"music_mood": "any", "music_file": None}, LOUD)[0] == {"music": True}
    assert asked({"music_mood": "any", "music_file": "a.mp3"}, LOUD)[0] == {"music": "a.mp3"}
    assert asked({"music_mood": "file", "music_file": "bed.mp3"}, OWN)[0] == {"music": "bed.mp3"}
    assert asked({"music_mood": "none", "music_file": "bed.mp3"}, OWN)[0] == {"music": False}
    assert asked({"music_mood": "file", "music_file": "b.mp3"}, OWN)[0] == {"music": "b.mp3"}


def test_a_mood_reaches_the_brief() -> None:
    assert brief_of({"topic": "Bees", "music_mood": "tender"}, FILMS).music is Mood.TENDER


def test_a_product_in_fields_is_a_brief_of_its_own() -> None:
    calendar = films(source={"calendar": "c.csv"}, schedule="@daily", start_date="2026-01-01")
    assert has_subject({"product.name": "Mug"}, calendar)
    assert not has_subject({"product.name": None, "topic": None, "music_mood": "calm"}, calendar)
    assert has_subject({"script.title": "Bees"}, calendar)


def test_what_a_conf_sets_for_all_rows_is_checked_too() -> None:
    assert fields_for_rows({"topic": None, "music_mood": "calm"}, FILMS) == {"music": "calm"}
    with pytest.raises(BadRequest, match="- music_file: is empty"):
        fields_for_rows({"music_mood": "file"}, FILMS)


@pytest.mark.parametrize("content_type", [FILMS, LOUD, OWN, CARDS])
def test_the_form_as_it_is_shown_sets_what_the_content_type_sets(content_type: Any) -> None:
    subject = {"product.name": "Mug"} if "product" in content_type.brief_fields else {"topic": "Bees"}
    shown = {name: param.value for name, param in form_of(content_type).items()} | subject
    assert brief_of(shown, content_type) == brief_of(subject, content_type)


NAMES = st.sampled_from([*form_of(FILMS), "music", "product", "product.name", ".", "a."]) | TEXT


@given(st.dictionaries(NAMES, JSON_TREES))
def test_any_conf_is_a_brief_or_refused_in_words(conf: dict[str, Any]) -> None:
    told = ""
    try:
        assert isinstance(brief_of(conf, FILMS), Brief)
    except BadRequest as error:
        told = str(error)
    assert not re.search(r"Input should|not permitted|Value error|validation error|valid dictionary", told)
