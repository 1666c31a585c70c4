from __future__ import annotations

import numpy as np

from include.runtime.illustrator.scenery.inland import paint_lake
from include.runtime.illustrator.scenery.swamp import paint_swamp
from include.runtime.illustrator.settings import Setting
from tests.include.runtime.illustrator.scenery.painting import HEIGHT, HORIZON, apart, bright, green, place, shore_of

SHORE = shore_of(Setting.SWAMP)


def test_a_swamp_s_water_is_darker_and_less_blue_than_a_lake_s() -> None:
    rows = slice(round(SHORE) - 14, round(SHORE) - 5)
    swamp, lake = place(paint_swamp, shore=SHORE)[rows], place(paint_lake, shore=SHORE)[rows]
    assert np.median(bright(swamp)) < np.median(bright(lake)) - 20
    assert np.median(swamp[..., 2] - swamp[..., 0]) < np.median(lake[..., 2] - lake[..., 0]) - 20


def test_drowned_trees_stand_at_its_sides_and_leave_the_middle_free() -> None:
    for seed in range(5):
        columns = bright(place(paint_swamp, shore=SHORE, shot_seed=seed))[20 : HORIZON - 2].mean(axis=0)
        trunks = columns < 90
        assert trunks.any(), seed
        assert trunks[48:112].mean() < 0.1, seed


def test_its_shore_is_green_and_no_two_are_alike() -> None:
    assert green(place(paint_swamp, shore=SHORE))[HEIGHT - 6 :].mean() > 0.6
    assert apart(place(paint_swamp, shore=SHORE, shot_seed=1), place(paint_swamp, shore=SHORE, shot_seed=2)) > 2
