"""Base forms of inflected words, as far as they are needed to look up names of things."""

from __future__ import annotations

from collections.abc import Container, Iterator

_UMLAUTS = str.maketrans("äöü", "aou")
_GERMAN_ENDINGS = ("nen", "ern", "en", "er", "es", "n", "e", "s")
_GERMAN_PLURALS = frozenset({"nen", "ern", "en", "er", "n", "e"})
_GERMAN_JOINTS = ("", "n", "s", "es", "en", "er", "e")
_ROMANCE = frozenset({"es", "fr", "it", "pt"})
_SHORTEST_PART = 4
_LONGEST_ENDING = 3
_SHORTEST_STEM = 3
_SHORTEST_STEMS = {"ko": 2}
"""For languages in which a character is a syllable."""


def forms(word: str, tongue: str) -> Iterator[tuple[str, bool]]:
    """Yield what `word` may be a form of, likeliest first, and whether the form is a plural."""
    yield word, False
    if tongue == "en":
        yield from ((form, True) for form in _english(word))
    elif tongue == "de":
        yield from _german(word)
    elif tongue in _ROMANCE:
        yield from ((word.removesuffix(ending), True) for ending in ("s", "es") if word.endswith(ending))
        if tongue == "it" and len(word) > _SHORTEST_PART:
            yield from ((word[:-1] + vowel, True) for vowel in "oae")
    else:
        shortest = _SHORTEST_STEMS.get(tongue, _SHORTEST_STEM)
        yield from ((word[:-cut], False) for cut in range(1, _LONGEST_ENDING + 1) if len(word) - cut >= shortest)


def _english(word: str) -> Iterator[str]:
    if word.endswith("ies"):
        yield word[:-3] + "y"
    if word.endswith("ves"):
        yield word[:-3] + "f"
    if word.endswith("es"):
        yield word[:-2]
    if word.endswith("s") and not word.endswith("ss"):
        yield word[:-1]


def _german(word: str) -> Iterator[tuple[str, bool]]:
    plain = word.translate(_UMLAUTS)
    for ending in _GERMAN_ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) > 2:
            plural = ending in _GERMAN_PLURALS
            yield word.removesuffix(ending), plural
            yield plain.removesuffix(ending), plural
            yield word.removesuffix(ending) + "e", plural
    if plain != word:
        yield plain, True


def compound_parts(word: str, known: Container[str], tongue: str) -> list[str]:
    """Known parts of a German compound: what it is (its end), then what it is of (its beginning)."""
    if tongue != "de" or len(word) < 2 * _SHORTEST_PART:
        return []
    return [part for part in (_end(word, known), _beginning(word, known)) if part is not None]


def _end(word: str, known: Container[str]) -> str | None:
    for start in range(_SHORTEST_PART - 1, len(word) - _SHORTEST_PART + 1):
        for form, _ in forms(word[start:], "de"):
            if len(form) >= _SHORTEST_PART and form in known:
                return form
    return None


def _beginning(word: str, known: Container[str]) -> str | None:
    for stop in range(len(word) - _SHORTEST_PART + 1, _SHORTEST_PART - 1, -1):
        for joint in _GERMAN_JOINTS:
            part = word[:stop]
            if part.endswith(joint):
                stem = part.removesuffix(joint)
                for form in (stem, stem + "e"):
                    if len(form) >= _SHORTEST_PART and form in known:
                        return form
    return None
