from __future__ import annotations

import pytest

from include.runtime.languages.words import spread, word_spans


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["“Bees”,", "25", "of", "them"]),
        ("fr", ["C'est", "vrai", "!"]),
        ("ja", ["蜂が", "遠くまで", "飛びます。"]),
        ("zh-Hans", ["蜜蜂", "喜欢", "iPhone"]),
        ("th", ["สวัสดี", "ครับ"]),
    ],
)
def test_words_are_all_of_a_text_but_its_blanks(language: str, words: list[str]) -> None:
    text = ("" if language[:2] in ("ja", "zh", "th") else " ").join(words)
    assert [text[begin:end] for begin, end in word_spans(text, language)] == words


def test_words_are_spread_by_their_letters() -> None:
    assert list(spread("aa bbbb", "en", 1.0, 4.0)) == [("aa", 1.0, 2.0), ("bbbb", 2.0, 4.0)]
    assert list(spread(" ", "en", 0.0, 1.0)) == []
