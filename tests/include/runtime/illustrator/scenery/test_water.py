from __future__ import annotations

import numpy as np

from include.contract.look import Light
from include.runtime.illustrator.scenery.sky import sun_place
from include.runtime.illustrator.scenery.water import (
    paint_glitter,
    paint_sea,
    paint_underwater,
    paint_waterline,
    paint_waves,
)
from tests.include.runtime.illustrator.parts import blank_easel
from tests.include.runtime.illustrator.scenery.painting import (
    HEIGHT,
    HORIZON,
    WIDTH,
    apart,
    blue,
    bounds,
    bright,
    covered,
    sheet,
    warm,
)


def test_below_the_horizon_lies_water_and_below_the_shore_a_beach() -> None:
    open_sea = sheet(lambda easel: paint_sea(easel, HORIZON, None, None))
    shore = sheet(lambda easel: paint_sea(easel, HORIZON, None, 70))
    assert blue(open_sea)[HORIZON + 15 :].mean() > 0.8
    assert not warm(open_sea)[75:].mean() > 0.1
    assert warm(shore)[75:].mean() > 0.8
    assert np.array_equal(shore[:62], open_sea[:62])


def test_the_sun_s_path_lies_under_the_sun_on_the_water_s_side_of_the_horizon() -> None:
    for seed in range(4):
        easel, raw = blank_easel(shot_seed=seed, light=Light.DUSK)
        easel.wash(easel.fill(easel.mood.water.lit(0.6)))
        before = raw.astype(int)
        paint_glitter(easel, HORIZON)
        gain = np.abs(raw.astype(int) - before).sum(axis=2)[HORIZON + 2 :]
        assert abs(np.average(np.arange(WIDTH), weights=gain.sum(axis=0)) - sun_place(easel, HORIZON)[0]) < 12
        assert gain.sum() > 0


def test_waves_lie_between_their_bounds_the_nearer_the_larger_and_are_as_many_as_told() -> None:
    few, many = (
        covered(sheet(lambda easel, count=count: paint_waves(easel, 30, 80, count=count))) for count in (30, 200)
    )
    _, top, _, bottom = bounds(many)
    assert top >= 28
    assert bottom <= 83
    assert many.sum() > 2 * few.sum()
    assert many[60:80].mean() > 1.5 * many[32:45].mean()


def test_a_waterline_hides_what_is_under_it_over_the_thing_s_whole_width() -> None:
    pixels = sheet(lambda easel: paint_waterline(easel, 80, 45, 50))
    assert (pixels[48, 56:104, 3] > 200).all()
    left, top, right, bottom = bounds(covered(pixels))
    assert (left, right) == (left, 160 - left)
    assert top > 40
    assert bottom < 45 + 0.25 * 50


def test_under_water_light_comes_from_above_and_no_camera_finds_a_dry_spot() -> None:
    pixels = sheet(paint_underwater)
    rows = bright(pixels).mean(axis=1)
    assert rows[:10].mean() > rows[40:50].mean() + 20 > rows[-5:].mean() + 20
    assert covered(pixels).all()
    assert blue(pixels)[: int(HEIGHT * 0.7)].mean() > 0.8
    assert apart(pixels, sheet(paint_underwater, shot_seed=4)) > 1
