from __future__ import annotations

import numpy as np
import pytest

from include.runtime.illustrator.scenery.cold import paint_glacier, paint_tundra
from include.runtime.illustrator.settings import Setting
from tests.include.runtime.illustrator.scenery.painting import (
    HEIGHT,
    HORIZON,
    WIDTH,
    apart,
    blue,
    bright,
    covered,
    place,
    shore_of,
)

SHORE = shore_of(Setting.GLACIER)


@pytest.mark.parametrize("side", [-1, 1])
def test_a_glacier_s_ice_ends_in_a_milky_lake_before_a_shore_of_gravel(side: int) -> None:
    for seed in range(3):
        pixels = place(paint_glacier, side=side, shore=SHORE, shot_seed=seed)
        light = bright(pixels)
        front = HORIZON + (HEIGHT - HORIZON) * 0.34
        ice = light[HORIZON + 3 : round(front) - 3, 40:120]
        assert (ice > 170).mean() > 0.4
        assert blue(pixels)[round(front) + 6 : round(SHORE) - 3].mean() > 0.6
        assert light[HEIGHT - 6 :].mean() < ice.mean() - 40


def test_low_land_in_the_north_is_brown_with_moss_under_snowy_hills() -> None:
    pixels = place(paint_tundra)
    assert covered(pixels).all()
    ground = pixels[HORIZON + 15 :]
    assert (ground[..., 0] > ground[..., 2]).mean() > 0.7
    assert (bright(pixels)[HORIZON - 12 : HORIZON] > 190).sum() > 0.2 * 12 * WIDTH
    assert apart(place(paint_tundra, shot_seed=1), place(paint_tundra, shot_seed=2)) > 1
    assert np.array_equal(place(paint_tundra, shot_seed=1), place(paint_tundra, shot_seed=1))
