from __future__ import annotations

import pytest

from include.contract.speakable import READS, has_words
from include.contract.voices import check_language


@pytest.mark.parametrize("text", ["Bees", "…5!", "½", "蜜蜂", "نحلة", "ꀀ a", "é"])
def test_letters_and_digits_are_spoken(text: str) -> None:
    assert has_words(text)


@pytest.mark.parametrize("text", ["", "👍", "… --- !?", "🐝❤️ & %", "ꀀꀁ", "\U00013000"])
def test_signs_and_scripts_that_no_voice_reads_are_not(text: str) -> None:
    assert not has_words(text)


def test_every_reader_of_a_script_is_a_spoken_language() -> None:
    for language in READS.values():
        assert check_language(language) == language
