from __future__ import annotations

import random

import numpy as np
import pytest

from include.runtime.illustrator.colours import lch
from include.runtime.illustrator.scenery.land import paint_land
from include.runtime.illustrator.scenery.wilds import (
    paint_dunes,
    paint_jungle,
    paint_jungle_front,
    paint_savanna,
    paint_umbrella_tree,
)
from include.runtime.illustrator.settings import Setting
from tests.include.runtime.illustrator.scenery.painting import (
    HORIZON,
    WIDTH,
    bounds,
    bright,
    covered,
    green,
    place,
    sheet,
    warm,
)


def test_dunes_are_of_sand_all_over_with_shade_on_one_side_of_their_crests() -> None:
    for seed in range(3):
        pixels = place(paint_dunes, shot_seed=seed)
        sand = pixels[HORIZON + 5 :]
        assert warm(sand).mean() > 0.95
        assert np.ptp(bright(sand)) > 60


@pytest.mark.parametrize("side", [-1, 1])
def test_a_savanna_is_straw_under_an_umbrella_tree_on_its_side(side: int) -> None:
    pixels = place(paint_savanna, side=side)
    assert warm(pixels)[HORIZON + 10 :].mean() > 0.9
    plain = sheet(lambda easel: paint_land(easel, Setting.DESERT, HORIZON, None))
    change = (np.abs(pixels - plain).sum(axis=2) > 0)[: HORIZON - 14]
    assert (np.average(np.arange(WIDTH), weights=change.sum(axis=0)) - WIDTH / 2) * side > 20


def test_an_umbrella_tree_is_broadest_at_its_top() -> None:
    pixels = sheet(lambda easel: paint_umbrella_tree(easel, (80, 85), 70, lch(0.4, 0.08, 130), random.Random(1)))
    widths = covered(pixels).sum(axis=1)
    assert bounds(covered(pixels))[3] <= 88
    assert widths[15:45].max() > 6 * widths[70]
    assert widths[70] > 0


def test_a_jungle_is_green_from_its_floor_to_its_leaves() -> None:
    pixels = place(paint_jungle)
    assert covered(pixels).all()
    assert green(pixels).mean() > 0.7
    assert bright(pixels)[85:].mean() < bright(pixels)[HORIZON - 15 : HORIZON].mean()


def test_the_leaves_before_a_jungle_frame_it_and_leave_its_middle_free() -> None:
    for seed in range(5):
        mask = covered(sheet(paint_jungle_front, shot_seed=seed))
        assert not mask[:, 60:100].any()
        assert mask[60:, :15].mean() > 0.3
        assert mask[60:, -15:].mean() > 0.3
