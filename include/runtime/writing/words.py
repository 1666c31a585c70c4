"""Words and key words of a text, and its beginning, in scripts with and without blanks."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from include.runtime.languages.breaks import word_breaks
from include.runtime.languages.sentences import ends_with_abbreviation, sentence_ends
from include.runtime.languages.stop_words import CHINESE_FUNCTION_WORDS, STOP_WORDS

_BREAK = re.compile(r"[\s，、；：،؛—]+")
_UNSPACED = frozenset({"zh", "ja", "th", "lo", "km", "my", "yue", "cmn"})
_SHORTEST_KEY_WORD = 3
_SHORTEST_KEY_WORD_OF_UNKNOWN_TONGUE = 5
_LONGEST_UNSPACED_KEY_WORD = 8
_WORD_CHARACTERS = 20
"""How many characters after a cut are looked at, to tell where the word before it ends."""


def tongue(language: str) -> str:
    """The language itself, without script and region."""
    return language.split("-")[0].lower()


def unspaced(language: str) -> bool:
    """Whether words of `language` are written without blanks between them."""
    return tongue(language) in _UNSPACED


def words(text: str) -> list[str]:
    """The words of `text` in lower case; marks and inner apostrophes belong to their word."""
    return [word.casefold() for word in cased_words(text)]


def cased_words(text: str) -> list[str]:
    """The words of `text` as they are written there."""
    plain = text.replace("’", "'")
    letters = "".join(char if _in_word(char) else " " for char in plain)
    return [word for part in letters.split() if (word := part.strip("'"))]


def _in_word(char: str) -> bool:
    return char == "'" or unicodedata.category(char)[0] in "LMN"


def key_words(text: str, language: str) -> list[str]:
    """Words of `text` that carry meaning, in their order, each once, as first written."""
    if unspaced(language):
        candidates: Iterable[str] = _unspaced_chunks(text)
    else:
        candidates = (word for word in cased_words(text) if _carries_meaning(word, tongue(language)))
    return each_once(candidates)


def each_once(found: Iterable[str]) -> list[str]:
    """The words of `found` in their order, without those that differ from an earlier one in case only."""
    once: dict[str, str] = {}
    for word in found:
        once.setdefault(word.casefold(), word)
    return list(once.values())


def _carries_meaning(word: str, spoken: str) -> bool:
    if word.isnumeric():
        return False
    if spoken not in STOP_WORDS:
        return len(word) >= _SHORTEST_KEY_WORD_OF_UNKNOWN_TONGUE
    return len(word) >= _SHORTEST_KEY_WORD and word.casefold() not in STOP_WORDS[spoken] and "'" not in word


def _unspaced_chunks(text: str) -> list[str]:
    """What is between punctuation and function words: rough, without a dictionary."""
    for word in CHINESE_FUNCTION_WORDS:
        text = text.replace(word, " ")
    return [word for word in cased_words(text) if 1 < len(word) <= _LONGEST_UNSPACED_KEY_WORD]


def shortened(text: str, most: int, language: str) -> str:
    """The first whole sentences of `text` that fit into `most` characters, or as much of the first as fits."""
    text = " ".join(text.split())
    if len(text) <= most:
        return text
    fitting = [end for end in sentence_ends(text, language) if end <= most]
    return text[: fitting[-1]] if fitting else _cut(text, most, language)


def _cut(text: str, most: int, language: str) -> str:
    """`text` cut at the last break before `most` characters, without a trailing mark."""
    pauses = [match.start() for match in _BREAK.finditer(text, 1, most + 1)]
    within = [place for place in word_breaks(text[: most + _WORD_CHARACTERS], language) if place <= most]
    late = [place for place in pauses if place > most // 2]
    cut = text[: (late or within or pauses or [most])[-1]]
    while cut and unicodedata.category(text[len(cut)])[0] == "M":
        cut = cut[:-1]
    return cut.rstrip(" ,;:，、；：،؛–—-") or text[:most]


def without_full_stop(text: str, language: str) -> str:
    """`text` as a heading: without a closing full stop; other marks and the dots of abbreviations stay."""
    return text if ends_with_abbreviation(text, language) else text.rstrip(" .。۔।…") or text
