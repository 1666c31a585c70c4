from __future__ import annotations

from include.contract.spoken_languages import SPOKEN_BY_ESPEAK
from include.runtime.languages.abbreviations import (
    ANY,
    before_names,
    before_numbers,
    may_end,
    within,
    words_with_a_dot,
)

LANGUAGES = sorted({tag.split("-")[0] for tag in SPOKEN_BY_ESPEAK} | {"no", ANY})


def test_no_abbreviation_both_ends_a_sentence_and_never_does() -> None:
    both = {language: (before_names(language) | within(language)) & may_end(language) for language in LANGUAGES}
    assert {language: shorts for language, shorts in both.items() if shorts} == {}


def test_abbreviations_are_listed_in_small_letters_without_their_last_dot() -> None:
    lists = (before_numbers, before_names, within, may_end, words_with_a_dot)
    shorts = {short for listed in lists for language in LANGUAGES for short in listed(language)}
    assert [short for short in shorts if short != short.lower() or short.endswith(".")] == []


def test_a_language_has_its_own_and_what_any_text_may_quote() -> None:
    assert "dr" in before_names("xx")
    assert "e.g" in within("de")
    assert "bzw" in within("de")
    assert "bzw" not in within("en")
    assert {"no", "nr", "fig"} <= before_numbers("en")
