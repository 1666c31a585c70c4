"""Things that an English text names, found roughly, by the words around them."""

from __future__ import annotations

import re

from include.runtime.writing.words import key_words

_LONGEST_CHARACTERS = 30
_TOKEN = re.compile(r"[A-Za-z]+(?:['’-][A-Za-z]+)*|[.,!?]")
_BEFORE_VERBS_AND_ADJECTIVES = """
    to they we it you i he she that which who can could will would may might must should not never always often
    also them us people is are was were be been being very so too more most really just as
"""
_AFTER_VERBS = """
    the a an it them us him her you their our its your this these those to up out away around new
"""
_UNSEEN = re.compile(
    "(tion|sion|ness|ity|ment|ance|ence|ship|hood|ism|ous|ful|able|ible|ive|less|ally|[bcdeghknprstvwy]ly|ed|ing|ize|"
    "ate|est)s?$"
)
_UNSEEN_WORDS = """
    ecosystem ecosystems nature planet creature creatures human humans energy type types corner size sense idea
    ideas fact facts truth daily resources source sources answer job jobs benefit benefits care group groups
    bodies body beings being worlds tool tools treat liquid wide strong tiny smart friendly home homes range
    crust food delicious friend friends run runs fly flies swim swims feed feeds dance dances sleep sleeps sing sings
    shine shines rise rises fall falls hunt hunts reproduce visit everywhere downhill heat drink shelter beauty
    pollinators
    piece pieces bit sweet rich creamy round fast slow tasty cultural chain air symbol substance blue white red green
    black yellow apart broken earth top number furry soft wet dry cold warm hot harmony flavors stories erupt
"""


def nouns(text: str) -> list[str]:
    """Words of `text` that most likely name something that can be seen, in their order, each once."""
    unseen = frozenset(_UNSEEN_WORDS.split())
    verbs_follow, verbs_precede = frozenset(_BEFORE_VERBS_AND_ADJECTIVES.split()), frozenset(_AFTER_VERBS.split())
    meaningful = {word.casefold() for word in key_words(text, "en")} - unseen
    tokens = [token.casefold() for token in _TOKEN.findall(text)]
    found = []
    for before, token, after in zip(["", *tokens], tokens, [*tokens[1:], ""], strict=False):
        if token not in meaningful or len(token) > _LONGEST_CHARACTERS or _UNSEEN.search(token):
            continue
        if before not in verbs_follow and after not in verbs_precede and after not in meaningful:
            found.append(token)
    return list(dict.fromkeys(found))
