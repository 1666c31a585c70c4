from __future__ import annotations

import numpy as np
import pytest

from include.contract.look import Light
from include.runtime.illustrator.scenery.towns import paint_city, paint_market, paint_skyline
from include.runtime.illustrator.settings import Setting
from tests.include.runtime.illustrator.scenery.painting import (
    HORIZON,
    WIDTH,
    apart,
    blue,
    bounds,
    bright,
    covered,
    place,
    sheet,
    shore_of,
    warm,
)

SHORE = shore_of(Setting.CITY)


@pytest.mark.parametrize("side", [-1, 1])
def test_towers_stand_on_one_line_and_are_highest_on_their_side(side: int) -> None:
    for film_seed in range(4):
        pixels = sheet(lambda easel: paint_skyline(easel, 60, side, 1.0), film_seed=film_seed)
        mask = covered(pixels)
        assert bounds(mask)[3] == 60
        assert mask[56].mean() > 0.97
        upper = mask[:40].sum(axis=0)
        assert (np.average(np.arange(WIDTH), weights=upper) - WIDTH / 2) * side > 5


def test_a_smaller_skyline_is_lower() -> None:
    tops = [bounds(covered(sheet(lambda easel, s=s: paint_skyline(easel, 60, 1, s))))[1] for s in (1.0, 0.5)]
    assert tops[0] < tops[1]


def test_a_city_lies_across_a_river_before_a_quay_of_stone() -> None:
    pixels = place(paint_city, shore=SHORE)
    line = HORIZON + (SHORE - HORIZON) * 0.2
    assert blue(pixels)[round(line) + 4 : round(SHORE) - 7].mean() > 0.6
    quay = pixels[round(SHORE) + 3 :]
    assert (np.ptp(quay[..., :3], axis=2) < 30).mean() > 0.95


def test_its_windows_shine_at_night() -> None:
    pixels = place(paint_city, shore=SHORE, light=Light.NIGHT)
    assert np.median(bright(pixels)) < 110
    assert (warm(pixels) & (pixels[..., 0] > 150))[:HORIZON].sum() > 40


def test_a_market_s_stalls_are_many_coloured_and_differ_from_shot_to_shot() -> None:
    pixels = place(paint_market)
    assert (np.ptp(pixels[..., :3], axis=2) > 110)[HORIZON - 15 : HORIZON + 20].sum() > 60
    assert apart(pixels, place(paint_market, shot_seed=4)) > 3
    assert np.array_equal(pixels, place(paint_market))
