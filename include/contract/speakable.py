"""Which texts contain something that can be spoken, so that a piece without is refused before anything runs."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

READS = {
    "ARABIC": "ar",
    "ARMENIAN": "hy",
    "BENGALI": "bn",
    "CJK": "zh",
    "CYRILLIC": "ru",
    "DEVANAGARI": "hi",
    "ETHIOPIC": "am",
    "GEORGIAN": "ka",
    "GREEK": "el",
    "GUJARATI": "gu",
    "GURMUKHI": "pa",
    "HANGUL": "ko",
    "HEBREW": "he",
    "HIRAGANA": "ja",
    "KANNADA": "kn",
    "KATAKANA": "ja",
    "LATIN": "en",
    "MALAYALAM": "ml",
    "MYANMAR": "my",
    "ORIYA": "or",
    "SHAVIAN": "en-Shaw",
    "SINHALA": "si",
    "TAMIL": "ta",
    "TELUGU": "te",
    "THAI": "th",
}
"""Script, by the first word of its letters' Unicode names, to the language that speaks it in a text of another."""


@lru_cache(maxsize=4096)
def script_of(character: str) -> str | None:
    """First word of the name of a letter; None for what belongs to all scripts (digits, punctuation, marks)."""
    if not character.isalpha():
        return None
    return unicodedata.name(character, "UNNAMED").split()[0].split("-")[0]


def has_words(text: str) -> bool:
    """Whether any voice can speak part of `text`: a digit, or a letter of a script that is read."""
    return any(character.isnumeric() or script_of(character) in READS for character in text)
