"""What is counted or measured: money, percent and units in words, with the number left in digits."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache

from include.runtime.voices import cldr
from include.runtime.voices.fractions import VULGAR
from include.runtime.voices.numbers import MINUS, value_of
from include.runtime.voices.spoken_forms import (
    CURRENCIES,
    LETTER,
    SYMBOLS,
    UNITS,
    Forms,
    Plural,
    alternatives,
    forms_of,
    number_pattern,
)

_SCALE_WORDS = (
    r"(?:mi|bi|tri)l{1,2}i?(?:ó|o|õe|hõe|hão|hões|ão|ard|arde|árd|one|oni|ón|ona|oane|joona)\w*"
    r"|milion\w*|million\w*|miljo[eo]n\w*|miljon\w*|millió|miliónů|milyon|milyar|miljard\w*|m[ií]liard\w*|mil|mln|mld|mrd"
    r"|миллион\w*|миллиард\w*|мільйон\w*|мільярд\w*|тысяч\w*|тисяч\w*|tys|tisíc\w*|tusen|tusind|duizend|bin|ribu|juta|miliar|biljoen"
    r"|nghìn|triệu|tỷ|लाख|करोड़|हज़ार|مليون|مليار|ألف|میلیون|میلیارد|هزار|מיליון|מיליארד|אלף|εκατομμύρι\w*|χιλιάδες|ล้าน|만|억"
)
"""Thousands, millions and more, before which no currency is spoken."""
_BLANK = "[ \u00a0\u202f]?"


def money_said(text: str, language: str) -> str:
    """Currency signs and codes, before or after an amount, as words after it."""
    forms = forms_of(language)
    before, after = _money_patterns(language)
    if forms.per:
        text = re.sub(rf"(?<=[{''.join(SYMBOLS)}])\s?/\s?(?={LETTER})", f" {forms.per} ", text)
    text = before.sub(lambda match: _paid(match[1] + match[3], match[2], forms, language), text)
    return after.sub(lambda match: _paid(match[1], match[2], forms, language), text)


def counted_fractions_said(text: str, language: str) -> str:
    """What a fraction such as `½` or `1 1/2` counts in words: money, percent and units. The fraction itself stays."""
    forms = forms_of(language)

    def paid(match: re.Match[str]) -> str:
        return _named(f"{match['whole']}{match['part']}", _fraction_value(match), match["sign"], forms, language)

    def counted(match: re.Match[str]) -> str:
        unit = {"%": "percent", **UNITS, **forms.unit_signs}[match["sign"]]
        if unit == "percent" and forms.percent:
            return forms.percent.format(f"{match['whole']}{match['part']}")
        return _in_units(_fraction_value(match), f"{match['whole']}{match['part']}", unit, forms, language)

    before, after, units = _fraction_patterns(language)
    text = after.sub(paid, before.sub(paid, text))
    return units.sub(counted, text) if language.split("-")[0] in cldr.KNOWN else text


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
    scales = "|".join([*([alternatives(forms.scales)] if forms.scales else []), _SCALE_WORDS])
    scale = rf"(?:{_BLANK}(?:{scales})(?![^\W\d_]))?" if not forms.tight else "[万億亿萬]*"
    letter = "[A-Za-z$]" if forms.tight else r"[\w$]"
    before = rf"(?<!{letter})(?<!\d[ \u00a0\u202f])({MINUS}?)({signs}){_BLANK}({amount}{scale})"
    return re.compile(before), re.compile(rf"({amount}{scale}){_BLANK}({signs})(?!{letter})")


@cache
def _fraction_patterns(language: str) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Sign of a currency before a fraction, the same after it, and a unit after it."""
    forms = forms_of(language)
    part = rf"(?P<whole>(?:(?<!\d)\d{{1,9}}\s?)?)(?P<part>[{''.join(VULGAR)}])"
    any_part = rf"{part[:-1]}|(?<![\d/.,{''.join(SYMBOLS)}])[1-9]\d?[/\u2044][1-9]\d?)"
    money = rf"(?P<sign>{alternatives({**CURRENCIES, **forms.money})})"
    units = rf"(?P<sign>{alternatives({'%': '', **UNITS, **forms.unit_signs})})"
    return (
        re.compile(rf"(?<!\w){money}{_BLANK}{part}"),
        re.compile(rf"{any_part}{_BLANK}{money}(?!\w)"),
        re.compile(rf"{any_part}{_BLANK}{units}(?![A-Za-z0-9²³°/]|{LETTER})"),
    )


def _fraction_value(match: re.Match[str]) -> Decimal:
    numerator, denominator = VULGAR.get(match["part"]) or map(int, re.split("[/\u2044]", match["part"]))
    return int(match["whole"] or 0) + Decimal(numerator) / denominator


@cache
def _percent_patterns(language: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    amount = _amount(language)
    return re.compile(rf"(?<![\w%])%{_BLANK}({amount})(?!\s?%)"), re.compile(rf"({amount}){_BLANK}%(?!\d)")


@cache
def _unit_pattern(language: str, left: frozenset[str]) -> re.Pattern[str]:
    signs = alternatives(dict.fromkeys(sign for sign in {**UNITS, **forms_of(language).unit_signs} if sign not in left))
    unpaid = rf"(?<![{''.join(SYMBOLS)}])"
    return re.compile(rf"{unpaid}({_amount(language)}){_BLANK}({signs})(?![A-Za-z0-9²³°/]|{LETTER})")


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
    return _in_units(value, written, unit, forms, language)


def _in_units(value: Decimal, written: str, unit: str, forms: Forms, language: str) -> str:
    """An amount of a unit in words, the number as `written`."""
    own = forms.units.get(unit)
    return own.format(written) if own else cldr.counted(value, written, unit, language)


def _paid(amount: str, sign: str, forms: Forms, language: str) -> str:
    number = re.match(_amount(language), amount)
    value = _last_value(amount, language)
    if number is not None and number[0] != amount:
        amount, value = _scales_said(amount, forms, language), value * 1_000_000
    written = forms.one if forms.one and amount == "1" else amount
    return _named(written, value, sign, forms, language)


def _named(written: str, value: Decimal, sign: str, forms: Forms, language: str) -> str:
    """An amount of a currency in words, the number as `written`."""
    own = forms.money.get(sign)
    if own is not None:
        return written + forms.blank + _plural(own, value, language)
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
