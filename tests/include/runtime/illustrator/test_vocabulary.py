from __future__ import annotations

import pytest

from include.contract.look import Light
from include.runtime.illustrator.settings import Setting, Weather
from include.runtime.illustrator.vocabulary import Vocabulary


@pytest.mark.parametrize(
    ("language", "text", "things"),
    [
        ("en", "A bee lands on a sunflower", ["🐝", "🌻"]),
        ("en", "Wolves, butterflies and mice", ["🐺", "🦋", "🐁"]),
        ("en", "hot-air balloon; HONEY jar", ["🎈", "🍯"]),
        ("de", "Die Bäuerin füttert Kühe und Schweine", ["🧑\u200d🌾", "🐄", "🐖"]),
        ("de", "Apfelbäume und Honiggläser", ["🌳", "🍎", "🍯"]),
        ("de-AT", "Häuser, Bücher, Vögel", ["🏠", "📚", "🐦"]),
        ("zh-Hans", "蜜蜂在向日葵上采蜜", ["🐝", "🌻", "🍯"]),
        ("zh", "山羊不是山", ["🐐"]),
        ("fr", "Trois abeilles", ["🐝"]),
        ("ko", "고양이와", ["🐈"]),
        ("de", "A lighthouse", ["lighthouse"]),
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
