"""English: hibari's reading, from which espeak's English voices profit too, and before it what that loses."""

from __future__ import annotations

import re
from decimal import Decimal

from hibari.g2p.normalize import UNITS as HIBARI_UNITS
from hibari.g2p.normalize import normalize as hibari_normalised

from include.runtime.voices import cldr
from include.runtime.voices.calendar_words import dates_said
from include.runtime.voices.numbers import MINUS
from include.runtime.voices.quantities import fractions_said, powers_said, units_said
from include.runtime.voices.signs import signs_said
from include.runtime.voices.spoken_forms import CURRENCIES, alternatives

_NUMBER = r"\d+(?:,\d{3})*(?:\.\d+)?"
_SCALE = r"(?:\s?(?:hundred|thousand|million|billion|trillion|bn|tn|[kKmMbB])\b)?"
_SPACED = re.compile(r"(?<![\d.,\w])\d{1,3}(?:[ \u00a0\u202f\u2009]\d{3})+(?![\d]|[.,]\d{3})")
_SHORT_SCALES = {"bn": "billion", "tn": "trillion"}
_SHORT_SCALE = re.compile(r"(?<=\d)\s?(bn|tn)\b")
_SIGN = r"[$€£¥₹₩]"
_SAME_SIGN_RANGE = re.compile(rf"({_SIGN})({_NUMBER}{_SCALE})\s?[-–]\s?\1(?=\d)")
_SIGN_AFTER = re.compile(rf"(?<![\w$€£.,])({_NUMBER})\s?({_SIGN})(?!\s?\d)")
_CODES = {code for code in CURRENCIES if code.isalpha() and code.isupper()}
_CODE_AFTER = re.compile(rf"(?<![\w.,])({_NUMBER})\s?({alternatives(dict.fromkeys(sorted(_CODES)))})\b")
_CODE_BEFORE = re.compile(
    rf"\b({alternatives(dict.fromkeys(sorted(_CODES - {'USD', 'EUR', 'GBP'})))})\s?({_NUMBER})(?![\d.,]*\d)"
)
_COUNTRIES = {
    "US": "U.S.",
    "A": "Australian",
    "AU": "Australian",
    "C": "Canadian",
    "CA": "Canadian",
    "NZ": "New Zealand",
    "HK": "Hong Kong",
}
_COUNTRY_DOLLARS = re.compile(rf"\b({alternatives(_COUNTRIES)})\$\s?({_NUMBER})({_SCALE})")
_OTHER_SIGNS = "₽₴₺₪₫฿"
_OTHER_BEFORE = re.compile(rf"([{_OTHER_SIGNS}])\s?({_NUMBER})")
_OTHER_AFTER = re.compile(rf"({_NUMBER})\s?([{_OTHER_SIGNS}])")
_HEIGHT = re.compile(r"(?<![\w.,])(\d{1,2})['’′]\s?(\d{1,2})(?:[\"”″]|''|’’)")
_VERSION = re.compile(r"\b(?:v\.?\s?)?\d+(?:\.\d+){2,}\b")
_COMPARED = re.compile(r"(?<![^\s(])([<>])\s?(?=\d)")


def english_said(text: str, language: str) -> str:
    """`text` in English words, but for plain numbers, which both engines read."""
    text = _SPACED.sub(lambda match: re.sub(r"\s", ",", match[0]), text.replace("\n", " "))
    if cldr.is_day_first(language):
        text = dates_said(text, language)
    text = _VERSION.sub(lambda match: _version(match[0]), text)
    text = _HEIGHT.sub(r"\1 foot \2", text)
    text = _money(_SHORT_SCALE.sub(lambda match: " " + _SHORT_SCALES[match[1]], text))
    text = fractions_said(text, language, only_mixed=True)
    text = units_said(text, language, left={*HIBARI_UNITS, "t", "°", "°C", "°F", "V", "W"})
    text = _signs(text, language)
    return str(hibari_normalised(text))


def _version(written: str) -> str:
    letter = "version " if written[0] == "v" else ""
    return letter + written.lstrip("v. ").replace(".", " point ")


def _money(text: str) -> str:
    """Amounts in the order and with the signs that hibari reads: the sign first, the minus as a word before it."""
    text = _COUNTRY_DOLLARS.sub(lambda match: f"{match[2]}{_long(match[3])} {_COUNTRIES[match[1]]} dollars", text)
    text = re.sub(rf"({_SIGN}){MINUS}(?=\d)", rf"{MINUS}\1", text)
    text = _SAME_SIGN_RANGE.sub(r"\2 to \1", text)
    text = _SIGN_AFTER.sub(r"\2\1", text)
    text = _CODE_AFTER.sub(lambda match: _paid(match[1], match[2]), text)
    text = _CODE_BEFORE.sub(lambda match: _paid(match[2], match[1]), text)
    text = _OTHER_BEFORE.sub(lambda match: _paid(match[2], CURRENCIES[match[1]]), text)
    return _OTHER_AFTER.sub(lambda match: _paid(match[1], CURRENCIES[match[2]]), text)


def _paid(number: str, code: str) -> str:
    if code in ("USD", "EUR", "GBP"):
        return f"{code} {number}"
    return cldr.paid(Decimal(number.replace(",", "")), number, code, "en")


def _long(scale: str) -> str:
    letter = {"k": " thousand", "m": " million", "b": " billion"}
    return letter.get(scale.strip().lower(), scale)


def _signs(text: str, language: str) -> str:
    squared = re.sub(r"(?<=\w)([²³])(?![⁰¹²³⁴⁵⁶⁷⁸⁹])", lambda match: " squared" if match[1] == "²" else " cubed", text)
    text = signs_said(powers_said(squared, language), language)
    text = _COMPARED.sub(lambda match: "less than " if match[1] == "<" else "more than ", text)
    return re.sub(rf"\s?{MINUS}\s?", " minus ", text)
