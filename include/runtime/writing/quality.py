"""What is wrong with a text that a model wrote: each detector names what it found."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from include.runtime.languages.sentences import sentences
from include.runtime.writing.words import key_words, words

FEWEST_WORDS = 8
MOST_WORDS = 55
_MOST_WORDS_OF_A_SENTENCE = 32
_SAME_SENTENCE = 0.7
"""Share of words in common from which two sentences count as the same."""
_MOST_SAME_WORD = 3
_SAME_RUN = 6
"""A run of so many words does not recur by chance."""

_ARTICLES = frozenset(("a", "an", "the", "in", "this"))
_REFUSAL = re.compile(
    r"(?i)\b(as an ai|language model|i('m| am) (sorry|unable|not able|an? )|i (cannot|can't|don't have|apologi[sz]e)|"
    r"unable to (help|assist|provide)|smollm|hugging face|assistant)\b"
)
_META = re.compile(
    r"(?i)(\b(in this (scene|film|video|documentary|story|section|episode|picture|image)|"
    r"this (film|video|documentary|scene)|here('s| is) (a|an|the|your)|narration|"
    r"the (narrator|viewer|camera|audience|documentary|film|script|topic|answer|sentence|question)|"
    r"let me (tell|explain)|my (little )?friend|dear child|to (explain|help) (this|a child)|for a child|"
    r"(a|the) child in|(short|simple) sentences?)\b|^\s*(sure|certainly|of course|okay|ok|great|well|so)\b[,!.])"
)
MARKUP = re.compile(r"[*#_`<>\[\]{}|]|https?:|^\s*[-•]\s|\b\w+:\s*$", re.MULTILINE)
_ODD_CHARACTERS = re.compile(r"[^\w\s.,;:!?'’\"“”()–—-]|Ã|\ufffd")
_SAYS_NOTHING = re.compile(
    r"(?i)\b(because of (them|it|us|what)|proud of|what they are|not built yet|think and feel about)\b"
)
_EMPTY = re.compile(
    r"(?i)\b(you know|great|wonderful|beautiful|people who|you|your|different place|been around|world around|"
    r"important)\b|"
    r", (they|it|we)\b"
)
"""Words that say little, and commas that string sentences together."""
_CLAIM = re.compile(
    r"(?i)\b(invent(ed|or|ion)|century|centuries|thousands?|millions?|billions?|hundreds?|ancient|native to|"
    r"discovered by|years (old|ago)|the (first|only|largest|smallest|biggest|fastest|oldest)|photosynthesis|"
    r"medicines?|disease|cure|kill|war|god|drugs?|sex|blood|money)\b"
)


def narration_flaws(text: str, topic: str, name: str, earlier: Sequence[str]) -> list[str]:
    """What is wrong with an English narration; empty if nothing is.

    :param topic: `text` has to have a word of it; empty to allow anything.
    :param name: what it is about, to be named at most once a sentence; may be empty.
    :param earlier: narrations that must not be repeated.
    """
    if not words(text):
        return ["is empty"]
    return [
        *_length_flaws(text),
        *speech_flaws(text, topic),
        *repetition_flaws(_with_short_name(text, name), [_with_short_name(one, name) for one in earlier]),
        *_topic_flaws(text, topic, name),
        *_circle_flaws(text, name),
        *_name_flaws(text, topic),
    ]


def speech_flaws(text: str, topic: str) -> list[str]:
    """Refusals, talk about the text itself, markup, broken characters, except what the topic itself says."""
    detectors = {
        "refuses": _REFUSAL,
        "talks about itself": _META,
        "has markup": MARKUP,
        "has odd characters": _ODD_CHARACTERS,
        "claims what it cannot know": _CLAIM,
        "says nothing": _SAYS_NOTHING,
    }
    return flaws_of(text, topic, detectors)


def flaws_of(text: str, topic: str, detectors: Mapping[str, re.Pattern[str]]) -> list[str]:
    """What `detectors` find in `text`, each by its name with its first find, except what the topic says."""
    own = frozenset(topic)
    own_words = _stems(words(topic))
    return [
        f"{flaw}: {found!r}"
        for flaw, pattern in detectors.items()
        if (found := next((one for one in _found(pattern, text) if not _is_of(own, own_words, one)), ""))
    ]


def _found(pattern: re.Pattern[str], text: str) -> list[str]:
    return [match.group().strip() for match in pattern.finditer(text)]


def _is_of(characters: frozenset[str], stems: set[str], found: str) -> bool:
    """Whether the topic itself has what was found, sign or words: a text about war mentions war."""
    said = _stems(words(found)) - _ARTICLES
    return said <= stems if said else characters.issuperset(found.replace(" ", ""))


def repetition_flaws(text: str, earlier: Sequence[str]) -> list[str]:
    """Words, runs of words and sentences that are repeated."""
    found = words(text)
    flaws = [
        f"says {one!r} {count} times" for one, count in Counter(key_words_all(text)).items() if count > _MOST_SAME_WORD
    ]
    flaws += [f"stutters: {first!r}" for first, second in zip(found, found[1:], strict=False) if first == second]
    trigrams = Counter(zip(found, found[1:], found[2:], strict=False))
    flaws += [f"repeats {' '.join(run)!r}" for run, count in trigrams.items() if count > 1]
    flaws += [f"repeats {run!r} of an earlier scene" for run in sorted(_runs(text) & _runs("\n".join(earlier)))]
    own = sentences(text, "en")
    before = [sentence for narration in earlier for sentence in sentences(narration, "en")]
    for place, sentence in enumerate(own):
        same = next(
            (other for other in [*before, *own[:place]] if _same_words(sentence, other) >= _SAME_SENTENCE),
            None,
        )
        if same:
            flaws.append(f"says again {same!r}")
    return flaws


def _runs(text: str) -> set[str]:
    """Every run of `_SAME_RUN` words within a sentence."""
    found = (words(sentence) for sentence in sentences(text, "en"))
    return {" ".join(one[at : at + _SAME_RUN]) for one in found for at in range(len(one) - _SAME_RUN + 1)}


def _same_words(one: str, other: str) -> float:
    first, second = _stems(words(one)), _stems(words(other))
    return len(first & second) / len(first | second) if first | second else 0.0


def likeness(one: str, other: str) -> float:
    """Share of key words that two English texts have in common (Jaccard index of their stems)."""
    first, second = _stems(key_words(one, "en")), _stems(key_words(other, "en"))
    return len(first & second) / len(first | second) if first | second else 0.0


def key_words_all(text: str) -> list[str]:
    """Every occurrence of every key word of an English text, as stems."""
    meaningful = {word.casefold() for word in key_words(text, "en")}
    return [_stem(word) for word in words(text) if word in meaningful]


def roughness(text: str) -> float:
    """How far a flawless narration is from a good one, by empty words and an awkward length."""
    count = len(words(text))
    awkward = max(0, 15 - count, count - 42) / 10
    return 0.4 * len(_EMPTY.findall(text)) + awkward


def _length_flaws(text: str) -> list[str]:
    flaws = []
    count = len(words(text))
    if not FEWEST_WORDS <= count <= MOST_WORDS:
        flaws.append(f"has {count} words; allowed: {FEWEST_WORDS} to {MOST_WORDS}")
    if not text.rstrip().endswith((".", "!", "?")):
        flaws.append("breaks off before the end of a sentence")
    longest = max((len(words(sentence)) for sentence in sentences(text, "en")), default=0)
    if longest > _MOST_WORDS_OF_A_SENTENCE:
        flaws.append(f"has a sentence of {longest} words; allowed: {_MOST_WORDS_OF_A_SENTENCE}")
    return flaws


def _topic_flaws(text: str, topic: str, name: str) -> list[str]:
    if name and name.casefold() in text.casefold():
        return []
    wanted = _stems(key_words(topic, "en"))
    if wanted and wanted.isdisjoint(_stems(key_words(text, "en"))):
        return [f"names nothing of the topic {topic!r}"]
    return []


def _with_short_name(text: str, name: str) -> str:
    """`text` with `name` cut to its last word, since a long name may be repeated."""
    return re.sub(re.escape(name), name.split()[-1], text, flags=re.IGNORECASE) if name.strip() else text


def _circle_flaws(text: str, name: str) -> list[str]:
    """Sentences that explain a thing with itself."""
    head = _stem((words(name) or [""])[-1])
    again = re.compile(rf"\b(they|it)( are|'re| is|'s)( just)?( a| an| the)? {re.escape(head)}")
    return [
        f"goes in a circle: {sentence!r}"
        for sentence in sentences(text, "en")
        if [_stem(word) for word in words(sentence)].count(head) > 1 or (head and again.search(sentence.casefold()))
    ]


def _name_flaws(text: str, known: str) -> list[str]:
    """Proper names that the brief does not have: a small model makes them up."""
    allowed = {word.casefold() for word in words(known)} | {"i", "i'm", "earth", "sun", "moon"}
    inner = [word for sentence in sentences(text, "en") for word in re.findall(r"(?<=[\w,] )[A-Z][\w'’]*", sentence)]
    return [f"makes up the name {word!r}" for word in inner if word.casefold() not in allowed]


def _stems(found: Iterable[str]) -> set[str]:
    return {_stem(word.casefold()) for word in found}


def _stem(word: str) -> str:
    """`word` in the singular, near enough to tell whether two words are the same."""
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("ches", "shes", "sses", "xes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3 else word
