"""The lists of words that carry no meaning."""

from __future__ import annotations

from include.runtime.languages.stop_words import CHINESE_FUNCTION_WORDS, STOP_WORDS


def test_words_are_written_as_they_are_looked_for() -> None:
    for language, words in STOP_WORDS.items():
        assert words, language
        assert {word for word in words if word != word.casefold()} == set(), language


def test_no_chinese_function_word_is_hidden_by_a_shorter_one_before_it() -> None:
    chinese = [word for word in CHINESE_FUNCTION_WORDS if "\u4e00" <= word[0] <= "\u9fff"]
    for place, word in enumerate(chinese):
        hidden = [later for later in chinese[place + 1 :] if later.startswith(word)]
        assert not hidden, word
