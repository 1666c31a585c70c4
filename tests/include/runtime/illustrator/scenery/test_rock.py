from __future__ import annotations

import numpy as np
import pytest

from include.runtime.illustrator.scenery.rock import paint_canyon, paint_cave
from include.runtime.illustrator.settings import Setting
from tests.include.runtime.illustrator.scenery.painting import (
    HORIZON,
    WIDTH,
    apart,
    blue,
    bright,
    place,
    shore_of,
    warm,
)


def test_a_canyon_s_red_walls_stand_on_both_sides_of_a_gap() -> None:
    for seed in range(4):
        pixels = place(paint_canyon, shot_seed=seed)
        for wall in (pixels[30:60, :12], pixels[30:60, -12:]):
            assert warm(wall).mean() > 0.8
        middle = WIDTH * 57 // 100
        assert warm(pixels)[10 : HORIZON - 14, middle - 4 : middle + 4].mean() < 0.2


def test_its_walls_are_banded() -> None:
    column = bright(place(paint_canyon))[20:60, 3]
    assert np.count_nonzero(np.abs(np.diff(column)) > 8) >= 5


@pytest.mark.parametrize("side", [-1, 1])
def test_a_cave_is_dark_but_for_daylight_where_it_opens(side: int) -> None:
    for seed in range(4):
        pixels = place(paint_cave, side=side, shore=shore_of(Setting.CAVE), shot_seed=seed)
        light = bright(pixels)
        x, y = round(WIDTH * (0.5 + 0.1 * side)), round(HORIZON * 0.94)
        assert light[y - 6 : y + 2, x - 8 : x + 8].mean() > 170
        assert max(light[:8, :12].mean(), light[:8, -12:].mean(), light[80:, :12].mean()) < 110
    assert apart(place(paint_cave, shot_seed=1), place(paint_cave, shot_seed=2)) > 2


def test_no_water_of_a_canyon_stands_over_the_horizon() -> None:
    pixels = place(paint_canyon)
    assert not blue(pixels)[20:HORIZON, :10].any()
