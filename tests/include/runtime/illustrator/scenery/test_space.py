from __future__ import annotations

import numpy as np

from include.runtime.illustrator.scenery.space import paint_outer_space
from tests.include.runtime.illustrator.scenery.painting import apart, bright, covered, place


def test_space_is_dark_with_stars_over_the_limb_of_a_world() -> None:
    pixels = place(paint_outer_space)
    assert covered(pixels).all()
    light = bright(pixels)
    assert np.median(light[:55]) < 90
    assert light[75:80, 70:90].mean() > np.median(light[:55]) + 40
    grey = light[:55]
    around = (np.roll(grey, 3, axis=1) + np.roll(grey, -3, axis=1)) / 2
    assert np.count_nonzero(grey - around > 12) > 20


def test_the_camera_turns_between_the_shots_of_a_film() -> None:
    one, same, other = (place(paint_outer_space, shot_seed=seed) for seed in (1, 1, 2))
    assert np.array_equal(one, same)
    assert apart(one, other) > 1
