from __future__ import annotations

import pytest

from include.contract.voices import check_language
from include.runtime.labels.words import SENTENCES
from include.runtime.media.typesetting import Typesetter
from tests.include.runtime.composition.media import fonts

PROMISED = frozenset(
    {
        *("en", "de", "fr", "es", "it", "pt", "nl", "pl", "ru", "uk", "cs", "sv", "da", "nb", "fi"),
        *("hu", "ro", "el", "tr", "ar", "he", "fa", "hi", "id", "vi", "th", "ko", "ja", "zh", "yue"),
    }
)


def test_every_promised_language_has_words() -> None:
    assert set(SENTENCES) >= PROMISED


@pytest.mark.parametrize("language", SENTENCES)
def test_words_are_whole_and_their_own(language: str) -> None:
    words = SENTENCES[language]
    assert check_language(language) == language
    assert len(set(words)) == len(words)
    assert all(one == one.strip() and "\n" not in one for one in words)
    assert len(words.trained_badge) < len(words.trained)
    assert len(words.algorithmic_badge) < len(words.algorithmic)


def test_every_letter_has_a_font() -> None:
    setter = Typesetter(fonts(), "en", 600)
    assert {language: found for language, words in SENTENCES.items() if (found := setter.missing("".join(words)))} == {}
