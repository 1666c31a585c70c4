"""Names of months in dates, in the languages of the world."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from functools import cache, lru_cache

_ENGLISH = ("en", "en_GB")
_LANGUAGES = (
    *("de", "de_AT", "fr", "fr_CA", "it", "es", "es_MX", "pt", "ca", "gl", "eu", "ro", "nl", "af", "lb", "sv", "da"),
    *("nb", "nn", "is", "fo", "fi", "et", "lv", "lt", "pl", "cs", "sk", "sl", "hr", "bs", "sr", "sr_Latn", "bg", "mk"),
    *("ru", "uk", "be", "hu", "el", "tr", "az", "kk", "uz", "sq", "cy", "mt", "eo", "id", "ms", "fil", "sw", "hi"),
    *("bn", "ur", "fa", "ar", "he", "ka", "hy"),
)
_MONTHS_IN_A_YEAR = 12
_MIN_LETTERS = 3
"""Of a month that is shortened in a way of its own."""


def month_of(word: str, language: str = "") -> int | None:
    """The month that is called `word`, in English or any other language; None if none is, or if languages differ.

    :param language: of the text around, as BCP 47 has it, or nothing: it decides where languages differ, as Polish and
        Croatian do about `listopad`.
    """
    name = plain(word)
    english = _months_in(_ENGLISH).get(name)
    if english:
        return next(iter(english))
    meant = months_called(name)
    own = language.replace("_", "-").partition("-")[0].lower()
    months = [month for month, languages in meant.items() if own in languages] or list(meant)
    return months[0] if len(months) == 1 else None


@lru_cache(maxsize=1024)
def months_called(name: str) -> dict[int, set[str]]:
    """The months that are called `name`, or else begin with it, each with the languages in which that is so."""
    known = _months_in((*_ENGLISH, *_LANGUAGES))
    if name in known or len(name) < _MIN_LETTERS:
        return known.get(name, {})
    found: dict[int, set[str]] = defaultdict(set)
    for month, languages in (pair for other, of in known.items() if other.startswith(name) for pair in of.items()):
        found[month] |= languages
    return found


@cache
def _months_in(identifiers: tuple[str, ...]) -> dict[str, dict[int, set[str]]]:
    """By the name of a month: which it may be, and in which languages."""
    from babel import Locale

    found: dict[str, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    for locale in map(Locale.parse, identifiers):
        for names in (names for widths in locale.months.values() for names in (widths["wide"], widths["abbreviated"])):
            if len({plain(name) for name in names.values()}) == _MONTHS_IN_A_YEAR:
                for month, name in names.items():
                    found[plain(name)][month].add(locale.language)
    return {name: dict(months) for name, months in found.items()}


def plain(name: str) -> str:
    """In small letters, without accents and the dot of a shortened word."""
    parts = unicodedata.normalize("NFKD", name.casefold())
    return "".join(part for part in parts if not unicodedata.combining(part)).strip(". ")
