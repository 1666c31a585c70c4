"""English amounts of money in words, with the numbers in digits: both engines read those, but not the signs alike."""

from __future__ import annotations

import re
from decimal import Decimal

from include.runtime.voices import cldr
from include.runtime.voices.numbers import MINUS
from include.runtime.voices.spoken_forms import CURRENCIES, alternatives

_NAMES = {
    "$": ("dollar", "dollars"),
    "€": ("euro", "euros"),
    "£": ("pound", "pounds"),
    "¥": ("yen", "yen"),
    "₹": ("rupee", "rupees"),
    "₩": ("won", "won"),
    "US$": ("U.S. dollar", "U.S. dollars"),
    "A$": ("Australian dollar", "Australian dollars"),
    "AU$": ("Australian dollar", "Australian dollars"),
    "C$": ("Canadian dollar", "Canadian dollars"),
    "CA$": ("Canadian dollar", "Canadian dollars"),
    "NZ$": ("New Zealand dollar", "New Zealand dollars"),
    "USD": ("dollar", "dollars"),
    "EUR": ("euro", "euros"),
    "GBP": ("pound", "pounds"),
}
"""Sign to its name for one and for more; all others have the CLDR's."""
_HUNDREDTHS = {"$": ("cent", "cents"), "€": ("cent", "cents"), "£": ("penny", "pence")}
_SCALES = {"k": "thousand", "m": "million", "mn": "million", "b": "billion", "bn": "billion", "tn": "trillion"}
_NUMBER = r"\d+(?:,\d{3})*(?:\.\d+)?"
_SCALE = r"(?:\s?(?:hundred|thousand|million|billion|trillion|[mbt]n|[kKmMbB])\b)?"
_SIGNS = alternatives({**_NAMES, **{sign: code for sign, code in CURRENCIES.items() if sign not in ("zł", "Kč", "Ft")}})
_BEFORE = re.compile(
    rf"(?<![\w$€£])({MINUS}?)({_SIGNS})\s?({MINUS}?{_NUMBER})({_SCALE})"
    rf"(?:\s?[-–]\s?(?:\2)?({_NUMBER})({_SCALE}))?(?![\d])"
)
_AFTER = re.compile(rf"(?<![\w$€£.,])({_NUMBER})({_SCALE})\s?({_SIGNS})(?![\w$]|\s?\d)")
_SHORT_SCALE = re.compile(r"(?<=\d)\s?([bt]n)\b")


def money_in_words(text: str) -> str:
    """`−$3.5bn`, `20 €`, `US$20` and `$20-$30` in words."""
    text = _BEFORE.sub(_before, text)
    text = _AFTER.sub(lambda match: _said(match[1], match[2], match[3]), text)
    return _SHORT_SCALE.sub(lambda match: f" {_SCALES[match[1]]}", text)


def _before(match: re.Match[str]) -> str:
    minus, sign, first, first_scale, last, last_scale = match.groups()
    number = (minus + first).replace(MINUS * 2, MINUS)
    if last is None:
        return _said(number, first_scale, sign)
    return f"{number}{_scale(first_scale)} to {_said(last, last_scale, sign)}"


def _said(number: str, scale: str, sign: str) -> str:
    value = Decimal(number.replace(",", "").replace(MINUS, ""))
    whole, _, hundredths = number.partition(".")
    if sign in _HUNDREDTHS and len(hundredths) == 2 and not scale:
        return _with_hundredths(whole, int(hundredths), sign)
    if sign not in _NAMES:
        return cldr.paid(value * (2 if scale else 1), f"{number}{_scale(scale)}", CURRENCIES[sign], "en")
    return f"{number}{_scale(scale)} {_NAMES[sign][value != 1 or bool(scale)]}"


def _with_hundredths(whole: str, hundredths: int, sign: str) -> str:
    """`4 dollars and 99 cents`."""
    small = f"{hundredths} {_HUNDREDTHS[sign][hundredths != 1]}"
    amount = int(whole.replace(",", "").replace(MINUS, ""))
    if not amount and hundredths:
        return (MINUS if MINUS in whole else "") + small
    large = f"{whole} {_NAMES[sign][amount != 1]}"
    return f"{large} and {small}" if hundredths else large


def _scale(written: str) -> str:
    short = written.strip()
    return f" {_SCALES.get(short.lower(), short)}" if short else ""
