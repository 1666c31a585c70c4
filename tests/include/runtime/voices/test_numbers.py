from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from include.contract.spoken_languages import SPOKEN_BY_ESPEAK
from include.runtime.voices.normalise import normalise
from include.runtime.voices.spoken_forms import forms_of
from tests.include.runtime.voices.espeak_phonemes import phonemes


@pytest.mark.parametrize(
    ("language", "written", "said"),
    [
        ("fr", "Il fait -5 °C.", "Il fait moins 5 degrés Celsius."),
        ("es", "Estamos a -5 °C.", "Estamos a menos 5 grados Celsius."),
        ("ru", "Сейчас -5 °C.", "Сейчас минус 5 градусов Цельсия."),
        ("zh", "气温是-5°C。", "气温是负5摄氏度。"),
        ("de", "Es sind –5 °C.", "Es sind minus 5 Grad Celsius."),
        ("it", "Saldo: −20 €", "Saldo: meno 20 euro"),
        ("en", "It was −5 °C.", "It was minus 5 degrees Celsius."),
        ("fa", "دما -۵ است", "دما منفی 5 است"),
    ],
)
def test_a_minus_before_a_number_is_spoken(language: str, written: str, said: str) -> None:
    assert normalise(written, language).text == said


@pytest.mark.parametrize(
    ("language", "written", "said"),
    [
        ("fr", "3-5 jours", "3 à 5 jours"),
        ("de", "2020–2024", "2020 bis 2024"),
        ("de", "E-Mail, COVID-19 und die U-2", "E-Mail, COVID-19 und die U-2"),
        ("he", "ב-5 במאי", "ב-5 במאי"),
        ("en", "a 5-year-old F-16", "a 5-year-old F-16"),
        ("zh", "COVID-19", "COVID-19"),
        ("fr", "01-23-45", "01-23-45"),
        ("de", "5.000–6.000 €", "5000 bis 6000 Euro"),
        ("zh", "20-30岁, 5~10%", "20到30岁, 百分之5到10"),
        ("de", "0171-1234567", "0171-1234567"),
    ],
)
def test_a_hyphen_between_numbers_or_words_is_no_minus(language: str, written: str, said: str) -> None:
    assert normalise(written, language).text == said


@pytest.mark.parametrize(
    ("language", "written", "said"),
    [
        ("zh", "共有1000000人。", "共有一百万人。"),
        ("zh", "1234567人", "一百二十三万四千五百六十七人"),
        ("zh", "16,999元", "一万六千九百九十九元"),
        ("zh", "100000000", "一亿"),
        ("zh", "２０２６年", "二〇二六年"),
        ("yue", "10000", "一萬"),
        ("uk", "1000000", "один мільйон"),
        ("vi", "10000", "mười nghìn"),
        ("lb", "1000000", "eng Millioun"),
    ],
)
def test_numbers_that_the_voice_reads_wrong_are_spelled_out(language: str, written: str, said: str) -> None:
    assert normalise(written, language).text == said


@pytest.mark.parametrize(
    ("language", "written", "said"),
    [
        ("de", "1.000.000", "1000000"),
        ("fr", "10 000", "10000"),
        ("fr", "10\u202f000,5", "10000,5"),
        ("de-CH", "10’000.5", "10000.5"),
        ("hi", "12,34,567", "1234567"),
        ("es-MX", "1,234.5", "1234.5"),
        ("es", "1.234,5", "1234,5"),
        ("sv", "3,5", "3 komma 5"),
        ("ar", "١٬٠٠٠٫٥", "1000.5"),
        ("ko", "3.14", "3 점 1 4"),
        ("zh", "100.25", "一百点二五"),
        ("de", "007", "007"),
        ("en", "3,5 and 12,34,567 and 10,000.5", "3, 5 and 12,34,567 and 10,000.5"),
        ("th", "1,2,3", "1, 2, 3"),
        ("de", "3,5", "3,5"),
        ("de", "+49 30 123 456", "plus 49 30, 123, 456"),
        ("de", "v2.0.1", "v2 Punkt 0 Punkt 1"),
        ("en", "10 000 people", "10,000 people"),
        ("en", "10'000'000 people", "10,000,000 people"),
    ],
)
def test_marks_between_thousands_and_before_decimals_are_told_apart(language: str, written: str, said: str) -> None:
    assert normalise(written, language).text == said


@pytest.mark.parametrize(
    ("language", "written", "said"),
    [
        ("en", "1,000,000,000,000 stars", "1,000,000,000,000 stars"),
        ("de", "100.000.000.000.000 Sterne", "100000000000000 Sterne"),
        ("en", "1,2,3,4,5,6,7,8,9,10", "1, 2, 3, 4, 5, 6, 7, 8, 9, 10"),
        ("en", "1,000,000,000,000,000", "1 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0"),
        ("fr", "1 000 000 000 000 000", "1 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0"),
        ("pl", "1234567890123456", "1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6"),
    ],
)
def test_only_numbers_of_more_than_fifteen_digits_are_read_digit_by_digit(
    language: str, written: str, said: str
) -> None:
    assert normalise(written, language).text == said


@pytest.mark.parametrize(
    ("language", "written", "warned"),
    [
        ("tlh", "-5", "signs are not spoken: −"),
        ("haw", "1.5", "signs are not spoken: ."),
        ("quc", "10", "the voice has no word for 0"),
    ],
)
def test_what_the_voice_has_no_word_for_is_told(language: str, written: str, warned: str) -> None:
    assert warned in normalise(written, language).warnings


_SIXTEEN = "1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6"


@pytest.mark.parametrize(
    ("language", "written", "said"),
    [
        *((language, "1 234 567 890 123 456", _SIXTEEN) for language in ("fr", "ru", "cs", "sv", "en", "pl", "no")),
        *(("fr", f"1{blank}234{blank}567{blank}890{blank}123{blank}456", _SIXTEEN) for blank in "\u00a0\u202f\u2009"),
        *(("de-CH", f"1{mark}234{mark}567{mark}890{mark}123{mark}456", _SIXTEEN) for mark in "'’"),
        ("de", "1.234.567.890.123.456", _SIXTEEN),
        ("en", "1,234,567,890,123,456", _SIXTEEN),
        ("de", "1234567890123456", _SIXTEEN),
        ("cs", "1 234 567 890 123 456,5", f"{_SIXTEEN},5"),
        ("en", "1,234,567,890,123", "1,234,567,890,123"),
        ("fr", "1 234 567 890 123", "1234567890123"),
        ("de", "1234567890123,45", "1234567890123,45"),
    ],
)
def test_a_number_is_read_digit_by_digit_for_its_length_whatever_parts_its_thousands(
    language: str, written: str, said: str
) -> None:
    assert normalise(written, language).text == said


@given(
    st.lists(st.integers(0, 255), min_size=4, max_size=4), st.sampled_from([*SPOKEN_BY_ESPEAK]), st.sampled_from("./:-")
)
@example([192, 168, 0, 1], "bg", ".")
@example([192, 168, 100, 100], "sr", ".")
@example([12, 345, 678, 901], "de", "/")
def test_parts_of_an_address_are_said_one_by_one_in_every_language(parts: list[int], language: str, mark: str) -> None:
    dotted = normalise(mark.join(map(str, parts)) + f"{mark}7", language).text
    at = 0
    for part in parts:
        said = normalise(f"{part}", language).text
        assert said in dotted[at:], (dotted, said)
        at = dotted.index(said, at) + len(said)


@pytest.mark.parametrize(
    ("language", "written", "said"),
    [
        ("bg", "192.168.0.1", "192, 168, 0, 1"),
        ("sr", "24.12.99", "24, 12, 99"),
        ("an", "1.02.2024", "1, 02, 2024"),
        ("cs", "192.168.0.1", "192 tečka 168 tečka 0 tečka 1"),
        ("en", "192.168.0.1", "192 point 168 point 0 point 1"),
        ("bg", "1.234.567", "1234567"),
    ],
)
def test_numbers_with_dots_are_numbers_of_their_own(language: str, written: str, said: str) -> None:
    assert normalise(written, language).text == said


@pytest.mark.parametrize("language", SPOKEN_BY_ESPEAK)
def test_what_a_sign_or_a_picture_parts_is_never_one_number(language: str) -> None:
    for sign in [*"/_|\\#*+=:;~^&@()[]{}<>→•·–—…!?%×÷−½°²₂`", "🐝", "~~", "\n"]:
        said = normalise(f"12{sign}345", language).text
        assert not re.search(r"(?<!\d)12 ?345(?!\d)", said), (sign, said)


READ_DIGIT_BY_DIGIT = ("jbo", "mi", "my", "qu", "th", "tlh", "uz")
"""By the voice itself, so that both sound alike."""


def test_a_pause_keeps_numbers_apart_in_every_voice_that_has_words_for_thousands() -> None:
    languages = [language for language in SPOKEN_BY_ESPEAK if language not in READ_DIGIT_BY_DIGIT]
    languages = [language for language in languages if forms_of(language).digits_from is None]
    said = phonemes([(text, language) for language in languages for text in ("12, 345", "12345")])
    for language, parted, whole in zip(languages, said[::2], said[1::2], strict=True):
        assert parted != whole, language
