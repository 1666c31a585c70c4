"""What the Unicode CLDR says about numbers, units, money and dates, through ICU.

ICU takes the process's own locale for a language that it does not know, and the cardinal for a rule that a language
does not have, both in silence: ask only for languages in `KNOWN`, and for rules that the tests have seen to be there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import cache

from icu4py.messageformat import MessageFormat

_KNOWN = (
    "af am ar as az be bg bn bs ca cs cy da de el en es et eu fa fi fr ga gd gu he hi hr hu hy id is it ja ka kk kn ko"
    " ku ky lb lt lv mk ml mr ms my nb ne nl or pa pl pt ro ru sd si sk sl sq sr sv sw ta te th tk tr uk ur uz vi yue"
    " zh"
)
KNOWN = frozenset(_KNOWN.split())
"""Languages of the voices whose words for units, money and months the CLDR has."""

_FORMATTING = re.compile("[\u00ad\u200b\u200e\u200f\u061c\u2060]")
"""Hyphenation and direction, which ICU writes between the parts of a number; neither is spoken."""
_NUMBER = re.compile(r"[0-9]+(?:[.,][0-9]+)?")
_TAG = re.compile(r"([a-z]+)(?:-[A-Z][a-z]{3})?(-[A-Z]{2}|-\d{3})?")


def spelled(number: int, language: str, rule: str = "cardinal") -> str:
    """`number` in words by a rule of the CLDR's spell-out, such as `cardinal-feminine` or `ordinal`.

    In Belarusian it has a Latin i, which a voice reads in English.
    """
    kind = "spellout" if rule == "cardinal" else f"spellout,%spellout-{rule}"
    words = _formatted(f"{{0,{kind}}}", language, number)
    return words.replace("i", "і") if language.startswith("be") else words


def counted(value: Decimal, written: str, unit: str, language: str) -> str:
    """The CLDR's words for `value` times `unit`, with the number as `written`."""
    return _numbered(f"{{0,number,::unit/{unit} unit-width-full-name group-off .##########}}", value, written, language)


def paid(value: Decimal, written: str, currency: str, language: str) -> str:
    """The CLDR's words for an amount of `currency`, an ISO 4217 code, with the number as `written`."""
    pattern = f"{{0,number,::currency/{currency} unit-width-full-name group-off .##########}}"
    return _numbered(pattern, value, written, language)


def plural_form(value: Decimal, forms: Sequence[str], language: str) -> str:
    """Which of the plural `forms` that a language has (`one`, `few`, …) goes with `value`; `other` where none does."""
    choices = "".join(f"{form}{{{form}}}" for form in dict.fromkeys([*forms, "other"]))
    return _formatted(f"{{0,plural,{choices}}}", language, value)


def long_date(day: date, language: str) -> str:
    """`3. April 2026`, in the Gregorian calendar."""
    return _formatted("{0,date,::yMMMMd}", language, day)


def month_of(day: date, language: str) -> str:
    """The month's name as it stands beside a day (`kwietnia`)."""
    return re.sub(r"[\d.]", "", _formatted("{0,date,::MMMMd}", language, day)).strip()


@cache
def is_day_first(language: str) -> bool:
    """Whether `03/04/2026` is in April, told by how a date is written in full."""
    return not re.match(r"\D*(?:2026|\D+ 3)", long_date(date(2026, 4, 3), language))


@cache
def decimal_mark(language: str) -> str:
    """`.` or `,`."""
    return "," if "," in _formatted("{0,number}", language, Decimal("1.5")) else "."


def _numbered(pattern: str, value: Decimal, written: str, language: str) -> str:
    words = _formatted(pattern, language, abs(value))
    return _NUMBER.sub(lambda _: written, words, count=1)


def _formatted(pattern: str, language: str, value: Decimal | date | int) -> str:
    written = _message(pattern, _locale(language)).format({"0": value})
    return re.sub(r"\s+", " ", _FORMATTING.sub("", written)).strip()


@cache
def _message(pattern: str, locale: str) -> MessageFormat:
    return MessageFormat(pattern, locale)


def _locale(language: str) -> str:
    """Language and region, with European digits and the Gregorian calendar whatever is usual there."""
    match = _TAG.match(language)
    return f"{match[1]}{match[2] or ''}-u-ca-gregory-nu-latn" if match else "en"
