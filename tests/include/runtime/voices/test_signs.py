from __future__ import annotations

import pytest

from include.contract.spoken_languages import SPOKEN_BY_ESPEAK
from include.runtime.voices.espeak_signs import signs_read_by_voice
from include.runtime.voices.normalise import normalise
from tests.include.runtime.voices.espeak_phonemes import phonemes


@pytest.mark.parametrize(
    ("language", "written", "said"),
    [
        ("en", "~50 people, ≈3, ≥5, ≤2", "about 50 people, about 3, at least 5, at most 2"),
        ("en", "if a<b then c>d", "if a less than b then c greater than d"),
        ("en", "<5 and 3*3", "less than 5 and 3 times 3"),
        ("en", "C# and F#, CO2 and CO₂, H2O", "C sharp and F sharp, C O 2 and C O 2, H 2 O"),
        ("de", "~50, ≥5, 3*3, a<b, 2+2=4", "ungefähr 50, mindestens 5, 3 mal 3, a kleiner als b, 2 plus 2 gleich 4"),
        ("de", "=====\nTeil +++ >>a<<, +/-3, C++", "Teil »a«, plus minus 3, C plus plus"),
        ("fr", "≥5, ≤2, ±3", "au moins 5, au plus 2, plus ou moins 3"),
        ("ru", "№ 5 и @bee", "номер 5 и собака bee"),
        ("ja", "≥5", "ゴ イジョー"),
        ("en", "C:\\bees, 2 ≠ 3, ∞", "C: backslash bees, 2 not equal to 3, infinity"),
        ("en", "> 5", "more than 5"),
        ("de", "CO2, VW und NATO", "C O 2, VW und NATO"),
    ],
)
def test_signs_with_a_meaning_are_words(language: str, written: str, said: str) -> None:
    assert normalise(written, language).text == said
    assert not normalise(written, language).warnings


@pytest.mark.parametrize(
    ("language", "written", "said"),
    [("zh", "和/或 #", "和 或"), ("el", "και/ή", "και ή"), ("sw", "a → b", "a b"), ("de", "a => b -> c", "a b c")]
    + [("en", f"a {sign} b", "a b") for sign in ("←", "<-", "↑", "⇒", "•", "™", "®", "_", "*")],
)
def test_a_sign_without_a_word_is_left_out_and_told(language: str, written: str, said: str) -> None:
    normalised = normalise(written, language)
    assert normalised.text == said
    assert "signs are not spoken" in normalised.warnings[0]


def test_the_signs_that_voices_read_are_those_that_they_have_words_for() -> None:
    asked = [
        (language, sign, text)
        for language in SPOKEN_BY_ESPEAK
        if not language.startswith("en")
        for sign in signs_read_by_voice(language)
        for text in (f"3 {sign} 4", "3 4")
    ]
    said = phonemes([(text, language) for language, _, text in asked])
    for (language, sign, _), with_sign, without in zip(asked[::2], said[::2], said[1::2], strict=True):
        assert with_sign != without, (language, sign)
        assert "(en)" not in with_sign, (language, sign)
