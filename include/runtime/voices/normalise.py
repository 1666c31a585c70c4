"""From what is written to what is said. What cannot be said is left out, with a warning that names it."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import emoji
from hibari.g2p.normalize import normalize as hibari_normalised
from num2words import num2words

from include.runtime.voices.japanese import in_kana
from include.runtime.voices.spoken_forms import (
    ABBREVIATIONS,
    CURRENCIES,
    DATE_PATTERNS,
    DOT_AND_AT,
    MONTHS,
    UNITS,
)

LONGEST_NUMBER_DIGITS = 15
"""Longer ones are read digit by digit: nobody follows them, and the engines' number words end there."""

_URL = re.compile(r"\b(?:https?://|www\.)[^\s<>\"'）)】」，。、]+", re.IGNORECASE)
_EMAIL = re.compile(r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b", re.ASCII)
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,200}>|<!--.*?-->", re.DOTALL)
_MARKDOWN_LINK = re.compile(r"!?\[([^\[\]\n]*)\]\([^()\n]*\)")
_MARKDOWN_SIGN = re.compile(r"^\s{0,3}(?:#{1,6}|>|[-*+])\s+|(?<!\w)\*{1,3}|\*{1,3}(?!\w)|_{2,3}|~~|`+", re.MULTILINE)
_ISO_DATE = re.compile(r"(?<![\d-])(\d{4})-(\d{2})-(\d{2})(?![\d-])")
_DOTTED_DATE = re.compile(r"(?<![\d.])(\d{1,2})\.(\d{1,2})\.(\d{4})(?![\d.]*\d)")
_AMOUNT = r"\d+(?:[.,\u202f\u00a0 ]\d{3})*(?:[.,]\d+)?"
_SIGN_FIRST = re.compile(rf"(R\$|[$€£¥₩₽])\s?({_AMOUNT})")
_SIGN_LAST = re.compile(rf"({_AMOUNT})\s?([$€£¥₩₽])(?!\s?\d)")
_PERCENT = re.compile(rf"({_AMOUNT})\s?%")
_LONG_NUMBER = re.compile(rf"\d[\d,]{{{LONGEST_NUMBER_DIGITS},}}")
_SPEAKABLE_SIGNS = frozenset(
    ".,;:!?…'\"-–—()%&+=°§@#/€$£¥₹₩₽¢×÷−±<>²³½¼¾·、。，！？；：「」『』（）“”‘’„«»‹›¿¡؟،؛۔।॥።፣։٪"
)
_GERMAN_DAY = re.compile(
    rf"(\b(?:am|vom|zum|dem|den|des|bis|seit|ab|der|die|das)\s)?\b(\d{{1,2}})\.\s?({'|'.join(MONTHS['de'])})\b",
    re.IGNORECASE,
)
_CHINESE_YEAR = re.compile(r"(?<!\d)([12]\d{3})(?=年)")
_GERMAN_YEAR = re.compile(r"(?<![\d.,])(1[1-9]\d\d)(?![\d.,]*\d)(?!\s*[%€$])")
_JOINERS = "\u200c\u200d"
"""Change the shape, and the sound, of Persian and Indic letters."""


@dataclass(frozen=True)
class Normalised:
    """Text that an engine can say."""

    text: str
    warnings: tuple[str, ...]


def normalise(written: str, language: str) -> Normalised:
    """What is said for `written` in `language`; empty when nothing of it can be said."""
    warnings: list[str] = []
    base = language.split("-")[0]
    text = _plain_letters(written)
    text = _without_markup(text, warnings)
    text = _addresses(text, base, warnings)
    text = _without_emoji(text, warnings)
    text = _LONG_NUMBER.sub(lambda match: " ".join(match[0].replace(",", "")), text)
    text = _abbreviations(text, base)
    text = _english(text) if base == "en" else _spelled_out(text, base)
    if base == "ja":
        text = in_kana(text, warnings)
    text = _without_signs(text, warnings)
    return Normalised(re.sub(r"\s+", " ", text).strip(), tuple(warnings))


def is_speakable(text: str) -> bool:
    """Whether there is a letter or a digit in it."""
    return any(character.isalnum() for character in text)


def _plain_letters(text: str) -> str:
    """Letters and digits without typographic dress (`𝐁`, `Ａ`, `ﬁ`), and no invisible characters but joiners."""
    return "".join(
        unicodedata.normalize("NFKC", character) if unicodedata.category(character) in _DRESSED else character
        for character in text
        if unicodedata.category(character) not in ("Cc", "Cf", "Co", "Cn", "Cs")
        or character in _JOINERS
        or character.isspace()
    )


_DRESSED = ("Lu", "Ll", "Lo", "Nd", "Nl", "Sc", "Zs")


def _without_markup(text: str, warnings: list[str]) -> str:
    tags = _TAG.findall(text)
    if tags:
        warnings.append(f"markup is not spoken: {' '.join(dict.fromkeys(tags))[:80]}")
    text = _MARKDOWN_LINK.sub(r"\1", html.unescape(_TAG.sub(" ", text)))
    return _MARKDOWN_SIGN.sub("", text)


def _addresses(text: str, base: str, warnings: list[str]) -> str:
    """Web addresses by their host alone, mail addresses in full."""
    dot, at = DOT_AND_AT.get(base, (".", "@"))
    space = "" if base in ("zh", "ja") else " "

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
    return emoji.replace_emoji(text, lambda sign, _: sign if sign in "©®™" else " ")


def _english(text: str) -> str:
    """Hibari's reading of numbers, units, dates and signs, which espeak's English voices profit from too."""
    return str(hibari_normalised(text.replace("\n", " ")))


def _spelled_out(text: str, base: str) -> str:
    for step in (_dates, _money, _percent, _units, _years):
        text = step(text, base)
    return text


def _abbreviations(text: str, base: str) -> str:
    for short, words in ABBREVIATIONS.get(base, {}).items():
        text = re.sub(rf"(?<!\w){re.escape(short)}(?!\w)", words, text)
    return text


def _dates(text: str, base: str) -> str:
    pattern = DATE_PATTERNS.get(base)
    if pattern is None:
        return text

    def said(year: str, month: str, day: str, written: str) -> str:
        try:
            checked = date(int(year), int(month), int(day))
        except ValueError:
            return written
        name = MONTHS[base][checked.month - 1] if base in MONTHS else ""
        return pattern.format(year=checked.year, number=checked.month, month=name, day=checked.day)

    text = _ISO_DATE.sub(lambda match: said(match[1], match[2], match[3], match[0]), text)
    text = _DOTTED_DATE.sub(lambda match: said(match[3], match[2], match[1], match[0]), text)
    return _german_days(text) if base == "de" else text


def _german_days(text: str) -> str:
    """`am 3. Mai` and `der 3. Mai` with the ordinal's ending, at whose dot espeak would end the sentence."""

    def ordinal(match: re.Match[str]) -> str:
        before = (match[1] or "").strip().lower()
        ending = "r" if not before else "" if before in ("der", "die", "das") else "n"
        return f"{match[1] or ''}{num2words(int(match[2]), lang='de', to='ordinal')}{ending} {match[3]}"

    return _GERMAN_DAY.sub(ordinal, text)


def _money(text: str, base: str) -> str:
    names = CURRENCIES.get(base, {})

    def said(amount: str, sign: str) -> str:
        return f"{amount} {names.get(sign, sign)}" if base not in ("zh", "ja") else amount + names.get(sign, sign)

    text = _SIGN_LAST.sub(lambda match: said(match[1], match[2]), text)
    return _SIGN_FIRST.sub(lambda match: said(match[2], match[1]), text)


def _percent(text: str, base: str) -> str:
    patterns = {"zh": r"百分之\1", "yue": r"百分之\1", "ja": r"\1パーセント", "ko": r"\1 퍼센트"}
    return _PERCENT.sub(patterns[base], text) if base in patterns else text


def _units(text: str, base: str) -> str:
    units = UNITS.get(base)
    if not units:
        return text
    names = "|".join(re.escape(unit) for unit in sorted(units, key=len, reverse=True))
    space = "" if base == "zh" else " "
    return re.sub(rf"(?<=\d)(\s?)({names})(?![^\W\d_]|[²³])", lambda match: space + units[match[2]], text)


def _years(text: str, base: str) -> str:
    """Years as years: digit by digit in Chinese, in hundreds in German."""
    if base in ("zh", "yue"):
        return re.sub(
            r"(?<!\d)([12]\d{3})(?=年)", lambda match: "".join(_CHINESE_DIGITS[int(d)] for d in match[1]), text
        )
    if base == "de":
        return _GERMAN_YEAR.sub(lambda match: str(num2words(int(match[1]), lang="de", to="year")), text)
    return text


_CHINESE_DIGITS = "零一二三四五六七八九"


def _without_signs(text: str, warnings: list[str]) -> str:
    """Nothing but letters, digits, marks and signs that the engines know how to read or to pause at."""
    dropped = dict.fromkeys(character for character in text if not _is_readable(character))
    if dropped:
        warnings.append(f"signs are not spoken: {' '.join(list(dropped)[:20])}")
    return "".join(character if character not in dropped else " " for character in text)


def _is_readable(character: str) -> bool:
    readable: Callable[[str], bool] = _SPEAKABLE_SIGNS.__contains__
    return (
        character.isalnum()
        or character.isspace()
        or character in _JOINERS
        or unicodedata.category(character)[0] == "M"
        or readable(character)
    )
