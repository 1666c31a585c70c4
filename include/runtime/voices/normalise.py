"""From what is written to what is said. What cannot be said is left out, with a warning that names it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import emoji

from include.runtime.voices.calendar_words import dates_said, times_said
from include.runtime.voices.english_forms import english_said
from include.runtime.voices.espeak_signs import signs_read_by_voice
from include.runtime.voices.fractions import fractions_said
from include.runtime.voices.japanese import in_kana, numbers_in_kanji
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
from include.runtime.voices.traced import Traced

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
    places: Sequence[int]
    """For each place of what was written, its end included, the place in `text`; never decreasing."""


def normalise(written: str, language: str) -> Normalised:
    """What is said for `written` in `language`; empty when nothing of it can be said."""
    warnings: list[str] = []
    base = language.split("-")[0]
    said = Traced(written)
    for step in (
        _plain_letters,
        lambda text: _plain_letters(without_markup(without_directions(text, warnings), warnings)),
        lambda text: _addresses(text, language, warnings),
        lambda text: _without_emoji(text, warnings),
        lambda text: _abbreviations(text, language),
        lambda text: long_numbers_in_digits(with_minus_signs(small_digits_said(text, warnings)), language),
        lambda text: formulas_said(lists_apart(text, language)),
        *_into_words(language, warnings),
    ):
        said.become(step(said.text))
    if base == "ja":
        said.become_pieces(in_kana(said.text, warnings))
    said.become(_without_signs(said.text, base, warnings))
    said.become(_NO_THOUSANDS.sub(r"\1, ", re.sub(r"\s+", " ", said.text).strip()))
    return Normalised(said.text, tuple(dict.fromkeys(warnings)), said.places)


def is_speakable(text: str) -> bool:
    """Whether there is a letter or a digit in it."""
    return any(character.isalnum() for character in text)


def _into_words(language: str, warnings: list[str]) -> Iterator[Callable[[str], str]]:
    """The steps that write out numbers and signs, the language's own way."""
    if language.split("-")[0] == "en":
        yield lambda text: english_said(text, language, warnings)
        return
    for said in (
        dates_said,
        times_said,
        ordinals_said,
        counted_fractions_said,
        fractions_said,
        money_said,
        percent_said,
        units_said,
    ):
        yield partial(said, language=language)
    yield lambda text: signs_said(powers_said(text, language, warnings), language)
    yield lambda text: numbers_said(text, language, warnings)
    if language.split("-")[0] == "ja":
        yield numbers_in_kanji


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
