"""What thirty languages say for numbers, heard: phonemes of the spoken text against those of the right words."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

import pytest
import yaml

from include.contract.spoken_languages import SPOKEN_BY_ESPEAK
from include.runtime.voices.normalise import normalise
from include.runtime.voices.spoken_forms import decimal_mark_of
from tests.include.runtime.voices.espeak_phonemes import CRASHED, phonemes

TABLES: dict[str, dict[str, tuple[str, str]]] = yaml.load(
    Path(__file__).with_name("spoken_tables.yaml").read_text("utf-8"), yaml.CBaseLoader
)
VOICES = {"en": "en-US"}
NEAR = 0.75
"""The voices' own words for digits lie this near to the same words written out, once `folded`."""
_NEAR_SOUNDS = str.maketrans(
    "ɪɨʏʊɯʉəɛæɐʌɑɔøœβʋʝʎɣʁɡñɲŋɴɾɹʃʂɕʒʑʔʕŭũäʰ̃ː",
    "iiyuuueeeaaaoeevvllɣrgnnnnrrsssʒʒ  uuah  ",
)


@dataclass(frozen=True)
class Row:
    """One case of one language."""

    language: str
    case: str
    written: str
    words: str


ROWS = [Row(language, case, *pair) for language, cases in TABLES.items() for case, pair in cases.items()]


@pytest.fixture(scope="module")
def heard() -> dict[tuple[str, str], str]:
    """Folded phonemes by (language, text)."""
    texts = [(row.language, text) for row in ROWS for text in (normalise(row.written, row.language).text, row.words)]
    said = phonemes([(text, VOICES.get(language, language)) for language, text in texts])
    return dict(zip(texts, map(folded, said), strict=True))


def folded(ipa: str) -> str:
    """`ipa` without length, nasality and the like, and with one sign for near vowels."""
    plain = "".join(sound for sound in unicodedata.normalize("NFD", ipa) if unicodedata.category(sound)[0] == "L")
    return "".join(sound for sound in plain.translate(_NEAR_SOUNDS) if sound not in " ʲːʰ")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.language}-{row.case}")
def test_what_is_heard_is_the_right_words(row: Row, heard: dict[tuple[str, str], str]) -> None:
    normalised = normalise(row.written, row.language)
    said = heard[row.language, normalised.text]
    nearness = {
        case: SequenceMatcher(None, said, heard[row.language, words], autojunk=False).ratio()
        for case, (_, words) in TABLES[row.language].items()
    }
    assert nearness[row.case] == max(nearness.values()), (normalised.text, nearness)
    assert nearness[row.case] >= NEAR, (normalised.text, said, heard[row.language, row.words])
    assert not normalised.warnings


def _heard_of_all(*texts: str) -> dict[str, list[tuple[str, tuple[str, ...]]]]:
    """By language what is heard of each of `texts`, and the warnings."""
    normalised = {(tag, text): normalise(text, tag) for tag in SPOKEN_BY_ESPEAK for text in texts}
    said = phonemes([(spoken.text, tag) for (tag, _), spoken in normalised.items()])
    heard = dict(zip(normalised, said, strict=True))
    return {tag: [(heard[tag, text], normalised[tag, text].warnings) for text in texts] for tag in SPOKEN_BY_ESPEAK}


def test_a_negative_number_sounds_unlike_its_positive_in_every_language_or_is_told() -> None:
    for language, ((negative, warnings), (positive, _)) in _heard_of_all("-5", "5").items():
        assert negative != positive or warnings == ("signs are not spoken: −",), language


def test_numbers_sound_unlike_each_other_in_every_language_or_are_told() -> None:
    numbers = [*range(1, 22), *range(28, 100, 10), *range(31, 100, 10), *range(100, 1000, 100), 101, 110, 1001, 1010]
    for language, heard in _heard_of_all(*map(str, numbers)).items():
        untold = [said for said, told in heard if not told]
        assert len(set(untold)) == len(untold), (language, [said for said in untold if untold.count(said) > 1])


def test_powers_of_ten_sound_unlike_each_other_in_every_language_or_are_told() -> None:
    for language, numbers in _heard_of_all(*(str(10**power) for power in range(1, 15))).items():
        assert CRASHED not in [said for said, _ in numbers], language
        assert len({said for said, _ in numbers}) == len(numbers) or all(told for _, told in numbers), language


def test_no_digit_is_silent_in_any_language_untold() -> None:
    for language, digits in _heard_of_all(*"0123456789").items():
        assert all(said or told for said, told in digits), language
        assert len({said for said, _ in digits}) == len(digits), language


def test_the_decimal_mark_is_heard_in_every_language_or_told() -> None:
    for mark in ",.":
        heard = _heard_of_all(f"1{mark}5", "1 5")
        for language, ((decimal, told), (apart, _)) in heard.items():
            assert decimal != apart or told or mark != decimal_mark_of(language), language
