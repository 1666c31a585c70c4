from __future__ import annotations

import numpy as np
import pytest

from include.runtime.illustrator.scenery.heavens import paint_clouds, paint_night_sky
from tests.include.runtime.illustrator.scenery.painting import WIDTH, apart, blue, bright, place


def test_a_sea_of_clouds_lies_under_a_blue_sky() -> None:
    for seed in range(4):
        pixels = place(paint_clouds, shot_seed=seed)
        saturation = pixels[..., 2] - pixels[..., 0]
        assert blue(pixels)[:15].mean() > 0.5
        assert saturation[60:].mean() < saturation[:15].mean() - 20
        assert bright(pixels)[60:].mean() > 180


@pytest.mark.parametrize("side", [-1, 1])
def test_the_moon_stands_opposite_the_place_s_side_over_a_dark_ridge(side: int) -> None:
    for seed in range(4):
        light = bright(place(paint_night_sky, side=side, shot_seed=seed))
        halves = light[5:70, : WIDTH // 2], light[5:70, WIDTH // 2 :]
        moon = [np.sort(half, axis=None)[-12:].mean() for half in halves]
        assert (moon[0] > moon[1]) == (side > 0)
        assert light[86:].mean() < 60 < light[60:72].mean()


def test_another_night_has_other_stars() -> None:
    assert apart(place(paint_night_sky, shot_seed=1), place(paint_night_sky, shot_seed=2)) > 1
