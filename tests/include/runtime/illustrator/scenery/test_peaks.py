from __future__ import annotations

import random

import numpy as np

from include.runtime.illustrator.colours import lch
from include.runtime.illustrator.easel import Easel
from include.runtime.illustrator.scenery.peaks import FAR_PEAKS, HIGH_PEAKS, paint_peak, paint_peaks
from include.runtime.illustrator.scenery.sky import sun_place
from tests.include.runtime.illustrator.parts import blank_easel
from tests.include.runtime.illustrator.scenery.painting import HORIZON, bounds, bright, covered, sheet

ROCK = lch(0.5, 0.03, 260)


def _peak(easel: Easel) -> None:
    paint_peak(easel, (80, 80), 60, ROCK, random.Random(1))


def test_a_mountain_stands_on_its_foot_with_snow_on_top_alone() -> None:
    pixels = sheet(_peak)
    left, top, right, bottom = bounds(covered(pixels))
    assert (top, bottom) == (20, 80)
    assert left < 80 < right
    light = bright(pixels)
    assert light[24:34, 79:81].mean() > light[60:75, 70:90].mean() + 60


def test_the_face_towards_the_sun_is_the_lighter() -> None:
    for seed in range(4):
        easel, raw = blank_easel(film_seed=seed)
        _peak(easel)
        left, right = raw[75, 45:60, 0].mean(), raw[75, 100:115, 0].mean()
        assert (left > right) == (sun_place(easel, 80)[0] < 80)


def test_high_peaks_rise_over_far_ones_and_haze_lies_at_their_feet() -> None:
    high, far = (
        sheet(lambda easel, rows=rows: paint_peaks(easel, HORIZON, 0.0, rows)) for rows in (HIGH_PEAKS, FAR_PEAKS)
    )
    assert covered(high)[:HORIZON].sum() > covered(far)[:HORIZON].sum()
    assert bounds(covered(high))[1] < bounds(covered(far))[1]
    assert covered(high)[HORIZON - 2].all()
    assert not covered(high)[HORIZON + 6 :].any()


def test_mountains_are_the_same_in_every_shot_of_a_film() -> None:
    one, other, elsewhere = (
        sheet(lambda easel: paint_peaks(easel, HORIZON, 0.0, HIGH_PEAKS), film_seed=film, shot_seed=shot)
        for film, shot in ((1, 1), (1, 2), (2, 1))
    )
    assert np.array_equal(covered(one), covered(other))
    assert not np.array_equal(covered(one), covered(elsewhere))
