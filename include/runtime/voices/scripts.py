"""Which writing a character belongs to, and who reads it: espeak names the letters of a script it does not expect."""

from __future__ import annotations

from collections.abc import Iterator

from include.contract.speakable import script_of

LATIN = "LATIN"

_NATIVE = {
    "ARABIC": "ar fa sd ur",
    "ARMENIAN": "hy hyw",
    "BENGALI": "as bn bpy",
    "CJK": "ja yue zh",
    "CYRILLIC": "ba be bg kk ky mk nog ru sr tt uk",
    "DEVANAGARI": "hi kok mr ne",
    "ETHIOPIC": "am ti",
    "GEORGIAN": "ka",
    "GREEK": "el grc",
    "GUJARATI": "gu",
    "GURMUKHI": "pa",
    "HANGUL": "ko",
    "HEBREW": "he",
    "HIRAGANA": "ja",
    "KATAKANA": "ja",
    "KANNADA": "kn",
    "MALAYALAM": "ml",
    "MYANMAR": "my shn",
    "ORIYA": "or",
    "SINHALA": "si",
    "TAMIL": "ta",
    "TELUGU": "te",
    "THAI": "th",
}
"""Script to the languages of the table that are written in it."""

_SPELLS_LATIN = frozenset(["ba", "hyw", "ja", "kok", "ky", "my", "nog", "shn", "ti"])
"""Languages whose espeak voices spell Latin words letter by letter; all others read them themselves."""


def is_native(script: str, language: str) -> bool:
    """Whether the voices of `language` read `script` themselves."""
    base = language.split("-")[0]
    if language.startswith("en-Shaw"):
        return script in ("SHAVIAN", LATIN)
    if script == LATIN:
        return base not in _SPELLS_LATIN
    return base in _NATIVE.get(script, "").split()


def script_runs(text: str, language: str) -> Iterator[tuple[str | None, str]]:
    """`text` in runs of (foreign script or None, text).

    Digits are the language's own; blanks and punctuation go with what is before them.
    """
    current: str | None = None
    run = ""
    for character in text:
        script = script_of(character)
        if script is None:
            foreign = None if character.isdigit() else current
        else:
            foreign = None if is_native(script, language) else script
        if foreign != current and run:
            yield current, run
            run = ""
        current = foreign
        run += character
    if run:
        yield current, run
