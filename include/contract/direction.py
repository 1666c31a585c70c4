"""The direction in which a language, and a text in it, is read."""

from __future__ import annotations

import unicodedata
from enum import StrEnum


class Direction(StrEnum):
    """Value of HTML's `dir`."""

    LEFT_TO_RIGHT = "ltr"
    RIGHT_TO_LEFT = "rtl"


_RIGHT_TO_LEFT_MARK = "\u200f"
_ISOLATES = {Direction.LEFT_TO_RIGHT: "\u2066", Direction.RIGHT_TO_LEFT: "\u2067"}
_END_OF_ISOLATE = "\u2069"
_SCRIPT_SUBTAG_LETTERS = 4
_RIGHT_TO_LEFT_SCRIPTS = frozenset({"adlm", "arab", "hebr", "mand", "mend", "nkoo", "rohg", "samr", "syrc", "thaa"})
_RIGHT_TO_LEFT_TONGUES = frozenset({
    "ar", "arc", "ary", "arz", "bal", "bgn", "ckb", "dv", "fa", "glk", "he", "ks", "lrc", "mzn", "nqo", "ota", "ps",
    "rhg", "sd", "sdh", "syr", "ug", "ur", "yi",
})  # fmt: skip
"""Languages that are written in such a script unless the tag names another (Unicode CLDR, `characterOrder`)."""


def direction_of(language: str) -> Direction:
    """Direction of a BCP 47 tag: that of its script if it names one (`az-Arab`), otherwise of its language."""
    tongue, *subtags = language.lower().split("-")
    script = next((subtag for subtag in subtags if len(subtag) == _SCRIPT_SUBTAG_LETTERS and subtag.isalpha()), "")
    to_left = script in _RIGHT_TO_LEFT_SCRIPTS if script else tongue in _RIGHT_TO_LEFT_TONGUES
    return Direction.RIGHT_TO_LEFT if to_left else Direction.LEFT_TO_RIGHT


def directed(line: str, language: str) -> str:
    """`line` so that a player sets it as the language is read: players go by its first letter, maybe a Latin one."""
    if direction_of(language) is Direction.LEFT_TO_RIGHT or reads_from_right(line):
        return line
    return f"{_RIGHT_TO_LEFT_MARK}{line}"


def isolated(text: str, language: str, around: str) -> str:
    """`text` in `language` so that it keeps its direction within plain text in the language `around`."""
    direction = direction_of(language)
    return text if direction is direction_of(around) else f"{_ISOLATES[direction]}{text}{_END_OF_ISOLATE}"


def reads_from_right(text: str) -> bool:
    """Whether the first strong character of `text` is of a right-to-left script (UAX #9, rules P2 and P3)."""
    directions = (unicodedata.bidirectional(character) for character in text)
    return next((one for one in directions if one in ("L", "R", "AL")), "L") != "L"
