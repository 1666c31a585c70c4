"""What is written short and spoken in full, by language, from `spoken_forms.yaml`; and signs alike everywhere."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field

from include.runtime.voices import cldr

Plural = str | Mapping[str, str]
"""A word that counting does not change, or the word for each of the CLDR's plural forms (`one`, `few`, `other`)."""


class Denominators(BaseModel):
    """Halves, thirds, … up to tenths, as words separated by blanks; `@` stands for a blank within one."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    one: str
    two: str = ""
    few: str = ""
    """After 2, 3 and 4; as `many` where empty."""
    many: str = ""
    """As `one` where empty."""


class Forms(BaseModel):
    """How one language says what is written in digits and signs. What it does not say is left to the voice."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    minus: str = ""
    one: str = ""
    """1 before what is counted, if it differs from the 1 of counting (`ein Meter`)."""
    decimal_mark: str = ""
    """`,` or `.`, if the CLDR does not know the language."""
    point: str = ""
    """The word for the decimal mark, if the voice says none or another."""
    voice_mark: str | None = None
    """The decimal mark that the voice reads, where it is not the language's own; empty where it reads none."""
    digit_words: Mapping[str, str] = Field(default_factory=dict)
    """Words for the digits at which the voice is silent or dies; empty where there is no word."""
    spell_from: int | None = None
    """Whole numbers from here are spelled out by the CLDR: the voice reads them wrong."""
    digits_from: int | None = None
    """Whole numbers from here are read digit by digit: neither the voice nor the CLDR has words for them."""
    tight: bool = False
    """Whether it is written without blanks between words."""
    signs: Mapping[str, str] = Field(default_factory=dict)
    after_number: Mapping[str, str] = Field(default_factory=dict)
    """Comparison signs whose word follows the number."""
    range: str = ""
    percent: str = ""
    hour: str = ""
    """How a full hour is said, from `{h}`; without it, times are left to the voice."""
    time: str = ""
    """How a time is said, from `{h}`, `{m}` and `{mm}`, which keeps its 0."""
    time_marks: str = ":"
    """Pattern of what separates hours and minutes."""
    after_time: str = ""
    """Pattern of what is written after a time, and is in `time` already."""
    before_time: str = ""
    """Pattern of what makes a time of `14.30`."""
    hour_rule: str = ""
    """Rule of the CLDR for hours, if they are not cardinals."""
    date: str = ""
    """How a date is said, from `{day}`, `{month}`, its `{number}` and `{year}`, if not in the CLDR's long form."""
    day: str = ""
    """Rule for days that stand before a month; of the CLDR or of `ordinal_words`."""
    first_day: str = ""
    year: str = ""
    """Rule for years in dates."""
    years: str = ""
    """What follows a year that is read digit by digit."""
    ordinals: Mapping[str, str] = Field(default_factory=dict)
    """By what is written after a number, the rule for its ordinal."""
    roman_ordinals: bool = False
    """Whether Roman numerals take these endings too."""
    ordinal_dot: str = ""
    """Rule for a number with a dot before a word, if the voice does not know it."""
    ordinal_dot_from: int = 0
    """The first one that the voice does not know."""
    ordinal_endings: Mapping[str, str] = Field(default_factory=dict)
    """By the pattern of how that word ends, the rule for its gender."""
    ordinal_words: Mapping[str, str] = Field(default_factory=dict)
    """By rule that the CLDR lacks, first, second, … as words separated by blanks; `@` stands for a blank within one."""
    number_before: Mapping[str, str] = Field(default_factory=dict)
    """By the pattern of a word, the rule for a number before it."""
    per: str = ""
    """What is said before the unit that a price or a rate is for."""
    money: Mapping[str, Plural] = Field(default_factory=dict)
    units: Mapping[str, str] = Field(default_factory=dict)
    """By unit of the CLDR, its words around `{}`, if people say it otherwise."""
    unit_signs: Mapping[str, str] = Field(default_factory=dict)
    """By sign that this language alone has, the unit of the CLDR."""
    scales: Mapping[str, Plural] = Field(default_factory=dict)
    """Abbreviated millions."""
    fraction: str = ""
    """How a fraction is said, from `{n}` and `{d}`; else `denominators` say it."""
    fraction_order: str = "{n} {d}"
    over: str = ""
    """What is said between numerator and denominator if the denominator has no name."""
    a_half: str = ""
    and_a_half: str = ""
    numerators: Mapping[int, str] = Field(default_factory=dict)
    denominators: Denominators | None = None
    whole_and: str = ""
    """What is said between a whole number and a fraction."""
    power: str = ""
    """What is said before an exponent, or around `{}`."""
    dot_and_at: tuple[str, str] = (".", "@")
    """The words for `.` and `@` in an address."""
    abbreviations: Mapping[str, str] = Field(default_factory=dict)

    @property
    def blank(self) -> str:
        """What stands between two words."""
        return "" if self.tight else " "

    def padded(self, word: str) -> str:
        """`word` as it stands between others."""
        return f"{self.blank}{word}{self.blank}"


UNITS = {
    "km/h": "kilometer-per-hour",
    "m/s": "meter-per-second",
    "m/s²": "meter-per-square-second",
    "mph": "mile-per-hour",
    "km²": "square-kilometer",
    "km2": "square-kilometer",
    "m²": "square-meter",
    "m2": "square-meter",
    "cm²": "square-centimeter",
    "m³": "cubic-meter",
    "m3": "cubic-meter",
    "cm³": "cubic-centimeter",
    "km": "kilometer",
    "m": "meter",
    "cm": "centimeter",
    "mm": "millimeter",
    "µm": "micrometer",
    "μm": "micrometer",
    "nm": "nanometer",
    "kg": "kilogram",
    "g": "gram",
    "mg": "milligram",
    "t": "tonne",
    "l": "liter",
    "L": "liter",
    "ml": "milliliter",
    "mL": "milliliter",
    "ha": "hectare",
    "°C": "celsius",
    "°F": "fahrenheit",
    "°": "degree",
    "kWh": "kilowatt-hour",
    "kW": "kilowatt",
    "MW": "megawatt",
    "GW": "gigawatt",
    "W": "watt",
    "V": "volt",
    "Hz": "hertz",
    "kHz": "kilohertz",
    "MHz": "megahertz",
    "GHz": "gigahertz",
    "kB": "kilobyte",
    "MB": "megabyte",
    "GB": "gigabyte",
    "TB": "terabyte",
    "hPa": "hectopascal",
    "min": "minute",
}
"""By sign after a number, the CLDR's unit; degrees come first, so that `°C` is one sign."""

_CODES = (
    "USD EUR GBP JPY CHF CNY INR KRW RUB UAH PLN CZK HUF SEK NOK DKK TRY ILS THB VND BRL RON IDR AUD CAD HKD MXN ZAR"
)
CURRENCIES = {
    "$": "USD",
    "US$": "USD",
    "A$": "AUD",
    "C$": "CAD",
    "HK$": "HKD",
    "R$": "BRL",
    "€": "EUR",
    "£": "GBP",
    "¥": "JPY",
    "₹": "INR",
    "₩": "KRW",
    "₽": "RUB",
    "₴": "UAH",
    "₺": "TRY",
    "₪": "ILS",
    "₫": "VND",
    "฿": "THB",
    "zł": "PLN",
    "Kč": "CZK",
    "Ft": "HUF",
} | {code: code for code in _CODES.split()}
"""By sign or code beside an amount, its code in ISO 4217."""

LETTER = r"[^\W\d_\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u30ff\u3400-\u9fff\uac00-\ud7af]"
"""What no unit is followed by: a letter, except in scripts whose words are not separated by blanks."""
SYMBOLS = frozenset("$€£¥₹₩₽₴₺₪₫฿")
"""Characters of the currency signs that need no blank between themselves and letters."""


@cache
def forms_of(language: str) -> Forms:
    """The forms of `language`, a tag of BCP 47: its own or those of the language without script and region."""
    table = _table()
    return table.get(language) or table.get(language.split("-")[0]) or Forms()


@cache
def languages() -> tuple[str, ...]:
    """Languages that have forms."""
    return tuple(_table())


@cache
def _table() -> Mapping[str, Forms]:
    written = yaml.load((Path(__file__).parent / "spoken_forms.yaml").read_text("utf-8"), yaml.CBaseLoader)
    return {language: Forms.model_validate(forms) for language, forms in written.items()}


@cache
def decimal_mark_of(language: str) -> str:
    """`.` or `,`."""
    return (
        cldr.decimal_mark(language) if language.split("-")[0] in cldr.KNOWN else forms_of(language).decimal_mark or "."
    )


@cache
def number_pattern(language: str) -> str:
    """Pattern of a number in `language`, whole or with decimals, with or without marks between its thousands."""
    decimal = decimal_mark_of(language)
    group = "." if decimal == "," else ","
    fraction = rf"(?:\{decimal}\d+)?"
    loose = r"(?:[.,]\d+)?" if decimal == "," else fraction
    indian = rf"|\d{{1,2}}(?:,\d{{2}})+,\d{{3}}{fraction}" if group == "," else ""
    return (
        rf"(?<![\d.,])(?:\d{{1,3}}(?:\{group}\d{{3}})+{fraction}{indian}"
        rf"|(?<!\d[ \u00a0\u202f\u2009])[1-9]\d{{0,2}}(?:[ \u00a0\u202f\u2009'’]\d{{3}})+{fraction}"
        rf"|\d+{loose})(?!\d|[.,]\d)"
    )


def alternatives(signs: Mapping[str, object]) -> str:
    """Pattern of any of `signs`, the longest first."""
    return "|".join(re.escape(sign) for sign in sorted(signs, key=len, reverse=True))
