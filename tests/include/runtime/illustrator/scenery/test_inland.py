from __future__ import annotations

import numpy as np
import pytest
import skia

from include.runtime.illustrator.colours import lch
from include.runtime.illustrator.easel import Easel
from include.runtime.illustrator.scenery.ground import river_of
from include.runtime.illustrator.scenery.inland import (
    fill_water,
    paint_lake,
    paint_river,
    paint_shore,
    paint_shore_woods,
)
from include.runtime.illustrator.settings import Setting
from tests.include.runtime.illustrator.parts import blank_easel
from tests.include.runtime.illustrator.scenery.painting import (
    HEIGHT,
    HORIZON,
    WIDTH,
    blue,
    bounds,
    covered,
    green,
    place,
    sheet,
    shore_of,
)

LEAF = lch(0.5, 0.12, 140)


def test_water_fills_its_shape_and_nothing_beside_it() -> None:
    def paint(easel: Easel) -> None:
        shape = skia.Path()
        shape.addRect(skia.Rect(40, 30, 120, 80))
        fill_water(easel, shape, 30, 80)

    pixels = sheet(paint)
    assert bounds(covered(pixels)) == (40, 30, 120, 80)
    assert blue(pixels)[60:80, 40:120].mean() > 0.8


@pytest.mark.parametrize("side", [-1, 1])
def test_a_river_runs_where_its_course_says(side: int) -> None:
    for seed in range(4):
        pixels = place(paint_river, side=side, shot_seed=seed)
        plane, course = river_of(WIDTH, HEIGHT, HORIZON, side, seed)
        x, y = plane.point(course(0.3), 2.3 * (26 / 2.3) ** 0.3)
        assert blue(pixels)[int(y) - 1 : int(y) + 1, int(x) - 2 : int(x) + 3].mean() > 0.5
        beside = blue(pixels)[80:, WIDTH // 2 :] if side < 0 else blue(pixels)[80:, : WIDTH // 2]
        assert beside.mean() < 0.1


def test_a_lake_lies_between_its_woods_and_its_grassy_shore() -> None:
    shore = shore_of(Setting.LAKE)
    pixels = place(paint_lake, shore=shore)
    assert blue(pixels)[int(shore) - 10 : int(shore) - 3].mean() > 0.7
    assert green(pixels)[int(shore) + 6 :].mean() > 0.8
    wider = place(paint_lake, shore=HEIGHT + 5)
    assert blue(wider)[int(shore) + 6 :].mean() > 0.7


def test_the_woods_of_a_far_shore_stand_on_it_with_a_gap_between_them() -> None:
    easel, pixels = blank_easel()
    paint_shore_woods(easel, 50, LEAF, easel.shot_dice("far shore"))
    mask = pixels[..., 3] > 0
    heights = np.array([50 - np.nonzero(mask[:, x])[0].min() if mask[:, x].any() else 0 for x in range(WIDTH)])
    assert bounds(mask)[3] <= 52
    assert heights.max() > 2 * heights[int(0.15 * WIDTH) : int(0.85 * WIDTH)].min()


def test_a_shore_covers_what_is_below_it() -> None:
    pixels = sheet(lambda easel: paint_shore(easel, 60, LEAF))
    assert covered(pixels)[64:].all()
    assert not covered(pixels)[:40].any()
    assert green(pixels)[70:].mean() > 0.9
