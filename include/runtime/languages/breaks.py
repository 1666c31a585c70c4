"""Where words part in scripts that write no blanks between them: by BudouX and ICU, which err at different places.

Both are loaded when a text has such a script, and not before.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from functools import cache, lru_cache
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING
from unicodedata import category

if TYPE_CHECKING:
    import budoux

_THAI_TO_KHMER = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u19e0-\u19ff\ua9e0-\ua9ff\uaa60-\uaa7f"
_KANA = "\u3041-\u30ff\u31f0-\u31ff\uff66-\uff9f"
_HAN = "\u2e80-\u2fdf\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
UNSPACED = f"[{_THAI_TO_KHMER}{_KANA}{_HAN}]"
"""Pattern of a letter of Thai, Lao, Burmese, Khmer, Japanese or Chinese."""
_UNSPACED = re.compile(UNSPACED)
_SURROGATE = re.compile("[\ud800-\udfff]")
"""Half of a character, which no UTF-8 has, and so not ICU either."""
_BROKEN_ANYWHERE = re.compile(f"[{_KANA}{_HAN}](?=[{_KANA}{_HAN}])")
_KANA_OR_HAN, _HAS_KANA = re.compile(f"[{_KANA}{_HAN}]"), re.compile(f"[{_KANA}]")
_THAI = re.compile("[\u0e00-\u0e7f]")
_UNTAUGHT = re.compile("[\u0e80-\u0eff\u1000-\u109f\u1780-\u17ff\u19e0-\u19ff\ua9e0-\ua9ff\uaa60-\uaa7f]")
"""Letters of Lao, Burmese and Khmer, for which BudouX has no model."""
_WHOLE = re.compile(r"\s.|.\s|\d[^\W\d_]|[^\W\d_]\d", re.DOTALL)
"""Blanks are no places between words, and what is counted stays with its number."""
_LEANING = frozenset("的了着過过吗嗎呢吧啊们們嘅咗喇")
"""Chinese particles that belong to the word before them."""
_TRADITIONAL = re.compile("yue|zh-(?:Hant|TW|HK|MO)")
_BEFORE_ITS_CONSONANT = frozenset("เแโใไເແໂໃໄ")
"""Vowels of Thai and Lao that are written before the consonant after which they are spoken."""


def has_unspaced_script(text: str) -> bool:
    """Whether `text` has letters of a script that writes no blanks between words."""
    return _UNSPACED.search(text) is not None


def has_words_unknown(text: str) -> bool:
    """Whether `text` is in a script of whose words only those of a dictionary are known: Lao, Burmese or Khmer."""
    return _UNTAUGHT.search(text) is not None


@lru_cache(maxsize=256)
def word_breaks(text: str, language: str) -> tuple[int, ...]:
    """Positions in `text` at which a line may break without a blank: between words, in Japanese between phrases.

    Only those beside a letter of a script that writes no blanks; elsewhere blanks tell. What may not begin or end a
    line (UAX 14) does not.
    """
    if not has_unspaced_script(text):
        return ()
    from icu4py.breakers import LineBreaker

    text = _SURROGATE.sub("\ufffd", text)
    words = _words(text, language)
    leaning = {place for place in words if text[place : place + 1] in _LEANING and place + 1 in words}
    allowed = _ends(LineBreaker(text, language)) & words - leaning
    return tuple(place for place in sorted(allowed) if _is_between_letters(text, place))


def _words(text: str, language: str) -> set[int]:
    """Where words of `text` end: in Chinese and Thai where both BudouX and ICU's dictionaries say so.

    In Japanese BudouX alone, since it looks for phrases; in Lao, Burmese and Khmer ICU alone.
    """
    from icu4py.breakers import WordBreaker

    words = _ends(WordBreaker(text, language))
    for letter, model in ((_THAI, "th"), (_KANA_OR_HAN, _model_of(text, language))):
        if letter.search(text):
            found = _ends(_parser(model).parse(text))
            found = found if model == "ja" else found & words
            words = {place for place in words | found if place in (found if _is_beside(letter, text, place) else words)}
    return words


def _model_of(text: str, language: str) -> str:
    """For kana and Chinese characters, of which kana are Japanese in a text of any language."""
    if language.split("-")[0] == "ja" or _HAS_KANA.search(text):
        return "ja"
    return "zh-hant" if _TRADITIONAL.match(language) else "zh-hans"


@cache
def _parser(model: str) -> budoux.Parser:
    """A small table of what stands around the places between words; reading it takes milliseconds."""
    import budoux

    path = Path(budoux.__file__).parent / "models" / f"{model}.json"
    return budoux.Parser(json.loads(path.read_text("utf-8")))


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


def _is_between_letters(text: str, place: int) -> bool:
    return place < len(text) and not _WHOLE.match(text, place - 1) and _is_beside(_UNSPACED, text, place)


def _is_beside(letter: re.Pattern[str], text: str, place: int) -> bool:
    return letter.match(text, place - 1) is not None or letter.match(text, place) is not None
