from __future__ import annotations

import numpy as np
import pytest

from include.runtime.illustrator.places import Composition
from include.runtime.illustrator.scenery.falls import paint_waterfall
from include.runtime.illustrator.scenery.sky import paint_sky
from include.runtime.illustrator.settings import Setting
from tests.include.runtime.illustrator.scenery.painting import (
    HEIGHT,
    HORIZON,
    WIDTH,
    blue,
    bright,
    green,
    place,
    sheet,
    shore_of,
)

SHORE = shore_of(Setting.WATERFALL)


@pytest.mark.parametrize("side", [-1, 1])
def test_white_water_falls_on_the_place_s_side_between_darker_rocks(side: int) -> None:
    for seed in range(4):
        light = bright(place(paint_waterfall, side=side, shore=SHORE, shot_seed=seed))
        row = light[HORIZON - 8 : HORIZON + 2].mean(axis=0)
        water = np.average(np.arange(WIDTH), weights=row > 200)
        assert 0.05 * WIDTH < (water - WIDTH / 2) * side < 0.2 * WIDTH
        assert 10 < (row > 200).sum() < 40
        assert np.median(row) < 160


def test_it_falls_into_a_pool_before_a_green_shore() -> None:
    pixels = place(paint_waterfall, shore=SHORE)
    assert blue(pixels)[round(SHORE) - 7 : round(SHORE) - 3].mean() > 0.6
    assert green(pixels)[HEIGHT - 6 :].mean() > 0.6


def test_from_nearer_its_top_stays_below_the_picture_s_upper_edge() -> None:
    near = Composition(WIDTH, HEIGHT, HORIZON, shore=SHORE, zoom=1.4, pivot=(WIDTH / 2, SHORE))
    sky = sheet(lambda easel: paint_sky(easel, HORIZON, None))
    edge = round(SHORE * (1 - 1 / 1.4))
    free = [
        (np.abs(pixels - sky).sum(axis=2) == 0)[edge + 2 : edge + 6, 90:106].mean()
        for pixels in (sheet(lambda easel: paint_waterfall(easel, near, None)), place(paint_waterfall, shore=SHORE))
    ]
    assert free[0] > free[1] + 0.4
