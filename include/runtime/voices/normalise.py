"""From what is written to what is said. What cannot be said is left out, with a warning that names it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

import emoji

from include.runtime.voices.calendar_words import dates_said, times_said
from include.runtime.voices.english_forms import english_said
from include.runtime.voices.espeak_signs import signs_read_by_voice
from include.runtime.voices.fractions import fractions_said
from include.runtime.voices.japanese import in_kana
from include.runtime.voices.markup import without_markup
from include.runtime.voices.numbers import (
    european_digits,
    lists_apart,
    long_numbers_in_digits,
    numbers_said,
    with_minus_signs,
)
from include.runtime.voices.ordinals import ordinals_said
from include.runtime.voices.powers import powers_said, small_digits_said
from include.runtime.voices.quantities import counted_fractions_said, money_said, percent_said, units_said
from include.runtime.voices.signs import formulas_said, signs_said
from include.runtime.voices.spoken_forms import forms_of
from include.runtime.voices.stage_directions import without_directions

_URL = re.compile(r"\b(?:https?://|www\.)[^\s<>\"'）)】」，。、]+", re.IGNORECASE)
_EMAIL = re.compile(r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b", re.ASCII)
_PAUSES = frozenset(".,;:!?…'\"-–—()·、。，！？；：「」『』（）“”‘’„«»‹›¿¡؟،؛۔।॥።፣։")
"""Punctuation: an engine pauses at it, or passes over it."""
_ENGLISH_SIGNS = frozenset("%&+=°§@#/€$£¥₹₩₽¢×÷−±<>½¼¾")
_JOINERS = "\u200c\u200d"
"""Change the shape, and the sound, of Persian and Indic letters."""
_DRESSED = ("Lu", "Ll", "Lo", "Lm", "Nd", "Nl", "Sc", "Zs")
_KEPT = "ᵉʳªºⁿ"
"""Raised letters that make an ordinal of a number, or a power."""
_NO_THOUSANDS = re.compile(r"(?<!\d)(\d{1,3}) (?=\d{3}(?!\d))")
"""Two numbers, which many voices take for one; where they are one, `numbers_said` has left no blank."""
_DEGREES = re.compile(r"(?<=\d)(\s?)[º˚](?=\s?[CF]\b)|\N{DEGREE CELSIUS}|\N{DEGREE FAHRENHEIT}")


@dataclass(frozen=True)
class Normalised:
    """Text that an engine can say."""

    text: str
    warnings: tuple[str, ...]


def normalise(written: str, language: str) -> Normalised:
    """What is said for `written` in `language`; empty when nothing of it can be said."""
    warnings: list[str] = []
    base = language.split("-")[0]
    text = _plain_letters(without_markup(without_directions(_plain_letters(written), warnings), warnings))
    text = _addresses(text, language, warnings)
    text = _without_emoji(text, warnings)
    text = _abbreviations(text, language)
    text = long_numbers_in_digits(with_minus_signs(small_digits_said(text, warnings)), language)
    text = formulas_said(lists_apart(text, language))
    text = english_said(text, language, warnings) if base == "en" else _in_words(text, language, warnings)
    if base == "ja":
        text = in_kana(text, warnings)
    text = _without_signs(text, base, warnings)
    text = _NO_THOUSANDS.sub(r"\1, ", re.sub(r"\s+", " ", text).strip())
    return Normalised(text, tuple(dict.fromkeys(warnings)))


def is_speakable(text: str) -> bool:
    """Whether there is a letter or a digit in it."""
    return any(character.isalnum() for character in text)


def _in_words(text: str, language: str, warnings: list[str]) -> str:
    for step in (
        dates_said,
        times_said,
        ordinals_said,
        counted_fractions_said,
        fractions_said,
        money_said,
        percent_said,
        units_said,
    ):
        text = step(text, language)
    text = signs_said(powers_said(text, language, warnings), language)
    return numbers_said(text, language, warnings)


def _plain_letters(text: str) -> str:
    """Letters and digits without typographic dress (`𝐁`, `Ａ`, `ﬁ`), and no invisible characters but joiners."""
    plain = "".join(
        unicodedata.normalize("NFKC", character)
        if unicodedata.category(character) in _DRESSED and character not in _KEPT
        else character
        for character in text
        if unicodedata.category(character) not in ("Cc", "Cf", "Co", "Cn", "Cs")
        or character in _JOINERS
        or character.isspace()
    )
    return european_digits(_DEGREES.sub(lambda match: _degree(match[0]), plain))


def _degree(sign: str) -> str:
    return unicodedata.normalize("NFKC", sign) if sign[-1] in "℃℉" else sign[:-1] + "°"


def _addresses(text: str, language: str, warnings: list[str]) -> str:
    """Web addresses by their host alone, mail addresses in full."""
    forms = forms_of(language)
    dot, at = forms.dot_and_at
    space = "" if forms.tight else " "

    def dotted(name: str) -> str:
        return name if dot == "." else name.replace(".", f"{space}{dot}{space}")

    def host_of(match: re.Match[str]) -> str:
        address = match[0].rstrip(".,;:!?")
        host = re.sub(r"^[a-z]+://", "", address, flags=re.IGNORECASE).split("/")[0].split("?")[0]
        host = host.rpartition("@")[2].removeprefix("www.")
        warnings.append(f"of the address {address[:80]} only {host[:60]} is spoken")
        return dotted(host) + match[0][len(address) :]

    text = _URL.sub(host_of, text)
    return _EMAIL.sub(lambda match: dotted(match[0]).replace("@", f" {at} "), text)


def _without_emoji(text: str, warnings: list[str]) -> str:
    found = list(dict.fromkeys(entry["emoji"] for entry in emoji.emoji_list(text)))
    found = [sign for sign in found if not sign.isascii() and sign not in "©®™"]
    if not found:
        return text
    warnings.append(f"emoji are not spoken: {' '.join(found[:10])}")
    # One blank between two numbers would make one of them.
    return emoji.replace_emoji(text, lambda sign, _: sign if sign in "©®™" else "  ")


def _abbreviations(text: str, language: str) -> str:
    for short, words in forms_of(language).abbreviations.items():
        text = re.sub(rf"(?<!\w){re.escape(short)}(?!\w)", words, text)
    return text


def _without_signs(text: str, base: str, warnings: list[str]) -> str:
    """Nothing but letters, digits, marks and signs that the engine says a word for or pauses at."""
    signs = _ENGLISH_SIGNS if base == "en" else frozenset(signs_read_by_voice(base))
    dropped = dict.fromkeys(character for character in text if not _is_readable(character, signs))
    if dropped:
        warnings.append(f"signs are not spoken: {' '.join(list(dropped)[:20])}")
    return "".join(character if character not in dropped else " " for character in text)


def _is_readable(character: str, signs: frozenset[str]) -> bool:
    return (
        character.isalnum()
        or character.isspace()
        or character in _JOINERS
        or unicodedata.category(character)[0] == "M"
        or character in _PAUSES
        or character in signs
    )
