"""What is counted or measured: money, percent and units in words, with the number left in digits."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache

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

_LETTER = r"[^\W\d_\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u30ff\u3400-\u9fff\uac00-\ud7af]"
"""What no unit ends before: a letter, but for the scripts in which words are not parted by blanks."""
_BLANK = "[ \u00a0\u202f]?"


def money_said(text: str, language: str) -> str:
    """Signs and codes of currencies, before or after an amount, as words after it."""
    forms = forms_of(language)
    before, after = _money_patterns(language)
    text = before.sub(lambda match: _paid(match[1] + match[3], match[2], forms, language), text)
    return after.sub(lambda match: _paid(match[1], match[2], forms, language), text)


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

    before, after = _percent_patterns(language)
    return before.sub(said, after.sub(said, text))


def units_said(text: str, language: str, left: frozenset[str] = frozenset()) -> str:
    """Units after a number in words, those in `left` excepted."""
    forms = forms_of(language)
    if language.split("-")[0] not in cldr.KNOWN:
        return text
    units = {**UNITS, **forms.unit_signs}
    text = _scales_said(text, forms, language)
    return _unit_pattern(language, left).sub(lambda match: _counted(match[1], units[match[2]], forms, language), text)


@cache
def _money_patterns(language: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Sign before amount, and amount before sign."""
    forms = forms_of(language)
    signs, amount = alternatives({**CURRENCIES, **forms.money}), _amount(language)
    scale = rf"(?:{_BLANK}(?:{alternatives(forms.scales)})(?!\w))?" if forms.scales else ""
    letter = "[A-Za-z$]" if forms.tight else r"[\w$]"
    before = rf"(?<!{letter})(?<!\d[ \u00a0\u202f])({MINUS}?)({signs}){_BLANK}({amount}{scale})"
    return re.compile(before), re.compile(rf"({amount}{scale}){_BLANK}({signs})(?!{letter})")


@cache
def _percent_patterns(language: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    amount = _amount(language)
    return re.compile(rf"(?<![\w%])%{_BLANK}({amount})(?!\s?%)"), re.compile(rf"({amount}){_BLANK}%")


@cache
def _unit_pattern(language: str, left: frozenset[str]) -> re.Pattern[str]:
    signs = alternatives(dict.fromkeys(sign for sign in {**UNITS, **forms_of(language).unit_signs} if sign not in left))
    unpaid = rf"(?<![{''.join(SYMBOLS)}])"
    return re.compile(rf"{unpaid}({_amount(language)}){_BLANK}({signs})(?![A-Za-z0-9²³°/]|{_LETTER})")


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
        return written + ("" if forms.tight else " ") + _plural(own, value, language)
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
