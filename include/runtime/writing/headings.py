"""Title, description, summary and hashtags, taken from what is given or written: extraction, in any language."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence

from include.runtime.languages.sentences import sentences
from include.runtime.writing.words import each_once, shortened, without_full_stop

_LONGEST_TITLE_CHARACTERS = 80
_LONGEST_DESCRIPTION_CHARACTERS = 400
_LONGEST_SUMMARY_CHARACTERS = 200
_LONGEST_HASHTAG_CHARACTERS = 40
_MOST_HASHTAGS = 6
_MOST_WORDS_OF_A_JOINED_HASHTAG = 4


def title_of(topic: str | None, narrations: Sequence[str], language: str) -> str:
    """The topic as a heading, else the beginning of the first narration."""
    source = topic or next(iter(sentences(narrations[0], language)), narrations[0])
    title = without_full_stop(shortened(source, _LONGEST_TITLE_CHARACTERS, language), language)
    return title[:1].upper() + title[1:]


def description_of(narrations: Sequence[str], language: str) -> str:
    """How the piece begins."""
    return shortened(narrations[0], _LONGEST_DESCRIPTION_CHARACTERS, language)


def summary_of(paragraph: str, language: str) -> str:
    """How an article begins, in the first sentence or two."""
    return shortened(paragraph, _LONGEST_SUMMARY_CHARACTERS, language)


def hashtags_of(phrase: Sequence[str], topic: Sequence[str], narrations: Iterable[Sequence[str]]) -> tuple[str, ...]:
    """Up to six hashtags: a phrase joined, the topic's words alone, then what the most scenes speak of.

    :param phrase: joined when it has two to four words.
    :param topic: key words of the topic.
    :param narrations: key words of each scene.
    """
    scenes: Counter[str] = Counter()
    written: dict[str, str] = {}
    for words in narrations:
        scenes.update(word.casefold() for word in words)
        written = {word.casefold(): word for word in words} | written
    joined = [phrase] if 1 < len(phrase) <= _MOST_WORDS_OF_A_JOINED_HASHTAG else []
    alone = [*topic, *(written[word] for word, _ in scenes.most_common())]
    tags = [_hashtag(parts) for parts in [*joined, *([word] for word in alone)]]
    fitting = [tag for tag in tags if 2 < len(tag) <= _LONGEST_HASHTAG_CHARACTERS]
    return tuple(each_once(fitting)[:_MOST_HASHTAGS])


def hashtags_in(written: Iterable[str]) -> tuple[str, ...]:
    """Hashtags that somebody wrote, each in its form and once; those without letters are left out."""
    tags = [_hashtag(tag.replace("#", " ").split()) for tag in written]
    return tuple(each_once(tag for tag in tags if 2 < len(tag) <= _LONGEST_HASHTAG_CHARACTERS)[:_MOST_HASHTAGS])


def _hashtag(parts: Sequence[str]) -> str:
    """`#HoneyBees` of `honey`, `bees`: letters, marks and digits only."""
    plain = ["".join(char for char in part if unicodedata.category(char)[0] in "LMN") for part in parts]
    return "#" + "".join(part[:1].upper() + part[1:] for part in plain)
