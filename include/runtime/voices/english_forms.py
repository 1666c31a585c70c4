"""English as hibari's normaliser says it, for espeak's voices too; what it would lose is put in words before."""

from __future__ import annotations

import re

from hibari.g2p.normalize import SYMBOLS as HIBARI_SIGNS
from hibari.g2p.normalize import UNITS as HIBARI_UNITS
from hibari.g2p.normalize import normalize as hibari_normalised

from include.runtime.voices import cldr
from include.runtime.voices.calendar_words import dates_said
from include.runtime.voices.english_money import money_in_words
from include.runtime.voices.fractions import fractions_said
from include.runtime.voices.numbers import MINUS
from include.runtime.voices.powers import powers_said, squares_said
from include.runtime.voices.quantities import counted_fractions_said, units_said
from include.runtime.voices.signs import signs_said

_READ_BY_HIBARI = frozenset(HIBARI_UNITS) | {"t", "°", "°C", "°F", "V", "W"}
"""Left to hibari; some of them are more often letters than units in English."""
_PASSED_OVER = frozenset(sign for sign, word in HIBARI_SIGNS.items() if not word.strip())
"""Signs that hibari leaves out without saying so."""
_SPACED = re.compile(r"(?<![\d.,\w])(?<!\d )[1-9]\d{0,2}(?:[ '’]\d{3})+(?![\d]|[.,]\d{3})")
_HEIGHT = re.compile(r"(?<![\w.,])(\d{1,2})['’′]\s?(\d{1,2})(?:[\"”″]|''|’’)")
_VERSION = re.compile(r"\b(?:v\.?\s?)?\d+(?:\.\d+){2,}\b")
_NO_FRACTION = re.compile(r"(?<![\d/.])(1[3-9]|[2-9]\d)/(?=\d{1,2}(?![\d/.]))")
"""Neither a fraction nor a date: `24/7`."""
_COMPARED = re.compile(r"(?<![^\s(])([<>])\s?(?=\d)")


def english_said(text: str, language: str, warnings: list[str]) -> str:
    """`text` in English words, but for plain numbers, which both engines read."""
    text = _SPACED.sub(lambda match: re.sub(r"[ '’]", ",", match[0]), text.replace("\n", " "))
    if cldr.is_day_first(language):
        text = dates_said(text, language)
    text = _VERSION.sub(lambda match: _version(match[0]), text)
    text = _HEIGHT.sub(r"\1 foot \2", text)
    text = money_in_words(counted_fractions_said(text, language))
    text = fractions_said(text, language, only_mixed=True)
    text = units_said(text, language, left=_READ_BY_HIBARI)
    text = _signs(text, language, warnings)
    passed_over = [sign for sign in dict.fromkeys(text) if sign in _PASSED_OVER]
    if passed_over:
        warnings.append(f"signs are not spoken: {' '.join(passed_over)}")
    return str(hibari_normalised(_NO_FRACTION.sub(r"\1 ", text)))


def _version(written: str) -> str:
    letter = "version " if written[0] == "v" else ""
    return letter + written.lstrip("v. ").replace(".", " point ")


def _signs(text: str, language: str, warnings: list[str]) -> str:
    text = signs_said(powers_said(squares_said(text), language, warnings), language)
    text = _COMPARED.sub(lambda match: "less than " if match[1] == "<" else "more than ", text)
    return re.sub(rf"\s?{MINUS}\s?", " minus ", text)
