"""Dates in feeds, as RSS and Atom prescribe them, and as people write them anyway.

A date with a part that is not understood is not read at all: a wrong time would put the item into a run that is over,
or into none, and nobody would notice.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime, timedelta

from operators.sources.months import month_of
from operators.sources.zones import is_name, offset_of

MAX_CHARACTERS = 100
_YEARS = range(1971, 2200)
"""Others stand for no date, as the first day of 1970 does, or for a year of another calendar."""
_LAST_CENTURY = 1900
_CENTURY = 100
_NOON, _MIDNIGHT = 12, 24
_DAY = timedelta(days=1)
_BRACKETS = re.compile(r"\([^()]*\)")
_WORD = r"[^\W\d_][^\s\d,;/+-]*"
_TOKEN = re.compile(
    r"(?P<day_first>\d{1,2}[./-]\d{1,2}[./-]\d{4}(?!\d))"
    r"|(?P<year_first>\d{4}(?:[./-]|[年년]\s?)\d{1,2}(?:[./-]|[月월]\s?)\d{1,2}(?:[日일]|T(?=\d)|(?!\d)))"
    r"|(?P<compact>\d{8}(?:T\d{6})?(?!\d))"
    rf"|(?P<dashed>\d{{1,2}}[-/]{_WORD}[-/](?:\d{{4}}|\d\d)(?!\d))"
    r"|(?P<time>\d{1,2}[:h]\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?!\d))"
    r"|(?P<zone>(?:GMT|UTC|UT|Z)?[+-]\d{1,2}(?::?\d\d)?(?!\d)|[A-Za-z]+(?:/[A-Za-z_]+)+(?:[+-]\d{1,2})?)"
    r"|(?P<number>(?:\d{4}|\d{1,2})(?!\d)(?:(?:st|nd|rd|th|er)\b|[º.])?)"
    rf"|(?P<word>{_WORD})"
    r"|(?P<gap>(?:[\s,;]|-(?=\s))+)"
    r"|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)
_NUMBERS = re.compile(r"\d+")
_BEFORE_NOON = frozenset(("am", "a.m.", "a.m", "上午", "午前", "오전"))
_AFTER_NOON = frozenset(("pm", "p.m.", "p.m", "下午", "午後", "오후"))
_FILLING = frozenset(("of", "the", "at", "de", "del", "um", "uhr"))
_MAX_WORDS_BEFORE = 2
"""In front of a date, such as a day of the week, in whatever language; one of them may be the month."""


def moment_of(written: str, language: str = "") -> datetime | None:
    """The moment that `written` means; one without a time zone is in UTC. None if it cannot be understood.

    :param language: of the feed, as BCP 47 has it, or nothing.
    """
    if len(written) > MAX_CHARACTERS:
        return None
    text = unicodedata.normalize("NFKC", _BRACKETS.sub(" ", written)).replace("\u2212", "-").strip()
    reading = _Reading(language)
    try:
        for token in _TOKEN.finditer(text):
            reading.take(token.lastgroup or "", token[0])
        return reading.moment()
    except (ValueError, OverflowError):
        return None


class _Reading:
    """What the parts of a date have said. Each part says a thing that none before it has said, or it is a mistake.

    All methods raise ValueError for what cannot be understood.
    """

    def __init__(self, language: str) -> None:
        self._language = language
        self._words_before: list[str] = []
        self._said: dict[str, int] = {}
        self._zone = ""
        self._is_afternoon: bool | None = None

    def take(self, kind: str, text: str) -> None:
        numbers = [int(number) for number in _NUMBERS.findall(text)]
        if kind == "day_first":
            self._say_day_first(text, *numbers)
        elif kind == "year_first":
            self._say(year=numbers[0], month=numbers[1], day=numbers[2])
        elif kind == "compact":
            self._say_compact(text)
        elif kind == "dashed":
            self._say(day=numbers[0], month=self._month(re.split("[-/]", text)[1]), year=_year(numbers[1]))
        elif kind == "time":
            self._say(hour=numbers[0], minute=numbers[1], second=numbers[2] if len(numbers) > 2 else 0)
        elif kind == "number":
            is_day = numbers[0] < _CENTURY and "day" not in self._said
            self._say(**({"day": numbers[0]} if is_day else {"year": _year(numbers[0])}))
        elif kind == "zone":
            self._say_zone(text)
        elif kind == "word":
            self._say_word(text)
        elif kind != "gap":
            raise ValueError(text)

    def moment(self) -> datetime:
        if "month" not in self._said and self._words_before:
            self._say(month=self._month(self._words_before[-1]))
        if not {"year", "month", "day"} <= self._said.keys() or self._said["year"] not in _YEARS:
            raise ValueError(self._said)
        at = datetime(self._said["year"], self._said["month"], self._said["day"]) + self._time()
        offset = offset_of(self._zone, at) if self._zone else timedelta()
        if offset is None:
            raise ValueError(self._zone)
        return (at - offset).replace(tzinfo=UTC)

    def _say(self, **parts: int) -> None:
        if not parts.keys().isdisjoint(self._said):
            raise ValueError(parts)
        self._said.update(parts)

    def _say_day_first(self, text: str, first: int, second: int, year: int) -> None:
        """Points are put between day, month and year; for other signs there are two orders."""
        if "." not in text and max(first, second) <= _NOON and first != second:
            raise ValueError(text)
        day, month = (second, first) if "." not in text and second > _NOON else (first, second)
        self._say(day=day, month=month, year=year)

    def _say_compact(self, text: str) -> None:
        self._say(year=int(text[:4]), month=int(text[4:6]), day=int(text[6:8]))
        if len(text) > len("20261120"):
            self._say(hour=int(text[9:11]), minute=int(text[11:13]), second=int(text[13:15]))

    def _say_zone(self, text: str) -> None:
        if self._zone or not self._said:
            raise ValueError(text)
        self._zone = text

    def _say_word(self, text: str) -> None:
        word = text.casefold()
        if word in _BEFORE_NOON | _AFTER_NOON:
            if self._is_afternoon is not None:
                raise ValueError(text)
            self._is_afternoon = word in _AFTER_NOON
        elif not self._said:
            self._words_before.append(text)
            if len(self._words_before) > _MAX_WORDS_BEFORE:
                raise ValueError(text)
        elif word in _FILLING:
            return
        elif {"day", "hour"} <= self._said.keys() and is_name(text):
            self._say_zone(text)
        elif "month" not in self._said and (month := month_of(text, self._language)):
            self._say(month=month)
        else:
            self._say_zone(text)

    def _month(self, word: str) -> int:
        month = month_of(word, self._language)
        if month is None:
            raise ValueError(word)
        return month

    def _time(self) -> timedelta:
        hour, minute, second = (self._said.get(part, 0) for part in ("hour", "minute", "second"))
        if self._is_afternoon is not None:
            hour = _hour_of_day(hour, self._is_afternoon)
        # A day has 24:00, and a minute now and then a second more.
        if minute > 59 or second > 60 or timedelta(hours=hour, minutes=minute, seconds=second) > _DAY:
            raise ValueError(self._said)
        return timedelta(hours=hour, minutes=minute, seconds=second)


def _year(number: int) -> int:
    if number >= _CENTURY:
        return number
    return number + _LAST_CENTURY + (0 if number + _LAST_CENTURY in _YEARS else _CENTURY)


def _hour_of_day(hour: int, is_afternoon: bool) -> int:
    if not is_afternoon and 0 <= hour <= _NOON:
        return hour % _NOON
    if is_afternoon and 0 < hour < _MIDNIGHT:
        return hour % _NOON + _NOON
    raise ValueError(hour)
