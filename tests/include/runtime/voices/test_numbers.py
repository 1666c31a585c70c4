from __future__ import annotations

import pytest

from include.runtime.voices.normalise import normalise


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
        ("de", "+49 30 123 456", "plus 49 30 123 456"),
        ("de", "v2.0.1", "v2 Punkt 0 Punkt 1"),
        ("en", "10 000 people", "10,000 people"),
    ],
)
def test_marks_between_thousands_and_before_decimals_are_told_apart(language: str, written: str, said: str) -> None:
    assert normalise(written, language).text == said


@pytest.mark.parametrize(
    ("language", "written", "said"),
    [
        ("en", "1,000,000,000,000 stars", "1,000,000,000,000 stars"),
        ("de", "100.000.000.000.000 Sterne", "100000000000000 Sterne"),
        ("en", "1,2,3,4,5,6,7,8,9,10", "1,2,3,4,5,6,7,8,9,10"),
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
