"""Whether a text is in the language that it should be in: by its script, and by the words that carry grammar."""

from __future__ import annotations

from collections import Counter

from babel.core import get_global
from fontTools import unicodedata as scripts

from include.runtime.languages.stop_words import STOP_WORDS

_WRITTEN_WITH = {
    "Hans": frozenset({"Hani", "Bopo"}),
    "Hant": frozenset({"Hani", "Bopo"}),
    "Jpan": frozenset({"Hani", "Hira", "Kana"}),
    "Kore": frozenset({"Hang", "Hani"}),
}
"""Scripts of ISO 15924 that stand for several of Unicode's."""
_BESIDE_CHINESE = (frozenset({"Hira", "Kana"}), frozenset({"Hang"}))
"""Scripts that no text goes without where its language uses them beside Chinese characters."""
_LEAST_SHARE = 0.5
"""Of a text's letters in its language's script; the rest are names and terms."""
_FEWEST_LETTERS = 12
_FEWEST_WORDS = 12
_LEAST_OWN_SHARE = 0.08
"""Of a text's words, by the lists here; a text in the language itself has three times as many."""
_ENGLISH_SHARE = 0.4
"""Of English grammar's words, from which a text in a language without a list here is English, which has about half."""


def otherwise_written(text: str, language: str) -> str:
    """What `text` is written in instead of `language`, in words; empty where nothing says so.

    :param language: a BCP 47 tag.
    """
    return _other_script(text, language) or _other_tongue(text, language)


def scripts_of(language: str) -> frozenset[str]:
    """Unicode's scripts in which `language` is written, as CLDR knows; none where it does not."""
    tongue, *parts = language.split("-")
    said = next((part.title() for part in parts if len(part) == 4 and part.isalpha()), "")
    likely = get_global("likely_subtags")
    region = next((part.upper() for part in parts if len(part) == 2), "")
    found = said or (likely.get(f"{tongue}_{region}") or likely.get(tongue) or "").split("_")[1:2]
    script = found if isinstance(found, str) else next(iter(found), "")
    return _WRITTEN_WITH.get(script, frozenset({script} if script else ()))


def _other_script(text: str, language: str) -> str:
    expected = scripts_of(language)
    found = Counter(scripts.script(character) for character in text if character.isalpha())
    del found["Zyyy"], found["Zinh"]
    total = found.total()
    if not expected or total < _FEWEST_LETTERS:
        return ""
    if sum(found[script] for script in expected) < _LEAST_SHARE * total:
        return f"the script {scripts.script_name(found.most_common(1)[0][0])}"
    is_chinese = any(own <= expected and not any(found[script] for script in own) for own in _BESIDE_CHINESE)
    return "Chinese characters alone" if is_chinese else ""


def _other_tongue(text: str, language: str) -> str:
    tongue = language.split("-")[0].lower()
    if scripts_of(language) != {"Latn"}:
        return ""
    found = [word.strip(".,;:!?\"'()«»„“”‘’…") for word in text.casefold().replace("’", "'").split()]
    if len(found) < _FEWEST_WORDS:
        return ""
    own = STOP_WORDS.get(tongue)
    if own is None:
        return "English" if sum(word in STOP_WORDS["en"] for word in found) > _ENGLISH_SHARE * len(found) else ""
    others = {other: sum(word in words - own for word in found) for other, words in STOP_WORDS.items()}
    likeliest, count = max(others, key=lambda other: others[other]), sum(word in own for word in found)
    if others[likeliest] > count:
        return f"`{likeliest}`"
    return "another language" if count < _LEAST_OWN_SHARE * len(found) else ""
