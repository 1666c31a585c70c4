"""What a text mentions: things that have a pictogram, a setting, a light, the weather."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from importlib import resources

import emoji

from include.contract.look import Light
from include.runtime.illustrator.cast import Habit, habit_of
from include.runtime.illustrator.data import load_table
from include.runtime.illustrator.inflection import compound_parts, forms
from include.runtime.illustrator.pictograms import bare
from include.runtime.illustrator.settings import Angle, Body, Distance, Landmark, Perch, Setting, Weather

_UNSPACED = frozenset({"zh", "ja"})
_WORD = re.compile(r"[^\W_]+")
_LONGEST_NAME_WORDS = 4
_NAMED_LANGUAGES = frozenset({"ar", "de", "es", "fa", "fr", "id", "it", "ja", "ko", "pt", "ru", "tr", "zh"})
_UNWANTED = re.compile(r"keycap|button|o.clock|thirty|face|skin tone|circle|square|diamond|hand|finger|arrow")
_FLAG = re.compile("[\U0001f1e6-\U0001f1ff\U000e0020-\U000e007f]|\U0001f3f3|\U0001f3f4")


@dataclass
class Meaning:
    """All that one word stands for."""

    things: tuple[str, ...] = ()
    setting: Setting | None = None
    landmark: Landmark | None = None
    hint: Setting | None = None
    light: Light | None = None
    weather: Weather | None = None
    distance: Distance | None = None
    angle: Angle | None = None
    perch: Perch | None = None
    body: Body | None = None


@dataclass
class Mentions:
    """What a text mentions, in the order of its words."""

    things: list[str] = field(default_factory=list)
    plural: set[str] = field(default_factory=set)
    """Those of the things that are in the plural."""
    setting: Setting | None = None
    landmark: Landmark | None = None
    hint: Setting | None = None
    """Where it may be, when nothing else says."""
    light: Light | None = None
    weather: Weather | None = None
    distance: Distance | None = None
    angle: Angle | None = None
    perch: Perch | None = None
    bodies: set[Body] = field(default_factory=set)

    def add(self, meaning: Meaning, *, plural: bool = False) -> None:
        """Add what a word stands for.

        The first word for a setting, a light or a weather counts, but a specific setting overrides a vague one.
        """
        self.things += [thing for thing in meaning.things if thing not in self.things]
        repeated = len(meaning.things) > len(set(meaning.things))
        self.plural |= set(meaning.things) if plural or repeated else set()
        if meaning.setting is not None and (self.setting is None or self.setting.vague > meaning.setting.vague):
            self.setting = meaning.setting
        self.landmark = self.landmark or meaning.landmark
        self.hint = self.hint or meaning.hint
        self.light = self.light or meaning.light
        self.weather = self.weather or meaning.weather
        self.distance = self.distance or meaning.distance
        self.angle = self.angle or meaning.angle
        self.perch = self.perch or meaning.perch
        self.bodies |= {meaning.body} if meaning.body else set()

    def join(self, other: Mentions) -> None:
        """Add what another reading of the same text found."""
        kinds = (other.setting, other.landmark, other.hint, other.light, other.weather, other.distance, other.angle)
        self.add(Meaning(tuple(other.things), *kinds, other.perch))
        self.plural |= other.plural
        self.bodies |= other.bodies

    @property
    def place(self) -> Setting | None:
        """Where the text says that it is: the named place, unless the named landmark cannot stand there."""
        if self.landmark is None or (self.setting is not None and self.landmark.stands_in(self.setting)):
            return self.setting
        return self.landmark.home

    @property
    def names_nothing(self) -> bool:
        """Whether it names nothing that can be seen: no thing, place, light, weather, sun, moon or stars."""
        return not (self.things or self.place or self.light or self.weather or self.perch or self.bodies)


def normal(text: str) -> str:
    """`text` in the form in which words are compared."""
    return unicodedata.normalize("NFKC", text).casefold()


def primary(language: str) -> str:
    """The language itself, without script and region."""
    return language.replace("_", "-").split("-")[0].lower()


class Vocabulary:
    """Finds things by the names of the emoji set and a curated table, the longest name first."""

    def __init__(self, drawable: Callable[[str], bool]) -> None:
        self._drawable = drawable
        self._indexes: dict[str, dict[str, Meaning]] = {}

    def find(self, text: str, language: str) -> Mentions:
        """Return what `text` mentions. English words count if those of `language` name no thing or place."""
        tongue = primary(language)
        mentions = self._find_in(text, tongue)
        if tongue != "en" and not mentions.things and mentions.place is None:
            mentions.join(self._find_in(text, "en"))
        for thing in self._literal(text):
            mentions.add(Meaning((thing,)))
        return mentions

    def _find_in(self, text: str, tongue: str) -> Mentions:
        index = self._index(tongue)
        mentions = Mentions()
        found = _scan_unspaced(text, index) if tongue in _UNSPACED else _scan_words(text, index, tongue)
        for meaning, plural in found:
            mentions.add(meaning, plural=plural)
        return mentions

    def _literal(self, text: str) -> list[str]:
        return [bare(one["emoji"]) for one in emoji.emoji_list(text) if self._drawable(one["emoji"])]

    def _index(self, tongue: str) -> dict[str, Meaning]:
        if tongue not in self._indexes:
            skipped = {normal(word) for word in load_table("words.yaml")["skip"].get(tongue, [])}
            index = {
                name: Meaning((thing,))
                for name, thing in _names(tongue)
                if name not in skipped and (tongue not in _UNSPACED or len(name) > 1) and self._drawable(thing)
            }
            index.update(_curated(tongue))
            self._indexes[tongue] = index
        return self._indexes[tongue]


def _names(tongue: str) -> Iterator[tuple[str, str]]:
    """Names of the emoji set in one language, with their pictograms; the plainest last, so that it wins."""
    status = emoji.STATUS["fully_qualified"]
    known = [(char, data) for char, data in emoji.EMOJI_DATA.items() if data["status"] <= status]
    signs = {bare(sign) for sign in load_table("things.yaml")["undrawn"].split()}
    known = [
        (char, data)
        for char, data in known
        if bare(char) not in signs
        and habit_of(bare(char)) is not Habit.WEATHER
        and not _FLAG.search(char)
        and not _UNWANTED.search(data["en"])
    ]
    translated = _translations(tongue)
    for char, data in sorted(known, key=lambda pair: -len(pair[0])):
        names = [data["en"], *data.get("alias", [])] if tongue == "en" else [translated.get(char, "")]
        for name in names:
            plain = normal(name.strip(":").replace("_", " ").replace("-", " "))
            if plain and "(" not in plain:
                yield plain, bare(char)


@cache
def _translations(tongue: str) -> dict[str, str]:
    if tongue not in _NAMED_LANGUAGES:
        return {}
    file = resources.files("emoji.unicode_codes") / f"emoji_{tongue}.json"
    table: dict[str, dict[str, str] | str] = json.loads(file.read_text("utf-8"))
    return {char: name if isinstance(name, str) else name.get(tongue, "") for char, name in table.items()}


def _curated(tongue: str) -> dict[str, Meaning]:
    """Words of the curated table in one language."""
    index: dict[str, Meaning] = {}

    def entries(section: str) -> Iterator[tuple[str, Meaning]]:
        for key, words in load_table("words.yaml")[section].items():
            for word in str(words.get(tongue, "")).split():
                yield key, index.setdefault(normal(word.replace("_", " ")), Meaning())

    for key, meaning in entries("things"):
        meaning.things = meaning.things or tuple(bare(thing) for thing in key.split())
    for word in load_table("words.yaml")["nothing"].get(tongue, []):
        index[normal(word)] = Meaning()
    kinds: tuple[tuple[str, str, type[StrEnum]], ...] = (
        ("settings", "setting", Setting),
        ("landmarks", "landmark", Landmark),
        ("hints", "hint", Setting),
        ("lights", "light", Light),
        ("weather", "weather", Weather),
        ("distances", "distance", Distance),
        ("angles", "angle", Angle),
        ("perches", "perch", Perch),
        ("bodies", "body", Body),
    )
    for section, name, kind in kinds:
        for key, meaning in entries(section):
            setattr(meaning, name, kind(key))
    return index


def _scan_unspaced(text: str, index: dict[str, Meaning]) -> Iterator[tuple[Meaning, bool]]:
    """Find names in a script without blanks: at each place the longest one."""
    text = normal(text)
    longest = max(map(len, index), default=0)
    at = 0
    while at < len(text):
        for length in range(min(longest, len(text) - at), 0, -1):
            meaning = index.get(text[at : at + length])
            if meaning is not None:
                yield meaning, text[max(0, at - 3) : at].endswith(("群", "些", "多")) or text[at + length :][:1] == "们"
                at += length
                break
        else:
            at += 1


def _scan_words(text: str, index: dict[str, Meaning], tongue: str) -> Iterator[tuple[Meaning, bool]]:
    """Find names in words: the longest run of words first, then inflected forms, then parts of compounds."""
    words = _WORD.findall(normal(text))
    at = 0
    while at < len(words):
        for length in range(min(_LONGEST_NAME_WORDS, len(words) - at), 0, -1):
            head = words[at : at + length - 1]
            hit = next(
                (
                    (index[name], plural)
                    for last, plural in forms(words[at + length - 1], tongue)
                    if (name := " ".join([*head, last])) in index
                ),
                None,
            )
            if hit is not None:
                yield hit
                at += length
                break
        else:
            yield from ((index[part], False) for part in compound_parts(words[at], index, tongue))
            at += 1
