"""What is wrong with the texts of a piece that a model wrote as a whole, in any language; each flaw is named."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from include.contract.messages import quoted
from include.contract.speakable import has_words
from include.runtime.languages.sentences import sentence_ends, sentences
from include.runtime.languages.stop_words import STOP_WORDS
from include.runtime.languages.tongues import otherwise_written
from include.runtime.writing.quality import MARKUP, flaws_of
from include.runtime.writing.whole.letter import language_name
from include.runtime.writing.words import tongue, unspaced, words

_REFUSAL = re.compile(
    r"(?i)\b(as an ai|(large )?language model|i('m| am) (sorry, but|unable to|not able to)|"
    r"i (cannot|can't) (help|assist|provide|write|create|comply)|unable to (help|assist|provide)|"
    r"als ki|en tant qu'ia|como (modelo de lenguaje|una ia)|как языковая модель|как ии)\b|"
    r"作为(一个|一名)?(人工智能|AI|语言模型)|AIとして"
)
_META = re.compile(
    r"(?i)(\bin this (scene|film|video|section|article|episode|script|picture|image)\b|"
    r"\bhere('s| is) (the|your) (script|article|dialogue|conversation|caption|json)\b|"
    r"^\s*(narrator|narration|voice-?over|host|guest|speaker \d|scene \d+|title|caption)\s*[:：]|"
    r"^\s*\((music|sound|pause|laughs?|sighs?)\b)",
    re.MULTILINE,
)
_DETECTORS = {"refuses": _REFUSAL, "speaks of itself": _META, "has markup": MARKUP}
_BROKEN = frozenset(("Co", "Cn", "Cs", "Cc"))
_SYMBOLS = frozenset("°©®™№")
_CHARACTERS_A_WORD = 2
"""Characters that count as a word, in scripts without blanks."""
_WITHOUT_END_MARKS = frozenset({"th", "lo"})
_SHORTEST, _LONGEST = 0.4, 1.5
"""Shares of the length that was asked for, beyond which a text is too short or too long."""
_SAME_RUN = {False: 7, True: 16}
"""A run of so many words, or characters in scripts without blanks, does not recur by chance."""
_SAME_SENTENCE = 0.8
"""Share of words in common from which two sentences count as the same."""
_FEWEST_WORDS_OF_A_SENTENCE = 4
_MOST_SAME_WORD = 0.2
"""The largest share of a text's meaningful words that one word may have."""
_FEWEST_SAME_WORD = 6
_SHOWN_CHARACTERS = 60


@dataclass(frozen=True)
class Length:
    """How long a text is to be, in words."""

    fewest: int
    most: int

    def told(self, language: str) -> str:
        """In words, for whoever writes it."""
        if unspaced(language):
            return f"{self.fewest * _CHARACTERS_A_WORD} to {self.most * _CHARACTERS_A_WORD} characters"
        return f"{self.fewest} to {self.most} words"

    def flaw(self, text: str, language: str) -> str:
        """What is wrong with the length of `text`; empty if it is near enough."""
        count, unit = (_letters(text), "characters") if unspaced(language) else (len(words(text)), "words")
        factor = _CHARACTERS_A_WORD if unspaced(language) else 1
        least, most = round(self.fewest * factor * _SHORTEST), round(self.most * factor * _LONGEST)
        return "" if least <= count <= most else f"has {count} {unit}; allowed: {least} to {most}"


_PROMPT = Length(8, 35)


@dataclass(frozen=True)
class Said:
    """One text of a piece."""

    part: str
    """Such as `narration/03`."""
    text: str
    length: Length | None = None
    is_whole: bool = True
    """Whether it has to consist of whole sentences."""
    is_new: bool = True
    """Whether it may not repeat what another one says."""


@dataclass(frozen=True)
class TextJudge:
    """Judges texts of one language."""

    language: str
    topic: str
    about: str

    def text_flaws(self, said: Said) -> list[str]:
        """What is wrong with one text, each flaw with the name of its part."""
        text = said.text
        found = [*flaws_of(text, self.about, _DETECTORS), *self._own_flaws(text, said.length)]
        if said.is_whole and self._breaks_off(text):
            found.append(f"breaks off before the end of a sentence ({quoted(text[-_SHOWN_CHARACTERS:])})")
        return [f"{said.part}: {flaw}" for flaw in dict.fromkeys(found)]

    def _own_flaws(self, text: str, length: Length | None) -> Iterator[str]:
        if not has_words(text):
            yield f"has no words ({quoted(text[:_SHOWN_CHARACTERS])})"
            return
        if odd := [char for char in text if _is_odd(char) and char not in self.about]:
            yield f"has the character {odd[0]!r} (U+{ord(odd[0]):04X})"
        if length is not None and (flaw := length.flaw(text, self.language)):
            yield flaw
        if run := self._repeated_run(text):
            yield f"repeats {quoted(run)}"
        if same := self._ruling_word(text):
            yield f"says {quoted(same)} again and again"

    def _repeated_run(self, text: str) -> str:
        """The first run of words that occurs twice in `text` and is not in the brief."""
        size, is_unspaced = _SAME_RUN[unspaced(self.language)], unspaced(self.language)
        counts = Counter(_runs_of(text, size, is_unspaced))
        known = frozenset(_runs_of(self.topic, size, is_unspaced))
        return next((run for run, count in counts.items() if count > 1 and run not in known), "")

    def _ruling_word(self, text: str) -> str:
        if unspaced(self.language):
            return ""
        empty = STOP_WORDS.get(tongue(self.language), frozenset())
        found = words(text)
        counts = Counter(word for word in found if word not in empty and len(word) > 2)
        ((word, count),) = counts.most_common(1) or [("", 0)]
        return word if count >= _FEWEST_SAME_WORD and count > _MOST_SAME_WORD * len(found) else ""

    def _breaks_off(self, text: str) -> bool:
        if tongue(self.language) in _WITHOUT_END_MARKS:
            return False
        plain = text.rstrip()
        return sentence_ends(plain, self.language)[-1:] != [len(plain)]

    def language_flaws(self, part: str, texts: Sequence[str]) -> list[str]:
        """The language that the texts together are written in, if it is the wrong one."""
        other = otherwise_written("\n".join(texts), self.language)
        return [f"{part}: is written in {other}; write it in {language_name(self.language)}"] if other else []


@dataclass(frozen=True)
class Judge:
    """Judges what a model wrote of one piece."""

    language: str
    prompt_language: str
    topic: str
    """What the piece is about; may be repeated any number of times."""
    about: str
    """Everything that the brief says: what it says itself is no flaw."""
    is_own: Callable[[str], bool]
    """Whether the model wrote a part."""

    def flaws(self, said: Sequence[Said], prompts: Mapping[str, str]) -> list[str]:
        """What is wrong with what the model wrote, each flaw with the name of its part.

        :param said: all texts of the piece, in their order, those that were given as well.
        :param prompts: its image prompts, by part.
        """
        own = [each for each in said if self.is_own(each.part)]
        shown = {part: text for part, text in prompts.items() if self.is_own(part)}
        text_judge, prompt_judge = (
            TextJudge(language, self.topic, self.about) for language in (self.language, self.prompt_language)
        )
        flaws = [flaw for each in own for flaw in text_judge.text_flaws(each)]
        flaws += text_judge.language_flaws("the text", [each.text for each in own])
        new = [each for each in said if each.is_new]
        flaws += [flaw for part, flaw in _repetitions(new, self.language, self.topic) if self.is_own(part)]
        flaws += [flaw for part in shown for flaw in prompt_judge.text_flaws(_prompt(part, shown[part]))]
        return [*flaws, *prompt_judge.language_flaws("image_prompt", list(shown.values())), *_twice(shown)]


def _prompt(part: str, text: str) -> Said:
    return Said(part, text, _PROMPT, is_whole=False)


def _twice(prompts: Mapping[str, str]) -> Iterator[str]:
    first: dict[str, str] = {}
    for part, text in prompts.items():
        other = first.setdefault(text.casefold(), part)
        if other != part:
            yield f"{part}: is the same as {other}"


def _repetitions(texts: Sequence[Said], language: str, topic: str) -> Iterator[tuple[str, str]]:
    """Sentences and runs of words that recur in another of `texts`: the part, and what is wrong with it.

    :param topic: what may be repeated any number of times.
    """
    said: list[tuple[str, str]] = []
    runs: dict[str, str] = {}
    known = frozenset(_runs_of(topic, _SAME_RUN[unspaced(language)], unspaced(language)))
    for part, text in ((each.part, each.text) for each in texts):
        own = [run for run in _runs(text, language) if run not in known]
        run = next((run for run in own if run in runs), "")
        if run:
            yield part, f"{part}: repeats {quoted(run)} of {runs[run]}"
        runs = dict.fromkeys(own, part) | runs
        for sentence in sentences(text, language):
            same = next((where for where, other in said if not run and _says_the_same(sentence, other)), "")
            if same:
                yield part, f"{part}: says again {quoted(sentence[:_SHOWN_CHARACTERS])}, which {same} says"
            said.append((part, sentence))


def _is_odd(character: str) -> bool:
    category = unicodedata.category(character)
    if category in _BROKEN:
        return character not in "\n\t"
    return character == "\N{REPLACEMENT CHARACTER}" or (category == "So" and character not in _SYMBOLS)


def _letters(text: str) -> int:
    return sum(character.isalnum() for character in text)


def _runs(text: str, language: str) -> dict[str, None]:
    """Every run of words, or of characters, within a sentence of `text`, in their order."""
    size = _SAME_RUN[unspaced(language)]
    found: dict[str, None] = {}
    for sentence in sentences(text, language):
        for run in _runs_of(sentence, size, unspaced(language)):
            found[run] = None
    return found


def _runs_of(sentence: str, size: int, is_unspaced: bool) -> list[str]:
    if is_unspaced:
        plain = "".join(character for character in sentence if character.isalnum())
        return [plain[at : at + size] for at in range(len(plain) - size + 1)]
    found = words(sentence)
    return [" ".join(found[at : at + size]) for at in range(len(found) - size + 1)]


def _says_the_same(one: str, other: str) -> bool:
    first, second = frozenset(words(one)), frozenset(words(other))
    if min(len(first), len(second)) < _FEWEST_WORDS_OF_A_SENTENCE:
        return False
    return len(first & second) >= _SAME_SENTENCE * len(first | second)
