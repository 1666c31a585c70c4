"""Kanji and numbers in kana: espeak's Japanese voice reads nothing else."""

from __future__ import annotations

import re
from functools import cache

from janome.tokenizer import Token, Tokenizer
from num2words import num2words

_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
_KANJI = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff々]")
_DIGITS = ("ゼロ", "イチ", "ニ", "サン", "ヨン", "ゴ", "ロク", "ナナ", "ハチ", "キュー")
_RUN = 20
_LONG_RUN = re.compile(rf"([^\w\s])\1{{{_RUN},}}")
"""More of one sign sounds like so many; the tokenizer's work grows with the square of a run."""
_LEANS_ON = ("助詞", "助動詞", "記号", "接尾")
"""Particles, auxiliaries, signs and suffixes: spoken with the word before."""


def in_kana(text: str, warnings: list[str]) -> str:
    """`text` as it sounds, words parted by blanks; kanji without a known reading are left out with a warning."""
    sounds = []
    number_before = False
    text = _LONG_RUN.sub(lambda match: match[0][:_RUN], text)
    for token in _tokenizer().tokenize(_NUMBER.sub(lambda match: _number(match[0]), text)):
        kinds = token.part_of_speech.split(",")[:2]
        is_number = "数" in kinds
        leans_on = any(kind in _LEANS_ON for kind in kinds) or (is_number and number_before)
        sounds.append(("" if leans_on else " ") + _sound(token, warnings))
        number_before = is_number
    return "".join(sounds).strip()


@cache
def _tokenizer() -> Tokenizer:
    """MeCab's IPADIC dictionary in pure Python; loading takes a second."""
    return Tokenizer()


def _number(digits: str) -> str:
    """`12.5` as `十二テンゴ`; the dictionary reads the kanji with the counter after them."""
    whole, _, fraction = digits.replace(",", "").partition(".")
    read = str(num2words(int(whole), lang="ja"))
    return read + ("テン" + "".join(_DIGITS[int(digit)] for digit in fraction) if fraction else "")


def _sound(token: Token, warnings: list[str]) -> str:
    if token.phonetic != "*":
        return str(token.phonetic)
    known = _KANJI.sub("", token.surface)
    if known != token.surface:
        warnings.append(f"no reading is known for {token.surface}")
    return known
