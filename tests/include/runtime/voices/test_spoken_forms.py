"""The forms of languages, and the patterns that are made of them."""

from __future__ import annotations

import re

import pytest

from include.runtime.voices.spoken_forms import (
    CURRENCIES,
    UNITS,
    Forms,
    alternatives,
    decimal_mark_of,
    forms_of,
    languages,
    number_pattern,
)


def test_a_language_has_the_forms_of_the_one_without_its_region() -> None:
    assert forms_of("de-x-none") == forms_of("de") != Forms()


def test_a_language_without_forms_leaves_all_to_its_voice() -> None:
    assert forms_of("xx") == Forms()


def test_every_language_says_something_of_its_own() -> None:
    assert len(languages()) == len(set(languages()))
    assert all(forms_of(language) != Forms() for language in languages())


@pytest.mark.parametrize(("language", "mark"), [("en", "."), ("de", ","), ("fr-CA", ","), ("xx", ".")])
def test_decimals_stand_after_the_mark_of_the_language(language: str, mark: str) -> None:
    assert decimal_mark_of(language) == mark


@pytest.mark.parametrize(
    ("language", "text", "numbers"),
    [
        ("en", "1,234.5 and 7", ["1,234.5", "7"]),
        ("en", "12,34,567", ["12,34,567"]),
        ("de", "1.234,5 und 7", ["1.234,5", "7"]),
        ("de", "12 345 678", ["12 345 678"]),
        ("de", "12 345,5", ["12 345,5"]),
        ("en", "1.2.3", []),
        ("de", "24.12.2026", []),
    ],
)
def test_a_number_is_found_whole_with_the_marks_of_its_language(language: str, text: str, numbers: list[str]) -> None:
    assert re.findall(number_pattern(language), text) == numbers


@pytest.mark.parametrize("signs", [CURRENCIES, UNITS])
def test_of_two_signs_that_begin_alike_the_longer_one_is_found(signs: dict[str, str]) -> None:
    pattern = re.compile(alternatives(signs))
    assert all((found := pattern.match(sign)) and found[0] == sign for sign in signs)


def test_a_word_stands_between_others_as_its_script_has_it() -> None:
    assert Forms().padded("und") == " und "
    assert Forms(tight=True).padded("点") == "点"
