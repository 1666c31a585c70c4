"""Numbers whose dot says that they count: `2. Weltkrieg`, `19. században`, in the languages that write them so.

A small letter behind the dot has been judged before anybody asks here: what follows begins with a capital, or is of a
script without any.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from include.runtime.languages.abbreviations import ANY

_MOST_DIGITS = 3
"""Of a number that counts without an article before it; longer ones are years."""

_SOUTH_SLAVIC = "u na do od za o po s sa iz pri pred između ovaj taj у на до од за о по с са из при пред између"
_NORDIC = "den det de denne dette hans hennes hendes sin sitt sit i på til fra for om ved"
_GERMAN = """
    der die das den dem des im am zum zur vom beim ins ans ein eine einen einem einer eines kein keine keinen keinem
    keiner jede jeden jedem jeder jedes diese diesen diesem dieser dieses mein meine meinen meinem meiner dein deine
    deinen deinem deiner sein seine seinen seinem seiner ihr ihre ihren ihrem ihrer unser unsere unseren unserem unserer
    euer eure euren eurem eurer
"""
_BEFORE = {
    "bs": _SOUTH_SLAVIC,
    "cs": "v ve na do od za o po s se z ze k ke u před mezi pro ten ta to",
    "da": _NORDIC,
    "de": _GERMAN,
    "et": "see selle sel",
    "eu": "",
    "fi": "se sen tämä tämän",
    "fo": _NORDIC,
    "gsw": _GERMAN,
    "hr": _SOUTH_SLAVIC,
    "hu": "a az e ez ezen",
    "is": "í á frá til um við þann hinn",
    "kl": "",
    "lb": "den de d' dem der am um vum beim zum zur en eng engem enger säi säin hir hiren",
    "ltg": "nu iz par pa",
    "lv": "no ar pa par uz līdz pēc pirms",
    "nb": _NORDIC,
    "nds": "de den dat in't",
    "nn": f"{_NORDIC} frå",
    "no": _NORDIC,
    "pl": "w we na do od za o po z ze przed między ten ta to",
    "sk": "v vo na do od za o po s so z zo k ku u pred medzi pre ten tá to",
    "sl": "v na do od za o po s z iz pri pred med k ta to",
    "smj": "",
    "sr": _SOUTH_SLAVIC,
    "tr": "",
}
"""The languages, with words after which a number counts what follows."""

_VERB_LAST = frozenset(("eu", "tr"))
"""No sentence of theirs ends with a bare number, since the verb does."""

_COUNTED_IN_GERMAN = """
    januar jänner februar feber märz april mai juni juli august september oktober november dezember jan feb mär apr jun
    jul aug sep sept okt nov dez
    jahrhundert jahrhunderts jahrtausend jahrtausends jahrzehnt jubiläum jubiläums geburtstag geburtstages geburtstags
    jahrestag todestag hochzeitstag weltkrieg weltkriegs weltkrieges platz platzes rang stock stockwerk etage auflage
    klasse liga bundesliga kapitel kapitels mal runde tag tages woche jahr jahres fc sfc sv teil teils band akt akts
    grad semester spieltag minute lektion artikel absatz strophe staffel folge ausgabe mannschaft halbzeit
"""
"""What is so often counted that no article is needed. German alone writes it with a capital."""
_JOINING = "a ali e eller en és i ja og oder sowie und ve bis – - / ,"
_COUNT = re.compile(r"\d+\.[,/–-]?")
_ROMAN = re.compile(r"[IVXLC]{2,}")


def writes_ordinals_with_a_dot(language: str) -> bool:
    """Whether `19.` is an ordinal in `language`; where that is not known it may be one."""
    return language == ANY or language in _BEFORE


def is_number(word: str) -> bool:
    """Whether `word` is a whole number, in digits or in Roman ones of more than one letter."""
    return word.isdecimal() or _ROMAN.fullmatch(word) is not None


def counts(before: Sequence[str], number: str, following: str, opens: bool, language: str) -> bool:
    """Whether `number` with its dot counts `following`, and no sentence ends there.

    :param before: the words before it, the nearest last; none where the sentence begins with it.
    :param opens: whether `following` is a word with which sentences begin.
    """
    if language not in (*_BEFORE, ANY) or not before:
        return not before
    near = before[-1].lower()
    if following.casefold() in _GERMAN_COUNTED and language in ("de", "lb", "gsw", ANY):
        return True
    if opens:
        return False
    if near in _GERMAN_ARTICLES and language in ("de", ANY):
        return True
    if len(number) > _MOST_DIGITS and number.isdecimal():
        return False
    joined = near in _JOINERS and len(before) > 1 and _COUNT.fullmatch(before[-2]) is not None
    return joined or _COUNT.fullmatch(near) is not None or language in _VERB_LAST or near in _before(language)


_GERMAN_COUNTED, _GERMAN_ARTICLES, _JOINERS = map(
    frozenset, (_COUNTED_IN_GERMAN.split(), _GERMAN.split(), _JOINING.split())
)


@cache
def _before(language: str) -> frozenset[str]:
    return frozenset(_BEFORE.get(language, "").split())
