"""What the words of a topic say of palette and light."""

from __future__ import annotations

import pytest

from include.contract.look import Light, Palette
from include.contract.look_words import LIGHT_WORDS, PALETTE_WORDS, named_by


@pytest.mark.parametrize(
    ("text", "language", "light"),
    [
        ("The night sky", "en", Light.NIGHT),
        ("Die Nachtwanderung", "de", Light.NIGHT),
        ("为什么月亮会变", "zh-Hans", Light.NIGHT),
        ("Summer under the stars", "en-GB", Light.DAY),
        ("How bread is baked", "en", None),
        ("Une nuit étoilée", "fr", None),
    ],
)
def test_words_name_a_light_in_their_language(text: str, language: str, light: Light | None) -> None:
    assert named_by(LIGHT_WORDS, text, language) is light


@pytest.mark.parametrize(
    ("text", "palette"),
    [
        ("A fox in the desert", Palette.FOREST),
        ("A desert fox", Palette.DESERT),
        ("Berries for jam", Palette.BERRY),
        ("BEES!", Palette.MEADOW),
        ("Dishes", None),
        ("Carpets", None),
    ],
)
def test_what_is_named_first_counts_as_a_whole_word_in_any_number(text: str, palette: Palette | None) -> None:
    assert named_by(PALETTE_WORDS, text, "en") is palette


def test_a_word_of_two_palettes_names_the_upper_one() -> None:
    assert named_by(PALETTE_WORDS, "The galaxy", "en") is Palette.BERRY
    assert named_by(PALETTE_WORDS, "Der Wolf und das Meer", "de") is Palette.FOREST
    assert named_by(PALETTE_WORDS, "Regenwald", "de") is Palette.SEA


def test_only_long_german_words_are_looked_for_inside_compounds() -> None:
    assert named_by(PALETTE_WORDS, "Bienenstock", "de") is Palette.MEADOW
    assert named_by(PALETTE_WORDS, "Nashorn und Gazelle", "de") is None
    assert named_by(LIGHT_WORDS, "Gemälde", "de") is None
