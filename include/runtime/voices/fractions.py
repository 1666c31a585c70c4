"""Fractions in words, with the numbers around them left in digits."""

from __future__ import annotations

import re

from include.runtime.voices.spoken_forms import LETTER, Forms, forms_of

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
"""Numerator and denominator of each single character."""
_VULGAR = re.compile(rf"(?:(\d+)\s?)?([{''.join(VULGAR)}])")
_FRACTION = re.compile(rf"(?<![A-Za-z\d./,])(?:(\d{{1,3}})\s)?(\d{{1,2}})[/\u2044](\d{{1,2}})(?![\d/]|{LETTER}|[.,]\d)")


def fractions_said(text: str, language: str, only_mixed: bool = False) -> str:
    """`½`, `1½`, `3/4` and `1 3/4` in words; without a name, or a word to put between its parts, a fraction stays.

    :param only_mixed: leave those with a slash that have no whole number before them.
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

    text = _VULGAR.sub(lambda match: said(match[1], *VULGAR[match[2]], _slashed(match[1], match[2])), text)
    return _FRACTION.sub(
        lambda match: (
            match[0] if only_mixed and not match[1] else said(match[1], int(match[2]), int(match[3]), match[0])
        ),
        text,
    )


def _slashed(whole: str | None, vulgar: str) -> str:
    numerator, denominator = VULGAR[vulgar]
    return f"{whole or ''} {numerator}/{denominator}".strip()


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


def _names(numerator: int, forms: Forms) -> list[str]:
    found = forms.denominators
    if found is None:
        return []
    many = found.many or found.one
    names = found.one if numerator == 1 else found.few or many if numerator < 5 else many
    return [name.replace("@", " ") for name in (found.two if numerator == 2 and found.two else names).split()]


def _beside(first: str, second: str, forms: Forms) -> str:
    return first + second if forms.tight else f"{first} {second}"
