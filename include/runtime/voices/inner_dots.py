"""Dots within a sentence, at which espeak would pause as if it ended there."""

from __future__ import annotations

import re
from unicodedata import category

_ROMAN = re.compile(r"[IVXLC]+")


def without_inner_dots(text: str, is_end: bool) -> str:
    """`text`, of one sentence, without the dots of abbreviations; those after numbers stay, since they mark ordinals.

    :param is_end: whether the sentence ends with it.
    """
    words = text.split(" ")
    last = words.pop() if is_end else ""
    return " ".join([*map(_plain, words), *([last] if is_end else [])])


def _plain(word: str) -> str:
    bare = word.removesuffix(".")
    if bare in ("", word) or bare.endswith(".") or bare[-1].isdecimal() or _ROMAN.fullmatch(bare):
        return word
    parts = bare.split(".")
    return " ".join(parts) if all(_letters(part) == 1 for part in parts) else bare


def _letters(part: str) -> int:
    return sum(category(character)[0] != "M" for character in part)
