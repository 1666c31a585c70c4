"""HTML's superscripts and subscripts in plain text: `10<sup>6</sup>` is `10⁶`, not 106."""

from __future__ import annotations

import re
from enum import StrEnum


class Level(StrEnum):
    """How a part of a line is set; the values are HTML's elements."""

    PLAIN = ""
    HIGH = "sup"
    LOW = "sub"


_HIGH = str.maketrans("0123456789+-\N{MINUS SIGN}=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿ")
_LOW = str.maketrans("0123456789+-\N{MINUS SIGN}=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎")
_HIGH_WHOLE = re.compile(r"[\d+\-\N{MINUS SIGN}=()]+|(?:[\d()]*n[\d+\-\N{MINUS SIGN}()]*)")
_LOW_WHOLE = re.compile(r"[\d+\-\N{MINUS SIGN}=()]+")
_NUMBERS = re.compile(r"\d+(?:\s?[,;–-]\s?\d+)+")
"""Of several notes or indices, each set small."""
_TERM = re.compile(r"[-+\N{MINUS SIGN}]?(?:(?=\w*\d)[\w.,]++|[kxyz])")
_OF_TERMS = r"[\w.,+\-\N{MINUS SIGN}*/·×()=]"
_TERMS = re.compile(rf"(?={_OF_TERMS}*[\d+\-\N{{MINUS SIGN}}*/=]){_OF_TERMS}++")
_SIGNS = {"tm": "™", "sm": "℠"}
_MARKS = {Level.HIGH: "^", Level.LOW: "_"}


def set_small(text: str, level: Level, before: str) -> str:
    """`text` in signs of that level where Unicode has them for all of it; else behind a mark, as in `10^2.5`.

    Letters stay as they are: mostly they are the ending of an ordinal (`2<sup>nd</sup>`).

    :param before: the character before it; empty at the start.
    """
    small = text.strip()
    if not small.isascii() and "\N{MINUS SIGN}" not in small:
        return text
    if level is Level.HIGH and small.lower() in _SIGNS:
        return _SIGNS[small.lower()]
    table, whole = (_HIGH, _HIGH_WHOLE) if level is Level.HIGH else (_LOW, _LOW_WHOLE)
    if whole.fullmatch(small) or _NUMBERS.fullmatch(small):
        return small.translate(table)
    if (before.isalnum() or before == ")") and _TERM.fullmatch(small):
        return f"{_MARKS[level]}{small}"
    if (before.isalnum() or before == ")") and _TERMS.fullmatch(small):
        return f"{_MARKS[level]}({small})"
    return f" {text}" if before.isdigit() and small[:1].isdigit() else text
