from __future__ import annotations

import pytest

from include.runtime.languages.ordinals import counts, is_number, writes_ordinals_with_a_dot


@pytest.mark.parametrize(
    ("language", "before", "number", "following"),
    [
        ("de", ["im"], "19", "Jahrhundert"),
        ("de", ["feiert"], "100", "Geburtstag"),
        ("de", ["der"], "1000", "Besucher"),
        ("de", ["1.", "und"], "2", "Platz"),
        ("nb", ["den"], "2", "Verdenskrig"),
        ("hu", ["az"], "1", "Világháború"),
        ("tr", ["sonra"], "2", "Mehmet"),
        ("hr", ["u"], "2", "Svjetskom"),
        ("en", [], "1", "First"),
    ],
)
def test_an_ordinal_counts_what_follows(language: str, before: list[str], number: str, following: str) -> None:
    assert counts(before, number, following, False, language)


@pytest.mark.parametrize(
    ("language", "before", "number", "following", "opens"),
    [
        ("de", ["wurde"], "5", "Peter", False),
        ("de", ["im"], "4", "Dann", True),
        ("nb", ["i"], "1945", "Peter", False),
        ("nb", ["klokken"], "8", "Peter", False),
        ("en", ["the"], "5", "Xavier", False),
    ],
)
def test_a_number_at_the_end_of_a_sentence_does_not(
    language: str, before: list[str], number: str, following: str, opens: bool
) -> None:
    assert not counts(before, number, following, opens, language)


def test_which_languages_write_ordinals_with_a_dot() -> None:
    dotted = [
        "de",
        "nb",
        "nn",
        "da",
        "hu",
        "cs",
        "sk",
        "pl",
        "fi",
        "et",
        "hr",
        "sl",
        "tr",
        "is",
        "lv",
        "sr",
        "lb",
        "und",
    ]
    assert all(map(writes_ordinals_with_a_dot, dotted))
    assert not any(map(writes_ordinals_with_a_dot, ["en", "fr", "es", "sv", "ru", "nl", "zh"]))


@pytest.mark.parametrize(
    ("word", "is_one"), [("19", True), ("XIV", True), ("I", False), ("3.14", False), ("x1", False)]
)
def test_what_is_a_number(word: str, is_one: bool) -> None:
    assert is_number(word) is is_one
