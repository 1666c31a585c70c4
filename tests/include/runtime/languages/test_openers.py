from __future__ import annotations

import pytest

from include.runtime.languages.openers import opens_sentence


@pytest.mark.parametrize(
    ("language", "word"),
    [("en", "The"), ("de", "Dann"), ("fr", "Elle"), ("nb", "Hun"), ("ru", "Он"), ("tr", "Sonra"), ("und", "Es")],
)
def test_pronouns_and_conjunctions_begin_sentences(language: str, word: str) -> None:
    assert opens_sentence(word, language)


@pytest.mark.parametrize(
    ("language", "word"), [("en", "the"), ("en", "Smith"), ("xx", "The"), ("de", "Weltkrieg"), ("en", "")]
)
def test_names_small_letters_and_words_of_no_list_do_not(language: str, word: str) -> None:
    assert not opens_sentence(word, language)
