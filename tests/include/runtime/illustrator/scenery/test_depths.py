from __future__ import annotations

import numpy as np

from include.contract.look import Light
from include.runtime.illustrator.scenery.depths import paint_deep_sea, paint_reef, paint_sea_from_below
from include.runtime.illustrator.scenery.water import paint_underwater
from tests.include.runtime.illustrator.scenery.painting import apart, bright, place, sheet


def test_a_reef_fills_the_floor_of_open_water_with_colours() -> None:
    open_water, reef = place(paint_sea_from_below), place(paint_reef)
    assert np.array_equal(open_water, sheet(paint_underwater))
    change = np.abs(reef - open_water).sum(axis=2) > 20
    assert change[60:].mean() > 0.4
    assert change[:15].mean() < 0.02
    corals = reef[60:][change[60:]]
    assert np.std(corals[:, 0] - corals[:, 2]) > 30
    assert apart(reef, place(paint_reef, shot_seed=4)) > 2


def test_the_deep_sea_is_dark_but_for_the_living_lights() -> None:
    for seed in range(4):
        pixels = place(paint_deep_sea, shot_seed=seed)
        light = bright(pixels)
        assert np.median(light) < 70
        assert np.median(light[80:]) < np.median(light[:20])
        assert (light[5:70] > 120).sum() > 15


def test_vents_smoke_on_the_place_s_side() -> None:
    left, right = (place(paint_deep_sea, side=side) for side in (-1, 1))
    rows = slice(60, 78)
    embers = [(one[rows, :, 0] - one[rows, :, 2]).clip(min=0).sum(axis=0) for one in (left, right)]
    assert np.average(np.arange(160), weights=embers[0]) < 80 < np.average(np.arange(160), weights=embers[1])


def test_down_there_it_is_as_dark_by_day() -> None:
    day, night = (bright(place(paint_deep_sea, light=light)).mean() for light in (Light.DAY, Light.NIGHT))
    assert abs(day - night) < 20
