"""Dates and times as they are said."""

from __future__ import annotations

import re
from datetime import date

from include.runtime.voices import cldr
from include.runtime.voices.ordinals import ordinal
from include.runtime.voices.spoken_forms import Forms, forms_of

ISO_DATE = re.compile(r"(?<![\d-])(\d{4})-(\d{2})-(\d{2})(?![\d-])")
SLASHED_DATE = re.compile(r"(?<![\d/])(\d{1,2})/(\d{1,2})/(\d{4}|\d{2})(?![\d/])")
_DOTTED_DATE = re.compile(r"(?<![\d.])(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})(?![\d.]*\d)")
_YEAR_MONTH_DAY = re.compile(r"(?<![\d.])(\d{4})\.\s?(\d{1,2})\.\s?(\d{1,2})(?!\.?\d)\.?")
_DOTTED_TIME = r"([01]?\d|2[0-4])\.([0-5]\d)"
_GERMAN_YEAR = re.compile(r"(?<![\d.,\u2212])(1[1-9]\d\d)(?![\d.,]*\d)(?!\s?(?:[%€$°]|Euro|Dollar|[kc]?m\b|kg\b))")


def dates_said(text: str, language: str) -> str:
    """`text` with its dates in words; what is not a day of the calendar stays."""
    base = language.split("-")[0]
    if base not in cldr.KNOWN:
        return text
    text = ISO_DATE.sub(lambda match: _date_said(match[1], match[2], match[3], match[0], language), text)
    text = _YEAR_MONTH_DAY.sub(lambda match: _date_said(match[1], match[2], match[3], match[0], language), text)
    text = _DOTTED_DATE.sub(lambda match: _date_said(match[3], match[2], match[1], match[0], language), text)
    day, month = (1, 2) if cldr.is_day_first(language) else (2, 1)
    text = SLASHED_DATE.sub(lambda match: _date_said(match[3], match[month], match[day], match[0], language), text)
    text = _days_before_months(text, language, forms_of(language))
    return _years(text, base, forms_of(language))


def times_said(text: str, language: str) -> str:
    """`text` with its times in words, where the language's forms say how."""
    forms = forms_of(language)
    text = _with_colons(text, forms)
    if not forms.hour:
        return text
    after = rf"(?:\s?(?:{forms.after_time})(?!\w))?" if forms.after_time else ""
    pattern = rf"(?<![\d:.,])([01]?\d|2[0-4])(?:{forms.time_marks})([0-5]\d)(?![\d:%]|[.,]\d){after}"
    return re.sub(pattern, lambda match: _time_said(match, forms, language), text)


def _with_colons(text: str, forms: Forms) -> str:
    """`14.30` as `14:30` beside a word that makes a time of it."""
    if forms.before_time:
        text = re.sub(rf"\b((?:{forms.before_time})\s){_DOTTED_TIME}(?!\.?\d)", r"\1\2:\3", text, flags=re.IGNORECASE)
    if forms.after_time:
        text = re.sub(rf"(?<![\d.,]){_DOTTED_TIME}(?=\s?(?:{forms.after_time})(?!\w))", r"\1:\2", text)
    return text


def _time_said(match: re.Match[str], forms: Forms, language: str) -> str:
    hour = ordinal(int(match[1]), forms.hour_rule, language) if forms.hour_rule else str(int(match[1]))
    form = forms.hour if int(match[2]) == 0 else forms.time or "{h} {mm}"
    return form.format(h=hour, m=int(match[2]), mm=match[2])


def _date_said(year: str, month: str, day: str, written: str, language: str) -> str:
    try:
        found = date(int(year) if len(year) == 4 else _century(int(year)), int(month), int(day))
    except ValueError:
        return written
    forms = forms_of(language)
    if not forms.date:
        said = cldr.long_date(found, language)
        return re.sub(r"(?<!\d)1(?!\d)", forms.first_day, said, count=1) if found.day == 1 and forms.first_day else said
    return forms.date.format(
        day=_day(found.day, forms, language),
        month=cldr.month_of(found, language),
        number=found.month,
        year=ordinal(found.year, forms.year, language) if forms.year else found.year,
    )


def _century(year: int) -> int:
    """The year that two digits mean: of the last seventy years, or the next thirty."""
    return 2000 + year if year <= 30 else 1900 + year


def _day(day: int, forms: Forms, language: str) -> str:
    if day == 1 and forms.first_day:
        return forms.first_day
    return ordinal(day, forms.day, language) if forms.day else str(day)


def _days_before_months(text: str, language: str, forms: Forms) -> str:
    """`3 kwietnia` as `trzeciego kwietnia`, where days are ordinals."""
    if not forms.day:
        return text
    months = "|".join({cldr.month_of(date(2026, month, 1), language) for month in range(1, 13)})
    if forms.date.startswith("{year}"):
        return re.sub(rf"(?<!\d)(\d{{4}})\.(?=\s(?:{months})(?!\w))", r"\1", text, flags=re.IGNORECASE)
    return re.sub(
        rf"(?<![\w.,:])([12]?\d|3[01])\.?\s(?=(?:{months})(?!\w))",
        lambda match: f"{_day(int(match[1]), forms, language)} " if int(match[1]) else match[0],
        text,
        flags=re.IGNORECASE,
    )


def _years(text: str, base: str, forms: Forms) -> str:
    """Years digit by digit where a word says that they are one (Chinese), in hundreds in German."""
    if forms.years:
        return re.sub(
            rf"(?<!\d)([12]\d{{3}})(?={forms.years})",
            lambda match: "".join(cldr.spelled(int(digit), base) for digit in match[1]),
            text,
        )
    if base == "de":
        return _GERMAN_YEAR.sub(lambda match: cldr.spelled(int(match[1]), base, "numbering-year"), text)
    return text
