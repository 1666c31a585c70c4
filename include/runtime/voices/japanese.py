"""Kanji and numbers in kana: espeak's Japanese voice reads nothing else."""

from __future__ import annotations

import re
from functools import cache

from janome.tokenizer import Token, Tokenizer

from include.runtime.voices import cldr

_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
_KANJI = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff々]")
_DIGITS = ("ゼロ", "イチ", "ニ", "サン", "ヨン", "ゴ", "ロク", "ナナ", "ハチ", "キュー")
_RUN = 20
_LONG_RUN = re.compile(rf"([^\w\s])\1{{{_RUN},}}")
"""A longer run of one sign sounds the same, and the tokenizer's work grows with the square of a run."""
_LEANS_ON = ("助詞", "助動詞", "記号", "接尾")
"""Particles, auxiliaries, signs and suffixes: spoken with the word before."""

_DAYS = {2: "フツカ", 3: "ミッカ", 4: "ヨッカ", 5: "イツカ", 6: "ムイカ", 7: "ナノカ", 8: "ヨーカ", 9: "ココノカ"} | {
    10: "トーカ",
    14: "ジューヨッカ",
    17: "ジューシチニチ",
    19: "ジュークニチ",
    20: "ハツカ",
    24: "ニジューヨッカ",
    27: "ニジューシチニチ",
    29: "ニジュークニチ",
}
_WHOLE = {
    "日": _DAYS,
    "人": {1: "ヒトリ", 2: "フタリ"},
    "時": {7: "シチジ", 9: "クジ", 17: "ジューシチジ", 19: "ジュークジ"},
    "年": {},
    "円": {},
}
"""By counter, the numbers that have a reading of their own with it."""
_AFTER_FOUR = {"人": "ヨニン", "時": "ヨジ", "年": "ヨネン", "円": "ヨエン"}
_HARD = (
    "ホン ポン ボン",
    "ヒキ ピキ ビキ",
    "ハイ パイ バイ",
    "フン プン プン",
    "カイ カイ カイ",
    "コ コ コ",
    "カイ カイ ガイ",
)
_SOFT = ("サイ サイ サイ", "サイ サイ サイ", "サツ サツ サツ", "トー トー トー")
_COUNTERS = dict(zip("本匹杯分回個階", _HARD, strict=True)) | dict(zip("歳才冊頭", _SOFT, strict=True))
"""By counter, its sound: plain, after a stopped number, after 3."""
_STOPPED = {1: "イッ", 6: "ロッ", 8: "ハッ", 10: "ジュッ"}
_COUNTED = re.compile(rf"(?<![\d.,])(\d{{1,4}})([{''.join([*_WHOLE, *_COUNTERS])}])(?!本|の\s?\d)")
_FIRST_OF_MONTH = re.compile(r"(?<=月)1日")


def numbers_in_kanji(text: str) -> str:
    """`text` with its numbers in kanji, or in kana where the counter after them changes their sound."""
    text = _COUNTED.sub(_counted, _FIRST_OF_MONTH.sub("ツイタチ", _LONG_RUN.sub(lambda match: match[0][:_RUN], text)))
    return _NUMBER.sub(lambda match: _number(match[0]), text)


def in_kana(text: str, warnings: list[str]) -> list[tuple[str, str]]:
    """The pieces of `text`, which has no digits, each with how it sounds, words separated by blanks.

    Kanji without a known reading are left out with a warning.
    """
    pieces: list[tuple[str, str]] = []
    number_before = False
    at = 0
    for token in _tokenizer().tokenize(text):
        kinds = token.part_of_speech.split(",")[:2]
        is_number = "数" in kinds
        leans_on = any(kind in _LEANS_ON for kind in kinds) or (is_number and number_before)
        end = text.index(token.surface, at) + len(token.surface)
        pieces.append((text[at:end], ("" if leans_on else " ") + _sound(token, warnings)))
        number_before, at = is_number, end
    return [*pieces, (text[at:], "")]


@cache
def _tokenizer() -> Tokenizer:
    """MeCab's IPADIC dictionary in pure Python; loading takes a second."""
    return Tokenizer()


def _counted(match: re.Match[str]) -> str:
    """`3日` as `ミッカ`, `21本` as `二十イッポン`; what is regular stays for the dictionary."""
    number, counter = int(match[1]), match[2]
    if number in _WHOLE.get(counter, {}):
        return _WHOLE[counter][number]
    if counter in _AFTER_FOUR and number % 10 == 4:
        return _before_last(number) + _AFTER_FOUR[counter]
    if counter in _WHOLE or number % 100 == 0:
        return match[0]
    plain, stopped, after_three = _COUNTERS[counter].split()
    last = number % 10 or 10
    if last in _STOPPED and not (last == 6 and counter in "歳才冊頭"):
        return _before_last(number) + _STOPPED[last] + stopped
    sound = after_three if last == 3 or (last == 4 and counter == "分") else plain
    return _before_last(number) + _DIGITS[last] + sound


def _before_last(number: int) -> str:
    """`number` without its last digit, or without its ten where that is 0, in kanji."""
    if number % 10:
        return _spelled(number - number % 10) if number > 10 else ""
    hundreds, tens = number - number % 100, number // 10 % 10
    return (_spelled(hundreds) if hundreds else "") + (_spelled(tens) if tens > 1 else "")


def _number(digits: str) -> str:
    """`12.5` as `十二テンゴ`; the dictionary reads the kanji with the counter after them."""
    whole, _, fraction = digits.replace(",", "").partition(".")
    read = _spelled(int(whole))
    return read + ("テン" + "".join(_DIGITS[int(digit)] for digit in fraction) if fraction else "")


def _spelled(number: int) -> str:
    return cldr.spelled(number, "ja") if number else "零"


def _sound(token: Token, warnings: list[str]) -> str:
    if token.phonetic != "*":
        return str(token.phonetic)
    known = _KANJI.sub("", token.surface)
    if known != token.surface:
        warnings.append(f"no reading is known for {token.surface}")
    return known
