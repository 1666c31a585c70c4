"""What is raised or lowered beside a number, a letter or a word: powers, indices, charges of ions, note marks."""

from __future__ import annotations

import re

from include.runtime.voices.numbers import MINUS, long_numbers_in_digits
from include.runtime.voices.spoken_forms import LETTER, forms_of

_HIGH, _LOW, _DIGITS = "⁰¹²³⁴⁵⁶⁷⁸⁹", "₀₁₂₃₄₅₆₇₈₉", "0123456789"
_ON_THE_LINE = str.maketrans(f"{_HIGH}⁺⁻ⁿ{_LOW}", f"{_DIGITS}+{MINUS}n{_DIGITS}")
_RAISED = str.maketrans(f"{_DIGITS}-{MINUS}", f"{_HIGH}⁻⁻")
_EXPONENT = rf"[⁺⁻]?[{_HIGH}ⁿ]++(?:[⁺⁻][{_HIGH}ⁿ]++)*+(?![⁺⁻])"
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u30ff\u3400-\u9fff\uac00-\ud7af"
_POWER = re.compile(rf"(?<=[\w)])(?<![{_HIGH}⁺⁻ⁿ])({_EXPONENT})(\d?)")
_SQUARE = re.compile(rf"(?<=[\w)])([²³])(?![{_HIGH}⁺⁻ⁿ])")
_HIGH_REST = re.compile(rf"[{_HIGH}⁺⁻ⁿ]+")
_NOTE = re.compile(
    rf"(?:(?<={LETTER}{{4}})|(?<=[{_UNSPACED}.,;:!?…\"'”’»。，！？」』]))[{_HIGH}]++(?:,\s?[{_HIGH}]++)*(?!\w)"
)
_CARET = re.compile(rf"(?<=[\w)])\^[({{]?\+?([-{MINUS}]?\d+)[)}}]?(?![.,]?\d)")
_SMALL_FRACTION = re.compile(rf"(\d?)(?<![{_HIGH}])([{_HIGH}]++)[/\u2044]([{_LOW}]++)")
_INDEX = re.compile(rf"(\d?)([{_LOW}]++)(?=(\d?))")


def small_digits_said(text: str, warnings: list[str]) -> str:
    """Indices and fractions in plain digits, apart from numbers beside them; `^6` as `⁶`; no note marks."""
    text = _CARET.sub(lambda match: match[1].translate(_RAISED), text)
    text = _SMALL_FRACTION.sub(
        lambda match: f"{match[1]}{' ' if match[1] else ''}{match[2].translate(_ON_THE_LINE)}/{match[3]}", text
    )
    notes = _NOTE.findall(text)
    if notes:
        warnings.append(f"marks of notes are not spoken: {' '.join(notes)[:40]}")
    return _INDEX.sub(_index_said, _NOTE.sub("", text))


def powers_said(text: str, language: str, warnings: list[str]) -> str:
    """`10⁻³` and `x²`; where the language has no word for it, the exponent as a number of its own."""
    power = forms_of(language).power

    def said(match: re.Match[str]) -> str:
        exponent = long_numbers_in_digits(match[1].translate(_ON_THE_LINE), language)
        after = f", {match[2]}" if match[2] else ""
        if power:
            return (power.format(exponent) if "{}" in power else f" {power} {exponent}") + after
        warnings.append(f"the language has no word for powers: {match[1]} is spoken as a number")
        return f", {exponent}{after}"

    text = _POWER.sub(said, text)
    return _HIGH_REST.sub(lambda match: f" {long_numbers_in_digits(match[0].translate(_ON_THE_LINE), language)} ", text)


def squares_said(text: str) -> str:
    """`x²` and `x³` as English says them."""
    return _SQUARE.sub(lambda match: " squared" if match[1] == "²" else " cubed", text)


def _index_said(match: re.Match[str]) -> str:
    # A comma is a pause: many voices take what only a blank separates for one number.
    before, index, after = match.groups()
    return f"{before}{', ' if before else ''}{index.translate(_ON_THE_LINE)}{', ' if after else ''}"
