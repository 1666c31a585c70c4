from __future__ import annotations

import pytest

from include.contract.brief import Brief
from include.contract.names import allowed_names, nearest
from include.contract.registry import recipes

FIELDS = tuple(Brief.model_fields)


@pytest.mark.parametrize(
    ("found", "meant"),
    [
        ("vocie", ["voice"]),
        ("Topic ", ["topic"]),
        ("second-voice", ["second_voice"]),
        ("lang", ["language"]),
        ("duration", ["scenes", "sections", "questions"]),
        ("seed", ["variation"]),
        ("narration", []),
        ("colour", []),
        ("", []),
        (7, []),
        ("x" * 100_000, []),
    ],
)
def test_a_field_is_known_by_its_letters_its_beginning_or_what_others_call_it(found: object, meant: list[str]) -> None:
    assert nearest(found, FIELDS) == meant


@pytest.mark.parametrize(
    ("found", "meant"),
    [
        ("script.narated", ["script.narrated"]),
        ("Script-Narrated", ["script.narrated"]),
        ("narrated", ["script.narrated", "video.narrated"]),
        ("dialogue", ["script.dialogue", "speech.dialogue"]),
        ("image", ["image.scene", "image.upscale", "image.card"]),
        ("script.talk", []),
    ],
)
def test_a_recipe_is_known_by_its_letters_or_a_part_of_its_name(found: str, meant: list[str]) -> None:
    assert nearest(found, recipes()) == meant


@pytest.mark.parametrize("field", FIELDS)
def test_every_field_is_found_with_any_of_its_letters_left_out(field: str) -> None:
    for at in range(len(field)):
        misspelt = field[:at] + field[at + 1 :]
        assert nearest(misspelt, FIELDS) == [field if misspelt not in FIELDS else misspelt] or len(field) <= 2


def test_all_that_is_allowed_is_told_once_and_the_nearest_first() -> None:
    told = allowed_names("vidoe", ["text", "image", "video", "image"])
    assert told == "did you mean `video`? allowed: video, text, image"
    assert allowed_names("x", ["a", "b"], more="or a path") == "allowed: a, b, or a path"
    assert allowed_names("x", []) == "allowed: none, for there are none"


def test_who_knows_more_than_letters_says_what_is_meant() -> None:
    assert allowed_names("german", ["af", "de"], ["de"]) == "did you mean `de`? allowed: de, af"
    assert allowed_names("en_us", ["af", "en"], ["en-US"]) == "did you mean `en-US`? allowed: af, en"
