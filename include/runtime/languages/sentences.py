"""Where sentences end: one judgement for titles, captions, summaries, speech and subtitles.

A mark that can end a sentence does so unless what stands around it says that the sentence goes on. The abbreviations
of some 300 languages are `sentencex`'s; above it stand rules for what its lists cannot know: ordinals, numbers, names
of hosts, initials, what closes a quotation. In doubt a sentence goes on: a title that is cut too late is longer, one
that is cut too early is wrong.
"""

from __future__ import annotations

import re
from unicodedata import category, east_asian_width

import sentencex

from include.runtime.languages.abbreviations import (
    ANY,
    before_names,
    before_numbers,
    may_end,
    within,
    words_with_a_dot,
)
from include.runtime.languages.openers import opens_sentence
from include.runtime.languages.ordinals import counts, is_number, writes_ordinals_with_a_dot

_WEAK = ".!?…"
"""End a sentence where a blank follows, or between two characters of a script without blanks."""
_STRONG = "。！？｡．؟۔।॥։።፧፨။។៕‼⁇⁈⁉꯫᱾᱿᠃"
"""End a sentence wherever they stand."""
_CLOSING = "\"'”’»«›‹“)]】」』〉》*_"
_OPENING = "\"'“‘„«»‹›([{【「『〈《¿¡*_-–—"
_END = re.compile(rf"(?:\.(?: \.)+|[{_WEAK}{_STRONG}]+)(?:[ \u00a0\u202f]?[»›](?![\w«‹])|[{re.escape(_CLOSING)}])*|\n+")
_GREEK_END = re.compile(_END.pattern.replace(_WEAK, _WEAK + ";\u037e"))
_GREEK = ("el", "grc")
_JAPANESE_GOES_ON = frozenset("とっなのがをはもにでだかへやし")
"""Particles that follow a closed quotation within the sentence."""
_DANDA = "।"
_LEFT_OUT = ("[", "(")
"""Before marks that stand for what is left out: `[…]`."""
_ACRONYM = re.compile(r"(?:[^\W\d_]{1,3}\.)+[^\W\d_]{1,3}")
_ROMAN = re.compile(r"[IVXLCDM]{2,}")
_ELIDED = re.compile(r"[^\W\d_]{1,5}['’](?=[^\W\d_]{2})")
"""`L'` and `dell'` before a word."""
_UNITS = frozenset("ghlmtм")
"""Letters that are no initials behind a number."""
_NEAR_CHARACTERS = 60
"""What is looked at on each side of a mark."""
_WORDS_BEFORE = 2
_DIGITS_OF_A_DAY = 2
"""And of a month: `24. 12. 2026`."""


def sentences(text: str, language: str) -> list[str]:
    """The sentences of `text`, with their marks, without the blanks around them."""
    starts = [0, *sentence_ends(text, language)]
    found = (text[start:end].strip() for start, end in zip(starts, [*starts[1:], len(text)], strict=True))
    return [sentence for sentence in found if sentence]


def sentence_ends(text: str, language: str) -> list[int]:
    """Positions in `text` behind the last mark of each sentence, whatever closes it included.

    A line break ends a sentence. What follows the last position is a sentence that has no end.
    """
    return _Reader(text, language).ends()


def ends_with_abbreviation(text: str, language: str) -> bool:
    """Whether the dot at the end of `text` is that of `U.S.` or `etc.`, and would be there without the end too."""
    if not text.endswith("."):
        return False
    word, base = text[:-1].split()[-1:], _tongue(language)
    short = word[0].lower().lstrip(_OPENING) if word else ""
    return short in may_end(base) or short in before_names(base) or _ACRONYM.fullmatch(short) is not None


def _tongue(language: str) -> str:
    return language.split("-")[0].lower() or ANY


class _Reader:
    """Judges each mark of a text that can end a sentence."""

    def __init__(self, text: str, language: str) -> None:
        self._text = text
        self._language = _tongue(language)
        self._has_capitals = any(character.isupper() for character in text)
        self._has_danda = _DANDA in text
        self._begin = 0

    def ends(self) -> list[int]:
        found = []
        pattern = _GREEK_END if self._language in _GREEK else _END
        for match in pattern.finditer(self._text):
            if match[0].startswith("\n") or self._is_end(match):
                found.append(match.end())
                self._begin = match.end()
        return found

    def _is_end(self, match: re.Match[str]) -> bool:
        written = match[0]
        marks = written.rstrip(_CLOSING + " \u00a0\u202f")
        rest = self._text[match.end() : match.end() + _NEAR_CHARACTERS]
        following = rest.lstrip()
        if not following or rest[0] == "\n":
            return True
        if self._text[match.start() - 1 : match.start()] in _LEFT_OUT:
            return False
        is_closed = marks != written
        if not any(mark in _STRONG for mark in marks) and not rest[0].isspace():
            return self._is_between_wide(match.start(), following)
        first = following.lstrip(_OPENING)[:1]
        if self._goes_on_small(first) or (is_closed and rest[0] in _JAPANESE_GOES_ON):
            return False
        if marks == "．":
            return not first.isdecimal()
        if marks != "." or is_closed:
            return True
        return not self._belongs_on(match.start(), following)

    def _goes_on_small(self, first: str) -> bool:
        return first.islower() and self._has_capitals

    def _is_between_wide(self, start: int, following: str) -> bool:
        before = self._text[start - 1 : start]
        return bool(before) and _is_wide(before) and _is_wide(following[0])

    def _belongs_on(self, dot: int, following: str) -> bool:
        """Whether the dot belongs to the word before it, and the sentence goes on."""
        begin = max(self._begin, dot - _NEAR_CHARACTERS)
        before = self._text[begin:dot].split()
        if not before or (dot and self._text[dot - 1].isspace()):
            return False
        word = _ELIDED.sub("", before.pop().lstrip(_OPENING))
        next_word = following.split(maxsplit=1)[0].lstrip(_OPENING)
        follower = next_word.rstrip(_CLOSING + ".,;:!?")
        is_initial = next_word == f"{follower[:1]}."
        opens = opens_sentence(follower, self._language) and not is_initial
        if is_number(word) and (writes_ordinals_with_a_dot(self._language) or not before):
            return self._number_goes_on(before, word, follower, opens)
        if len(_letters(word)) == 1 and word[0].isalpha():
            if word in _UNITS and before and before[-1][-1].isdecimal():
                return False
            return self._initial_goes_on(before, word, opens or (not is_initial and self._is_pronoun(before, word)))
        return self._abbreviation_goes_on(word, follower, opens)

    def _number_goes_on(self, before: list[str], number: str, follower: str, opens: bool) -> bool:
        if follower[:1].isdecimal() and self._language != ANY:
            return number.isdecimal() and len(number) <= _DIGITS_OF_A_DAY
        return counts(before[-_WORDS_BEFORE:], number, follower, opens, self._language)

    def _is_pronoun(self, before: list[str], word: str) -> bool:
        return word == "I" and self._language == "en" and not (before and before[-1][0].isupper())

    def _initial_goes_on(self, before: list[str], letter: str, opens: bool) -> bool:
        is_one_of_several = bool(before) and before[-1].endswith(".") and len(_letters(before[-1][:-1])) == 1
        if is_one_of_several and f"{before[-1]}{letter}".lower().lstrip(_OPENING) not in may_end(self._language):
            return True
        return not opens

    def _abbreviation_goes_on(self, word: str, follower: str, opens: bool) -> bool:
        short, language = word.lower(), self._language
        if short in before_names(language) or short in within(language):
            return True
        is_street = language == "de" and short.endswith("str")
        if (is_street or short in before_numbers(language)) and (
            follower[:1].isdecimal() or _ROMAN.fullmatch(follower)
        ):
            return True
        if self._has_danda and not word.isascii():
            return True
        if opens:
            return False
        if short in may_end(language) or _ACRONYM.fullmatch(word):
            return True
        return short not in words_with_a_dot(language) and _is_listed(word, language)


def _is_listed(word: str, language: str) -> bool:
    """Whether `sentencex` knows `word` as an abbreviation and, in the languages of which we know them, as no word."""
    if "." in word or not word.isalpha() or opens_sentence(word.capitalize(), language):
        return False
    # Between two words that it knows nothing of.
    return len(sentencex.segment("en" if language == ANY else language, f"Xu {word}. Xu xu")) == 1


def _letters(word: str) -> str:
    return "".join(character for character in word if category(character)[0] != "M")


def _is_wide(character: str) -> bool:
    return east_asian_width(character) in ("W", "F")
