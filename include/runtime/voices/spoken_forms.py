"""What is written short and spoken long, by language, from `spoken_forms.yaml`; and signs that are alike everywhere."""

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
    """Halves, thirds, … up to tenths, as words parted by blanks; `@` stands for a blank within one."""

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
    """1 before what is counted, where it is not the 1 of counting (`ein Meter`)."""
    decimal_mark: str = ""
    """`,` or `.`, where the CLDR does not know the language."""
    point: str = ""
    """The decimal mark, where the voice is silent at it or says another word."""
    voice_mark: str | None = None
    """The decimal mark that the voice reads, where it is not the language's own; empty where it reads none."""
    digit_words: Mapping[str, str] = Field(default_factory=dict)
    """Digits that the voice is silent, or dies, at to their word; empty where there is none."""
    spell_from: int | None = None
    """Whole numbers from here are spelled out by the CLDR: the voice reads them wrong."""
    digits_from: int | None = None
    """Whole numbers from here are read digit by digit: neither the voice nor the CLDR has words for them."""
    tight: bool = False
    """Written without blanks between words."""
    signs: Mapping[str, str] = Field(default_factory=dict)
    after_number: Mapping[str, str] = Field(default_factory=dict)
    """Comparison signs whose word follows the number."""
    range: str = ""
    percent: str = ""
    hour: str = ""
    """The full hour from `{h}`; without, times are the voice's own business."""
    time: str = ""
    """From `{h}`, `{m}` and `{mm}`, which keeps its 0."""
    time_marks: str = ":"
    """Pattern of what parts hours and minutes."""
    after_time: str = ""
    """Pattern of what is written after a time, and is in `time` already."""
    before_time: str = ""
    """Pattern of what makes a time of `14.30`."""
    hour_rule: str = ""
    """Of the CLDR, where hours are not cardinals."""
    date: str = ""
    """From `{day}`, `{month}`, its `{number}` and `{year}`, where it is not the CLDR's long form."""
    day: str = ""
    """Rule for days that stand before a month; of the CLDR or of `ordinal_words`."""
    first_day: str = ""
    year: str = ""
    """Rule for years in dates."""
    years: str = ""
    """What follows a year that is read digit by digit."""
    ordinals: Mapping[str, str] = Field(default_factory=dict)
    """What is written after a number to the rule for its ordinal."""
    roman_ordinals: bool = False
    """Whether Roman numerals take these endings too."""
    ordinal_dot: str = ""
    """Rule for a number with a dot before a word, where the voice does not know it."""
    ordinal_dot_from: int = 0
    """The voice knows those below."""
    ordinal_endings: Mapping[str, str] = Field(default_factory=dict)
    """Pattern of how that word ends to the rule for its gender."""
    ordinal_words: Mapping[str, str] = Field(default_factory=dict)
    """Rules that the CLDR lacks: first, second, … as words parted by blanks; `@` stands for a blank within one."""
    number_before: Mapping[str, str] = Field(default_factory=dict)
    """Pattern of a word to the rule for a number before it."""
    per: str = ""
    """Before the unit that a price or a rate is for."""
    money: Mapping[str, Plural] = Field(default_factory=dict)
    units: Mapping[str, str] = Field(default_factory=dict)
    """Unit of the CLDR to its words around `{}`, where people say it otherwise."""
    unit_signs: Mapping[str, str] = Field(default_factory=dict)
    """Signs of this language alone to units of the CLDR."""
    scales: Mapping[str, Plural] = Field(default_factory=dict)
    """Abbreviated millions."""
    fraction: str = ""
    """From `{n}` and `{d}`; else from `denominators`."""
    fraction_order: str = "{n} {d}"
    over: str = ""
    """Between numerator and denominator where the denominator has no name."""
    a_half: str = ""
    and_a_half: str = ""
    numerators: Mapping[int, str] = Field(default_factory=dict)
    denominators: Denominators | None = None
    whole_and: str = ""
    """Between a whole number and a fraction."""
    power: str = ""
    """Before an exponent, or around `{}`."""
    dot_and_at: tuple[str, str] = (".", "@")
    """How an address is read aloud."""
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
"""Sign after a number to the CLDR's unit; degrees before all else, so that `°C` is one sign."""

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
"""Sign or code beside an amount to its code in ISO 4217."""

LETTER = r"[^\W\d_\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u30ff\u3400-\u9fff\uac00-\ud7af]"
"""What no unit ends before: a letter, but for the scripts in which words are not parted by blanks."""
SYMBOLS = frozenset("$€£¥₹₩₽₴₺₪₫฿")
"""Of these the signs of currencies that need no blank between them and letters are made."""


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
