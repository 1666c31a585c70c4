from __future__ import annotations

import random

import numpy as np
import pytest

from include.contract.look import Light
from include.runtime.illustrator.colours import Colour
from include.runtime.illustrator.mood import LAMPLIGHT
from include.runtime.illustrator.scenery.buildings import (
    paint_block,
    paint_castle,
    paint_house,
    paint_village,
    pane,
    side_lit,
)
from include.runtime.illustrator.scenery.sky import sun_place
from tests.include.runtime.illustrator.parts import blank_easel
from tests.include.runtime.illustrator.scenery.painting import bounds, bright, covered, sheet, warm

GREY = Colour(0.6, 0, 0)


@pytest.mark.parametrize("seed", range(4))
def test_a_wall_is_lighter_on_the_side_of_the_sun(seed: int) -> None:
    easel, raw = blank_easel(film_seed=seed)
    sun, _ = sun_place(easel, easel.height / 2)
    assert (side_lit(easel, sun - 5), side_lit(easel, sun + 5)) == (1, -1)
    for left in (0, 125):
        paint_block(easel, (left, 20, left + 30, 80), GREY)
        row = raw[50, left : left + 30, 0].astype(int)
        assert (row[-3] > row[2]) == (sun > left + 15)
    assert bounds(raw[..., 3] > 0) == (0, 20, 155, 80)


def test_windows_are_lit_at_dusk_and_dark_by_day() -> None:
    assert pane(blank_easel(light=Light.NIGHT)[0]) == LAMPLIGHT
    assert pane(blank_easel(light=Light.DAY)[0]).lightness < 0.5


def test_a_house_stands_on_its_foot_under_a_roof_wider_than_its_walls() -> None:
    for seed in range(6):
        mask = covered(sheet(lambda easel, seed=seed: paint_house(easel, (80, 80), 60, random.Random(seed))))
        left, _, right, bottom = bounds(mask)
        assert bottom == 80
        assert 60 < right - left <= 72
        assert mask[76].sum() == 60


def test_a_house_shines_at_night() -> None:
    night = sheet(lambda easel: paint_house(easel, (80, 80), 40, random.Random(1)), light=Light.NIGHT)
    day = sheet(lambda easel: paint_house(easel, (80, 80), 40, random.Random(1)))
    assert covered(night).sum() > 1.5 * covered(day).sum()


def test_a_castle_has_towers_over_its_walls_on_a_hill() -> None:
    mask = covered(sheet(lambda easel: paint_castle(easel, (80, 85), 55, random.Random(1))))
    assert bounds(mask)[1] < 85 - 55
    widths = mask.sum(axis=1)
    assert 0 < widths[20] < 0.5 * widths[60] < widths[80]
    towers = np.diff(mask[36, 40:120].astype(int))
    assert (towers == 1).sum() >= 3


def test_the_highest_of_a_village_is_its_church_and_lamps_shine_there_at_night() -> None:
    day = sheet(lambda easel: paint_village(easel, (80, 75), 55, random.Random(2)))
    mask = covered(day)
    assert mask[22].sum() <= 4
    assert mask[70].sum() > 100
    night = sheet(lambda easel: paint_village(easel, (80, 75), 55, random.Random(2)), light=Light.NIGHT)
    lamps = (warm(night) & (bright(night) > 150)).sum()
    assert lamps > 10
