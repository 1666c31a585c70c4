from __future__ import annotations

import itertools

import pytest

from include.contract.look import Light, Palette
from include.runtime.illustrator.mood import indoors, mood_of


@pytest.mark.parametrize(("palette", "light"), list(itertools.product(Palette, Light)))
def test_every_look_has_a_ground_that_stands_out_from_its_horizon(palette: Palette, light: Light) -> None:
    mood = mood_of(palette, light)
    assert mood.sky[2].lightness - mood.ground.lightness > 0.05
    assert all(0.0 <= part <= 1.0 for part in mood.sky[0].rgb)


def test_lamps_are_lit_indoors_when_it_is_dark_outside() -> None:
    assert indoors(Palette.SLATE, Light.NIGHT).exposure > mood_of(Palette.SLATE, Light.NIGHT).exposure
    assert indoors(Palette.SLATE, Light.DAY) == mood_of(Palette.SLATE, Light.DAY)
