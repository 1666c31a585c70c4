"""What is counted or measured: money, percent, units, fractions and powers, with the number left in digits."""

from __future__ import annotations

import re
from collections.abc import Collection
from decimal import Decimal

from include.runtime.voices import cldr
from include.runtime.voices.numbers import MINUS, value_of
from include.runtime.voices.spoken_forms import (
    CURRENCIES,
    SYMBOLS,
    UNITS,
    Forms,
    Plural,
    alternatives,
    forms_of,
    number_pattern,
)

SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", f"0123456789{MINUS}")
SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
VULGAR = {
    "½": (1, 2),
    "⅓": (1, 3),
    "⅔": (2, 3),
    "¼": (1, 4),
    "¾": (3, 4),
    "⅕": (1, 5),
    "⅖": (2, 5),
    "⅗": (3, 5),
    "⅘": (4, 5),
    "⅙": (1, 6),
    "⅚": (5, 6),
    "⅐": (1, 7),
    "⅛": (1, 8),
    "⅜": (3, 8),
    "⅝": (5, 8),
    "⅞": (7, 8),
    "⅑": (1, 9),
    "⅒": (1, 10),
}
"""One character to numerator and denominator."""
_VULGAR = re.compile(rf"(?:(\d+)\s?)?([{''.join(VULGAR)}])")
_FRACTION = re.compile(r"(?<![\w./,])(?:(\d{1,3})\s)?(\d{1,2})[/\u2044](\d{1,2})(?![\w/]|[.,]\d)")
_POWER = re.compile(r"(?<=\w)([⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+)")
_LETTER = r"[^\W\d_\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u30ff\u3400-\u9fff\uac00-\ud7af]"
"""What no unit ends before: a letter, but for the scripts in which words are not parted by blanks."""
_BLANK = "[ \u00a0\u202f]?"


def money_said(text: str, language: str) -> str:
    """Signs and codes of currencies, before or after an amount, as words after it."""
    forms = forms_of(language)
    signs = {**CURRENCIES, **forms.money}
    before = {sign for sign in signs if sign[-1] in SYMBOLS or sign.isupper()}
    amount = _amount(language)
    scale = rf"(?:{_BLANK}(?:{alternatives(forms.scales)})(?!\w))?" if forms.scales else ""
    first = rf"(?<![\w$])({MINUS}?)({alternatives(dict.fromkeys(before))}){_BLANK}({amount}{scale})"
    last = rf"({amount}{scale}){_BLANK}({alternatives(signs)})(?![\w$])"
    if forms.tight:
        first, last = first.replace(r"(?<![\w$])", "(?<![A-Za-z$])"), last.replace(r"(?![\w$])", "(?![A-Za-z$])")
    text = re.sub(first, lambda match: _paid(match[1] + match[3], match[2], forms, language), text)
    return re.sub(last, lambda match: _paid(match[1], match[2], forms, language), text)


def percent_said(text: str, language: str) -> str:
    """`20 %` in the order in which it is said."""
    forms, base = forms_of(language), language.split("-")[0]
    if not forms.percent and base not in cldr.KNOWN:
        return text

    def said(match: re.Match[str]) -> str:
        if forms.percent:
            return forms.percent.format(match[1])
        own = forms.units.get("percent")
        return own.format(match[1]) if own else _counted(match[1], "percent", forms, language)

    amount = _amount(language)
    return re.sub(rf"(?<![\w%])%{_BLANK}({amount})(?!\s?%)", said, re.sub(rf"({amount}){_BLANK}%", said, text))


def units_said(text: str, language: str, left: Collection[str] = ()) -> str:
    """Units after a number in words, those in `left` excepted."""
    forms, base = forms_of(language), language.split("-")[0]
    if base not in cldr.KNOWN:
        return text
    signs = {sign: unit for sign, unit in {**UNITS, **forms.unit_signs}.items() if sign not in left}
    text = _scales_said(text, forms, language)
    unpaid = rf"(?<![{''.join(SYMBOLS)}])"
    pattern = rf"{unpaid}({_amount(language)}){_BLANK}({alternatives(signs)})(?![A-Za-z0-9²³°/]|{_LETTER})"
    return re.sub(pattern, lambda match: _counted(match[1], signs[match[2]], forms, language), text)


def fractions_said(text: str, language: str, only_mixed: bool = False) -> str:
    """`½`, `1½`, `3/4` and `1 3/4` in words: what has no name and no word between its parts stays.

    :param only_mixed: leave those with a slash that no whole number stands before.
    """
    forms = forms_of(language)

    def said(whole: str | None, numerator: int, denominator: int, written: str) -> str:
        fraction = fraction_said(numerator, denominator, forms)
        if not fraction:
            return written
        if not whole:
            return fraction
        if (numerator, denominator) == (1, 2) and forms.and_a_half:
            return _beside(
                forms.one or whole if whole == "1" and not forms.whole_and else whole, forms.and_a_half, forms
            )
        return _beside(_beside(whole, forms.whole_and, forms) if forms.whole_and else whole, fraction, forms)

    text = _VULGAR.sub(lambda match: said(match[1], *VULGAR[match[2]], match[0]), text)
    return _FRACTION.sub(
        lambda match: (
            match[0] if only_mixed and not match[1] else said(match[1], int(match[2]), int(match[3]), match[0])
        ),
        text,
    )


def fraction_said(numerator: int, denominator: int, forms: Forms) -> str:
    """One fraction without a whole number; empty where the language's forms have no words for it."""
    if (numerator, denominator) == (1, 2) and forms.a_half:
        return forms.a_half
    if not 0 < numerator < 20 or not 1 < denominator <= 10:
        return ""
    if forms.fraction:
        return forms.fraction.format(n=numerator, d=denominator)
    names = _names(numerator, forms)
    if denominator - 2 < len(names):
        top = forms.numerators.get(numerator, str(numerator))
        return forms.fraction_order.format(n=top, d=names[denominator - 2]).strip()
    return f"{numerator} {forms.over} {denominator}" if forms.over else ""


def powers_said(text: str, language: str) -> str:
    """`10⁻³` and `x²`, where the language has a word for it."""
    power = forms_of(language).power
    if not power:
        return text

    def said(match: re.Match[str]) -> str:
        exponent = match[1].translate(SUPERSCRIPTS)
        return power.format(exponent) if "{}" in power else f" {power} {exponent}"

    return _POWER.sub(said, text)


def _amount(language: str) -> str:
    """Pattern of a number with its sign, or of two with a dash between them."""
    number = number_pattern(language)
    return rf"{MINUS}?(?:{number}\s?[–-]\s?)?{number}"


def _last_value(amount: str, language: str) -> Decimal:
    *_, last = re.finditer(number_pattern(language), amount)
    return value_of(last[0], language)


def _counted(amount: str, unit: str, forms: Forms, language: str) -> str:
    value = _last_value(amount, language)
    written = forms.one if forms.one and amount == "1" else amount
    own = forms.units.get(unit)
    return own.format(written) if own else cldr.counted(value, written, unit, language)


def _paid(amount: str, sign: str, forms: Forms, language: str) -> str:
    number = re.match(_amount(language), amount)
    value = _last_value(amount, language)
    if number is not None and number[0] != amount:
        amount, value = _scales_said(amount, forms, language), value * 1_000_000
    written = forms.one if forms.one and amount == "1" else amount
    own = forms.money.get(sign)
    if own is not None:
        return _beside(written, _plural(own, value, language), forms)
    if language.split("-")[0] in cldr.KNOWN:
        return cldr.paid(value, written, CURRENCIES[sign], language)
    return f"{written} {sign}"


def _scales_said(text: str, forms: Forms, language: str) -> str:
    if not forms.scales:
        return text
    return re.sub(
        rf"({_amount(language)}){_BLANK}({alternatives(forms.scales)})(?!\w)",
        lambda match: f"{match[1]} {_plural(forms.scales[match[2]], _last_value(match[1], language), language)}",
        text,
    )


def _plural(word: Plural, value: Decimal, language: str) -> str:
    if isinstance(word, str):
        return word
    return word[cldr.plural_form(value, list(word), language)]


def _names(numerator: int, forms: Forms) -> list[str]:
    found = forms.denominators
    if found is None:
        return []
    many = found.many or found.one
    names = found.one if numerator == 1 else found.few or many if numerator < 5 else many
    return [name.replace("@", " ") for name in (found.two if numerator == 2 and found.two else names).split()]


def _beside(first: str, second: str, forms: Forms) -> str:
    return first + second if forms.tight else f"{first} {second}"
