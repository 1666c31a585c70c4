"""Numbers as they are said: minus signs, ranges, thousands, decimals; digits where the voice reads them right."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

from include.runtime.voices import cldr
from include.runtime.voices.spoken_forms import LETTER, SYMBOLS, Forms, decimal_mark_of, forms_of, number_pattern

LONGEST_NUMBER_DIGITS = 15
"""Longer ones are read digit by digit: nobody follows them, and the engines' number words end there."""
MINUS = "\u2212"
"""The typographic minus; a hyphen is one where `with_minus_signs` finds it so."""

_SYMBOLS = re.escape("".join(sorted(SYMBOLS)))
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3000-\u30ff\u3400-\u9fff\uac00-\ud7af\uff00-\uffef"
"""Scripts in which a minus follows a letter without a blank."""
_NEGATIVE = re.compile(
    rf"(?:(?<![^\s(\[{{\"'“„«‘:,;=<>≤≥≈~±×÷/{_SYMBOLS}{_UNSPACED}])|(?<=[\"'“„«‘]))(?<!\d\s)[-–‑]"
    rf"(?=(?:US|R|HK|A|C)?[{_SYMBOLS}]?\d)"
)
_WAVE = re.compile(r"(?<=\d)\s?[~～〜]\s?(?=\d)")
_SHORT = r"\d{1,4}(?:[.,]\d{1,2})?"
_RANGE = re.compile(
    rf"(?<![\d.,–-])(?<!{LETTER})(?:({_SHORT})\s?[–-]\s?(?={_SHORT}(?!{LETTER}|[\d–-]|[.,]\d))|(\d[\d.,]*)\s?–\s?(?=\d))"
)
_DOTTED = re.compile(r"(?<![\d.])\d+(?:\.\d+){2,}(?!\.?\d)")
_LISTED = re.compile(r"(?<![\d.,])\d++(?:,\d++)++(?!\.\d)")
_LONG = re.compile(rf"\d{{{LONGEST_NUMBER_DIGITS + 1},}}")


def european_digits(text: str) -> str:
    """Digits of all scripts as 0 to 9, with the marks that belong to Arabic ones."""
    text = re.sub("(?<=\\d)\u066b(?=\\d)", ".", re.sub("(?<=\\d)\u066c(?=\\d)", ",", text)).replace("\u066a", "%")
    return "".join(
        str(unicodedata.digit(character)) if unicodedata.category(character) == "Nd" else character
        for character in text
    )


def with_minus_signs(text: str) -> str:
    """The hyphens that stand for a minus as minus signs: before a number, and neither between numbers nor words.

    A sign that means *to* between numbers (`5~10`) becomes a dash.
    """
    return _WAVE.sub("–", _NEGATIVE.sub(MINUS, text))


def long_numbers_in_digits(text: str, language: str) -> str:
    """Numbers of more than `LONGEST_NUMBER_DIGITS` digits digit by digit, whatever separates their thousands."""
    text = re.sub(number_pattern(language), lambda match: _short_or_in_digits(match[0], language), text)
    return _LONG.sub(lambda match: " ".join(match[0]), text)


def _short_or_in_digits(number: str, language: str) -> str:
    whole, fraction = _parted(number, language)
    if len(whole) <= LONGEST_NUMBER_DIGITS:
        return number
    return " ".join(whole) + (number[-len(fraction) - 1 :] if fraction else "")


def lists_apart(text: str, language: str) -> str:
    """`1,2,3` as `1, 2, 3` in languages whose commas separate thousands: voices skip commas between digits."""
    if decimal_mark_of(language) == ",":
        return text
    number = re.compile(number_pattern(language))
    return _LISTED.sub(lambda match: match[0] if number.fullmatch(match[0]) else match[0].replace(",", ", "), text)


def value_of(number: str, language: str) -> Decimal:
    """`number`, as `number_pattern` finds it, without its sign."""
    whole, fraction = _parted(number, language)
    return Decimal(f"{whole}.{fraction or 0}")


def numbers_said(text: str, language: str, warnings: list[str]) -> str:
    """Every number and minus sign in `text` as the voice reads it right."""
    forms = forms_of(language)
    text = _DOTTED.sub(lambda match: _version(match[0], language, warnings), text)
    if forms.range:
        text = _RANGE.sub(lambda match: f"{match[1] or match[2]}{forms.padded(forms.range)}", text)
    text = re.sub(number_pattern(language), lambda match: _number_said(match[0], language, forms, warnings), text)
    return _minus_said(text, forms, warnings)


def _minus_said(text: str, forms: Forms, warnings: list[str]) -> str:
    if MINUS not in text:
        return text
    if not forms.minus:
        warnings.append(f"signs are not spoken: {MINUS}")
    return re.sub(
        rf"\s?{MINUS}\s?" if forms.tight else rf"(?<=\S)\s?{MINUS}\s?|{MINUS}\s?", forms.padded(forms.minus), text
    )


def _version(dotted: str, language: str, warnings: list[str]) -> str:
    """`2.0.1` with the word for its dots, or with pauses, lest `192.168` be one number; thousands stay as they are."""
    if re.fullmatch(number_pattern(language), dotted):
        return dotted
    forms = forms_of(language)
    dot = forms.dot_and_at[0]
    if dot != ".":
        return dotted.replace(".", forms.padded(dot))
    warnings.append("signs are not spoken: .")
    return dotted.replace(".", ", ")


def _parted(number: str, language: str) -> tuple[str, str]:
    """Digits before and after the decimal mark."""
    mark = decimal_mark_of(language)
    plain = re.sub("[ \u00a0\u202f\u2009'’]", "", number)
    group = "." if mark == "," else ","
    if re.fullmatch(rf"\d{{1,3}}(?:\{group}\d{{3}})+(?:\{mark}\d+)?|\d{{1,2}}(?:,\d{{2}})+,\d{{3}}.*", plain):
        plain = plain.replace(group, "")
    whole, _, fraction = plain.replace(group, mark).partition(mark)
    return whole, fraction


def _number_said(number: str, language: str, forms: Forms, warnings: list[str]) -> str:
    whole, fraction = _parted(number, language)
    is_code = len(whole) > 1 and whole[0] == "0"
    is_spelled = not is_code and forms.spell_from is not None and int(whole) >= forms.spell_from
    is_in_digits = forms.digits_from is not None and int(whole) >= forms.digits_from
    if is_spelled:
        said = cldr.spelled(int(whole), language)
    elif is_in_digits or (is_code and (forms.digits_from is not None or forms.digit_words)):
        said = _digits_said(whole, forms, warnings)
    else:
        said = _digits_said(whole, forms, warnings) if whole in forms.digit_words else whole
    return said + _fraction_said(number, fraction, is_spelled, language, warnings) if fraction else said


def _fraction_said(number: str, fraction: str, is_spelled: bool, language: str, warnings: list[str]) -> str:
    """The decimal mark and what is after it."""
    forms = forms_of(language)
    if is_spelled or (forms.tight and forms.point):
        digits = [cldr.spelled(int(digit), language) for digit in fraction]
        return forms.padded(forms.point) + forms.blank.join(digits)
    if forms.point:
        return forms.padded(forms.point) + _digits_said(fraction, forms, warnings)
    mark = number[-len(fraction) - 1]
    if forms.voice_mark is None:
        return mark + fraction
    if not forms.voice_mark:
        warnings.append(f"signs are not spoken: {mark}")
    return (forms.voice_mark or " ") + fraction


def _digits_said(digits: str, forms: Forms, warnings: list[str]) -> str:
    """One by one; a digit without a word is left out with a warning."""
    silent = sorted({digit for digit in digits if forms.digit_words.get(digit) == ""})
    if silent:
        warnings.append(f"the voice has no word for {' '.join(silent)}")
    return " ".join(word for word in (forms.digit_words.get(digit, digit) for digit in digits) if word)
