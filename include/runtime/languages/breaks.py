"""Where words part in scripts that write no blanks between them: ICU's dictionaries and rules.

ICU is loaded when a text has such a script, and not before.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import accumulate, pairwise
from unicodedata import category

_THAI_TO_KHMER = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u19e0-\u19ff\ua9e0-\ua9ff\uaa60-\uaa7f"
_KANA = "\u3041-\u30ff\u31f0-\u31ff\uff66-\uff9f"
_HAN = "\u2e80-\u2fdf\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
UNSPACED = f"[{_THAI_TO_KHMER}{_KANA}{_HAN}]"
"""Pattern of a letter of Thai, Lao, Burmese, Khmer, Japanese or Chinese."""
_UNSPACED = re.compile(UNSPACED)
_SURROGATE = re.compile("[\ud800-\udfff]")
"""Half of a character, which no UTF-8 has, and so not ICU either."""
_BROKEN_ANYWHERE = re.compile(f"[{_KANA}{_HAN}](?=[{_KANA}{_HAN}])")
_HAS_KANA = re.compile(f"[{_KANA}]")
_IN_HIRAGANA = re.compile("[\u3041-\u309f]{2}")
_WHOLE = re.compile(r"\s.|.\s|\d[^\W\d_]|[^\W\d_]\d", re.DOTALL)
"""Blanks are no places between words, and what is counted stays with its number."""
_LONGEST_PHRASE = 12
_LEANING = frozenset("的了着過过吗嗎呢吧啊们們嘅咗喇")
"""Chinese particles that belong to the word before them, where the dictionary has them for words."""
_JAPANESE = "ja-u-lw-phrase"
"""Lines break between phrases."""
_BEFORE_ITS_CONSONANT = frozenset("เแโใไເແໂໃໄ")
"""Vowels of Thai and Lao that are written before the consonant after which they are spoken."""


def has_unspaced_script(text: str) -> bool:
    """Whether `text` has letters of a script that writes no blanks between words."""
    return _UNSPACED.search(text) is not None


@lru_cache(maxsize=256)
def word_breaks(text: str, language: str) -> tuple[int, ...]:
    """Positions in `text` at which a line may break without a blank: between words, in Japanese between phrases.

    Only those beside a letter of a script that writes no blanks; elsewhere blanks tell. What may not begin or end a
    line (UAX 14) does not.
    """
    if not has_unspaced_script(text):
        return ()
    from icu4py.breakers import LineBreaker, WordBreaker

    text = _SURROGATE.sub("\ufffd", text)
    locale = _locale(text, language)
    allowed = _ends(LineBreaker(text, locale))
    if locale != _JAPANESE:
        # Between any two ideographs a line may break; where words end, only the dictionary knows.
        words = _ends(WordBreaker(text, locale))
        leaning = {place for place in words if text[place : place + 1] in _LEANING and place + 1 in words}
        allowed &= words - leaning
    places = [place for place in sorted(allowed) if _is_between_letters(text, place)]
    return tuple(_before_phrases(text, places) if locale == _JAPANESE else places)


def kept_together(text: str, language: str) -> str:
    """`text` with U+2060 between all ideographs and kana but where a line may break, for who would break at any."""
    if not _BROKEN_ANYWHERE.search(text):
        return text
    free = frozenset(word_breaks(text, language))
    return _BROKEN_ANYWHERE.sub(lambda found: found[0] if found.end() in free else f"{found[0]}\u2060", text)


def begins_letter(text: str, place: int) -> bool:
    """Whether no mark or joiner holds the character at `place` to the one before it, nor that one to it."""
    before, after = text[place - 1], text[place]
    return category(after)[0] != "M" and "\u200d" not in (before, after) and before not in _BEFORE_ITS_CONSONANT


def _ends(segments: Iterable[str]) -> set[int]:
    # ICU counts in UTF-16: the lengths of the parts are Python's.
    return set(accumulate(map(len, segments)))


def _locale(text: str, language: str) -> str:
    return _JAPANESE if language.split("-")[0] == "ja" or _HAS_KANA.search(text) else language


def _before_phrases(text: str, places: list[int]) -> list[int]:
    """`places` without those between two hiragana, where phrases seldom begin; all, if too few are left."""
    sure = [place for place in places if not _IN_HIRAGANA.match(text, place - 1)]
    gaps = (end - start for start, end in pairwise((0, *sure, len(text))))
    return sure if max(gaps) <= _LONGEST_PHRASE else places


def _is_between_letters(text: str, place: int) -> bool:
    if place >= len(text) or _WHOLE.match(text, place - 1):
        return False
    return _UNSPACED.match(text, place - 1) is not None or _UNSPACED.match(text, place) is not None
