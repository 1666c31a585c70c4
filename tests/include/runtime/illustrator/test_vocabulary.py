from __future__ import annotations

import pytest

from include.contract.look import Light
from include.runtime.illustrator.data import load_table
from include.runtime.illustrator.settings import Angle, Distance, Landmark, Setting, Weather
from include.runtime.illustrator.vocabulary import Vocabulary


@pytest.mark.parametrize(
    ("language", "text", "things"),
    [
        ("en", "A bee lands on a sunflower", ["🐝", "🌻"]),
        ("en", "Wolves, butterflies and mice", ["🐺", "🦋", "🐁"]),
        ("en", "hot-air balloon; HONEY jar", ["balloon", "🍯"]),
        ("de", "Die Bäuerin füttert Kühe und Schweine", ["🧑\u200d🌾", "🐄", "🐖"]),
        ("de", "Apfelbäume und Honiggläser", ["🌳", "🍎", "🍯"]),
        ("de-AT", "Häuser, Bücher, Vögel", ["🏠", "📚", "🐦"]),
        ("zh-Hans", "蜜蜂在向日葵上采蜜", ["🐝", "🌻", "🍯"]),
        ("zh", "山羊不是山", ["🐐"]),
        ("fr", "Trois abeilles", ["🐝"]),
        ("ko", "고양이와", ["🐈"]),
        ("de", "A bicycle", ["🚲"]),
        ("en", "I ❤️ 🐝", ["❤", "🐝"]),
    ],
)
def test_finds_things_by_their_names(vocabulary: Vocabulary, language: str, text: str, things: list[str]) -> None:
    assert vocabulary.find(text, language).things == things


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Back on top: soon it will end, watch us fly up at ten o'clock, ok?"),
        ("de", "Am Ende geht es bald zurück auf null, die Gesellschaft und ihre Regierungszeiten"[:45]),
        ("zh", "上下左右，有无可得"),
        ("en", ""),
        ("xx", "‮שלום עולם‬ \u0007 {{ 7*7 }} ../../etc/passwd <script>"),
    ],
)
def test_words_of_grammar_are_no_things(vocabulary: Vocabulary, language: str, text: str) -> None:
    assert vocabulary.find(text, language).things == []


def test_plurals_are_told_from_single_things(vocabulary: Vocabulary) -> None:
    assert vocabulary.find("Bees at a flower", "en").plural == {"🐝"}
    assert vocabulary.find("Eine Biene an Blumen", "de").plural == {"🌼"}


def test_says_where_when_and_in_which_weather(vocabulary: Vocabulary) -> None:
    spoken = vocabulary.find("清晨有雾的图书馆", "zh")
    assert (spoken.setting, spoken.light, spoken.weather) == (Setting.LIBRARY, Light.DAWN, Weather.MIST)


def test_english_counts_only_where_the_language_names_nothing(vocabulary: Vocabulary) -> None:
    assert vocabulary.find("a bee at a flower", "de").things == ["🐝", "🌼"]
    assert vocabulary.find("Der Hund sucht ein Gift", "de").things == ["🐕"]


@pytest.mark.parametrize(
    ("language", "text", "place"),
    [
        ("en", "Rivers, water and ground on a river bank", Setting.RIVER),
        ("en", "a hill by the sea", Setting.SEA),
        ("en", "deep-sea fish", Setting.DEEP_SEA),
        ("de", "Flüsse", Setting.RIVER),
        ("de", "Am Wasserfall", Setting.WATERFALL),
        ("de", "Die Hafenstadt am Morgen", Setting.CITY),
        ("de", "Ein Bergsee", Setting.LAKE),
        ("zh", "清晨的港口", Setting.HARBOUR),
        ("fr", "Les rivières", Setting.RIVER),
        ("es", "Los desiertos", Setting.DESERT),
        ("it", "Una cascata nella foresta", Setting.WATERFALL),
        ("pt", "as montanhas", Setting.MOUNTAINS),
        ("nl", "de rivieren", Setting.RIVER),
        ("pl", "nad rzeką", Setting.RIVER),
        ("ru", "на реке", Setting.RIVER),
        ("ar", "النهر", Setting.RIVER),
        ("ja", "海岸の朝", Setting.BEACH),
        ("ko", "바다에서", Setting.SEA),
        ("tr", "şelale", Setting.WATERFALL),
    ],
)
def test_places_are_known_by_their_names(vocabulary: Vocabulary, language: str, text: str, place: Setting) -> None:
    assert vocabulary.find(text, language).place is place


def test_every_place_and_landmark_has_its_english_german_and_chinese_words() -> None:
    table = load_table("words.yaml")
    for section, kinds in (("settings", Setting), ("landmarks", Landmark)):
        assert set(table[section]) == {kind.value for kind in kinds}
        assert all(words.get(tongue) for words in table[section].values() for tongue in ("en", "de", "zh"))


def test_words_of_the_camera_are_no_things(vocabulary: Vocabulary) -> None:
    spoken = vocabulary.find("A bird's-eye view of the river, wide shot", "en")
    assert (spoken.things, spoken.distance, spoken.angle) == ([], Distance.WIDE, Angle.ABOVE)
    assert vocabulary.find("Eine Nahaufnahme der Biene", "de").distance is Distance.CLOSE
    assert vocabulary.find("俯瞰城市", "zh").angle is Angle.ABOVE


def test_a_landmark_that_cannot_stand_in_a_place_brings_its_own(vocabulary: Vocabulary) -> None:
    spoken = vocabulary.find("A volcano under the water", "en")
    assert (spoken.landmark, spoken.place) == (Landmark.VOLCANO, Setting.MEADOW)
