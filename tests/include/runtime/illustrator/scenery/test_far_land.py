from __future__ import annotations

import random

import numpy as np
import pytest

from include.runtime.illustrator.scenery.far_land import paint_island, paint_oasis, paint_pyramids, paint_volcano
from include.runtime.illustrator.scenery.landmarks import Painter
from include.runtime.illustrator.scenery.sky import sun_place
from tests.include.runtime.illustrator.parts import blank_easel
from tests.include.runtime.illustrator.scenery.painting import (
    Pixels,
    blue,
    bounds,
    bright,
    covered,
    green,
    red,
    sheet,
    warm,
)

FOOT, TALL = (80.0, 75.0), 50.0


def stood(painter: Painter, seed: int = 1, film_seed: int = 11) -> Pixels:
    return sheet(lambda easel: painter(easel, FOOT, TALL, random.Random(seed)), film_seed=film_seed)


@pytest.mark.parametrize("painter", [paint_volcano, paint_island, paint_pyramids, paint_oasis])
def test_it_lies_around_its_foot_and_little_below(painter: Painter) -> None:
    mask = covered(stood(painter))
    left, _, right, bottom = bounds(mask)
    assert left < 60
    assert right > 100
    assert bottom <= FOOT[1] + 0.22 * TALL


def test_lava_glows_in_a_volcano_s_crater_and_runs_down_and_ash_drifts_over_it() -> None:
    pixels = stood(paint_volcano)
    crater = round(FOOT[1] - 0.72 * TALL)
    hot = red(pixels) | (warm(pixels) & (bright(pixels) > 150))
    assert hot[crater - 1 : crater + 2, 74:86].mean() > 0.8
    assert hot[crater + 5 : crater + 25, 70:95].sum() > 20
    ash = covered(pixels)[: crater - 8]
    assert ash.sum() > 100
    drifts = {
        bool(np.average(np.arange(160), weights=covered(stood(paint_volcano, seed))[:15].sum(axis=0)) > 80)
        for seed in range(8)
    }
    assert drifts == {True, False}


def test_an_island_has_woods_over_a_ring_of_sand() -> None:
    pixels = stood(paint_island)
    assert green(pixels)[50:68, 50:110].mean() > 0.3
    assert warm(pixels)[70:77].sum() > 40
    assert not warm(pixels)[:35].sum() > 40


def test_a_pyramid_is_lit_on_the_side_of_the_sun() -> None:
    for film_seed in range(4):
        easel, _ = blank_easel(film_seed=film_seed)
        pixels = bright(stood(paint_pyramids, film_seed=film_seed))
        left, right = pixels[60, 68:78].mean(), pixels[60, 92:98].mean()
        assert (left > right) == (sun_place(easel, 45)[0] < 80)


def test_the_largest_pyramid_is_in_the_middle_and_all_have_points() -> None:
    mask = covered(stood(paint_pyramids))
    top = bounds(mask)[1]
    assert abs(top - (FOOT[1] - 0.85 * TALL)) <= 1
    assert mask[top + 1].sum() <= 4
    assert mask[top + 1, 78:82].any()


def test_an_oasis_has_a_pool_between_palms() -> None:
    pixels = stood(paint_oasis)
    assert blue(pixels)[78:82, 60:100].mean() > 0.5
    assert green(pixels)[20:60].sum() > 60
