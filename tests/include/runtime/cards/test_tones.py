from __future__ import annotations

import numpy as np
import pytest

from include.runtime.cards.tones import Ink, Tone, tones_at, tones_of


def luminance(ink: Ink) -> float:
    """Relative luminance (WCAG 2.2)."""
    shares = [channel / 255 for channel in ink]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: Ink, other: Ink) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("hue", [None, *range(0, 360, 15)])
def test_text_can_be_read_in_any_hue(hue: int | None) -> None:
    tones = tones_at(hue)
    assert contrast(tones[Tone.INK], tones[Tone.PAPER]) > 12
    assert contrast(tones[Tone.SOFT], tones[Tone.PAPER]) > 7
    assert contrast(tones[Tone.ACCENT], tones[Tone.PAPER]) > 4.5


@pytest.mark.parametrize(("colour", "strongest"), [((230, 40, 40), 0), ((30, 170, 60), 1), ((40, 60, 220), 2)])
def test_the_accent_has_the_pictures_hue(colour: Ink, strongest: int) -> None:
    picture = np.full((60, 80, 3), 128, np.uint8)
    picture[20:50, 20:60] = colour
    assert int(np.argmax(tones_of(picture)[Tone.ACCENT])) == strongest


def test_a_grey_picture_gives_greys() -> None:
    assert all(len(set(ink)) == 1 for ink in tones_of(np.full((4, 4, 3), 77, np.uint8)).values())
