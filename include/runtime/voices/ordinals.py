"""Ordinals: endings after a number (`2e`, `1.º`, `5-й`), dots before a noun (`19. Jahrhundert`), words after it."""

from __future__ import annotations

import re
from functools import partial

from include.runtime.voices import cldr
from include.runtime.voices.spoken_forms import Forms, alternatives, forms_of

_ROMAN = {"X": 10, "V": 5, "I": 1}
_ROMAN_NUMERAL = r"(?=[XVI])X{0,3}(?:IX|IV|V?I{0,3})"
"""To 39: centuries, kings and republics; `L`, `C`, `D` and `M` before an ending are words (`Le`, `De`)."""
_BEFORE_DOT = r"(?<![\w.,:/])(\d{1,3})\.\s?(?=[^\W\d_])"
_GERMAN = re.compile(rf"(?:(\b\w+)\s)?{_BEFORE_DOT}(?=(?:(?:und|oder|bis)\s\d{{1,3}}\.\s)*(\w+))")
_GERMAN_STRONG = re.compile(r"(?:der|die|das|diese[rs]?|jede[rs]?|\w+e)")
_GERMAN_WEAK = re.compile(r"(?:am|im|zum|vom|beim|ins|ans|dem|den|des|zur|\w+e[mns])")
_DATIVE_BEFORE = re.compile(
    r"\b(?:in|an|auf|aus|bei|mit|nach|seit|von|zu|vor|neben|unter|über|während|wegen)\s$", re.IGNORECASE
)
_NEUTER = (
    "jahrhundert jahr jahrzehnt jahrtausend jubiläum mal spiel tor kapitel semester quartal halbjahr kind buch album"
    " stockwerk bataillon regiment gebot drittel viertel bundesland mitglied"
)
_FEMININE = "etage liga klasse woche stunde minute sekunde person nacht wahl"
_FEMININE_ENDING = re.compile(r"(?:lage|gabe|unde|tion|ung|heit|keit|schaft|reihe|saison|staffel|folge|etappe)$")


def ordinal(number: int, rule: str, language: str) -> str:
    """`number` as an ordinal by a rule of the CLDR, or of the language's own list; as digits beyond that list."""
    words = forms_of(language).ordinal_words.get(rule)
    if words is None:
        return re.sub(r"^одна (?=тысяч)", "", cldr.spelled(number, language, rule))
    known = words.split()
    if 0 < number <= len(known):
        return known[number - 1].replace("@", " ")
    if 0 < number % 100 <= len(known):
        hundreds = cldr.spelled(number - number % 100, language).removeprefix("одна ")
        return f"{hundreds} {known[number % 100 - 1].replace('@', ' ')}"
    return str(number)


def ordinals_said(text: str, language: str) -> str:
    """`text` with its ordinals in words, where the voice would read them as cardinals or letters."""
    forms = forms_of(language)
    if forms.ordinals:
        text = _with_endings(text, forms, language)
    if language.split("-")[0] == "de":
        text, rules = re.sub(r"(?<![\w.])(\d{1,3}\.)/(?=\d{1,3}\.\s)", r"\1 und ", text), list[str]()
        text = _GERMAN.sub(lambda match: _german(match, rules, language), text)
    elif forms.ordinal_dot:
        text = re.sub(
            rf"{_BEFORE_DOT}(\w+)",
            lambda match: _before_noun(match, forms, language),
            text,
        )
    for word, rule in forms.number_before.items():
        pattern = rf"(?<![\w.,])(\d{{1,4}})\s?(?={word})"
        text = re.sub(pattern, partial(_before_word, rule=rule, language=language), text)
    return text


def _before_word(match: re.Match[str], rule: str, language: str) -> str:
    return f"{ordinal(int(match[1]), rule, language)} "


def _before_noun(match: re.Match[str], forms: Forms, language: str) -> str:
    if int(match[1]) < forms.ordinal_dot_from:
        return match[0]
    return f"{ordinal(int(match[1]), _dot_rule(match[2], forms), language)} {match[2]}"


def _dot_rule(noun: str, forms: Forms) -> str:
    rules = (rule for ending, rule in forms.ordinal_endings.items() if re.search(rf"(?:{ending})$", noun))
    return next(rules, forms.ordinal_dot)


def _with_endings(text: str, forms: Forms, language: str) -> str:
    endings = alternatives(forms.ordinals)
    text = re.sub(
        rf"(?<![\w.,])(\d{{1,4}})({endings})(?!\w)",
        lambda match: ordinal(int(match[1]), _rule(match[1], match[2], forms), language),
        text,
    )
    if not forms.roman_ordinals:
        return text
    return re.sub(
        rf"(?<!\w)({_ROMAN_NUMERAL})({endings})(?!\w)",
        lambda match: ordinal(_roman(match[1]), forms.ordinals[match[2]], language),
        text,
    )


def _rule(digits: str, ending: str, forms: Forms) -> str:
    """Rule of an ending, or of the ending after that digit, where it means another."""
    return forms.ordinals.get(digits[-1] + ending) or forms.ordinals[ending]


def _roman(numeral: str) -> int:
    values = [_ROMAN[letter] for letter in numeral]
    return sum(-value if value < after else value for value, after in zip(values, [*values[1:], 0], strict=True))


def _german(match: re.Match[str], rules: list[str], language: str) -> str:
    """The ordinal with the ending that the words around it ask for: the article's case, else the noun's gender.

    :param rules: of the ordinals before it, the last of which `und` repeats.
    """
    before, number, noun = match[1], int(match[2]), match[3]
    article = (before or "").lower()
    rule = "ordinal"
    if article in ("und", "oder", "bis") and rules:
        rule = rules[-1]
    elif (
        _GERMAN_WEAK.fullmatch(article)
        and article not in ("eines",)
        or (article in ("der", "die") and _DATIVE_BEFORE.search(match.string[: match.start()]))
    ):
        rule = "ordinal-n"
    elif not _GERMAN_STRONG.fullmatch(article):
        rule = _ending_of(noun)
    rules.append(rule)
    said = ordinal(number, rule, language)
    return f"{before} {said} " if before else f"{said} "


def _ending_of(noun: str) -> str:
    """The strong nominative; masculine where the noun is not known."""
    small = noun.lower()
    if small.endswith(tuple(_NEUTER.split())):
        return "ordinal-s"
    if small.endswith(tuple(_FEMININE.split())) or _FEMININE_ENDING.search(small):
        return "ordinal"
    return "ordinal-r"
