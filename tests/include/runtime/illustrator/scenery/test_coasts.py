from __future__ import annotations

import random

import numpy as np
import pytest

from include.runtime.illustrator.colours import lch
from include.runtime.illustrator.easel import Easel
from include.runtime.illustrator.scenery.coasts import (
    paint_beach,
    paint_cliff,
    paint_coast,
    paint_harbour,
    paint_headland,
)
from include.runtime.illustrator.scenery.water import paint_sea
from include.runtime.illustrator.settings import Setting
from tests.include.runtime.illustrator.parts import blank_easel
from tests.include.runtime.illustrator.scenery.painting import (
    HORIZON,
    WIDTH,
    blue,
    place,
    sheet,
    shore_of,
    warm,
)


def test_the_open_sea_has_a_beach_only_where_something_stands_on_one() -> None:
    assert warm(place(paint_coast, shore=70))[76:].mean() > 0.8
    assert np.array_equal(place(paint_coast), sheet(lambda easel: paint_sea(easel, HORIZON, None, None)))


@pytest.mark.parametrize("side", [-1, 1])
def test_a_bay_s_sand_sweeps_up_on_its_side_under_palms(side: int) -> None:
    shore = shore_of(Setting.BEACH)
    sand = warm(place(paint_beach, side=side, shore=shore))
    near = sand[HORIZON + 10 : round(shore) - 6]
    left, right = near[:, : WIDTH // 3].mean(), near[:, -WIDTH // 3 :].mean()
    assert (right - left) * side > 0.2
    assert sand[-8:].mean() > 0.8


@pytest.mark.parametrize("side", [-1, 1])
def test_a_headland_stands_at_its_side_and_says_where_its_top_ends(side: int) -> None:
    def paint(easel: Easel) -> None:
        paint_headland(easel, side, 0.4, (25, 70), lch(0.62, 0.06, 60), 1, random.Random(1))

    pixels = sheet(paint)
    mask = pixels[..., 3] > 0
    outer, other = (mask[30:65, -40:], mask[:, :60]) if side > 0 else (mask[30:65, :40], mask[:, -60:])
    assert outer.mean() > 0.95
    assert not other.any()
    easel, _ = blank_easel()
    x, y = paint_headland(easel, side, 0.4, (25, 70), lch(0.62, 0.06, 60), 1, random.Random(1))
    assert y == pytest.approx(25, abs=3)
    assert x == pytest.approx(WIDTH * (0.5 + side * 0.1) + side * 5.4)


@pytest.mark.parametrize("side", [-1, 1])
def test_cliffs_rise_over_the_sea_on_their_side_alone(side: int) -> None:
    for seed in range(4):
        pixels, sea = place(paint_cliff, side=side, shot_seed=seed), place(paint_coast, shot_seed=seed)
        change = (np.abs(pixels - sea).sum(axis=2) > 0)[:HORIZON]
        inner, outer = (change[:, :25], change[20:, -35:]) if side > 0 else (change[:, -25:], change[20:, :35])
        assert not inner.any()
        assert outer.mean() > 0.8


def test_a_harbour_s_basin_lies_between_houses_and_a_quay_of_stone() -> None:
    shore = shore_of(Setting.HARBOUR)
    pixels = place(paint_harbour, shore=shore)
    quay = pixels[round(shore) + 4 :]
    assert (np.ptp(quay[..., :3], axis=2) < 40).mean() > 0.9
    assert blue(pixels)[HORIZON + 10 : round(shore) - 4].mean() > 0.4
    sea = place(paint_coast)
    assert (np.abs(pixels - sea).sum(axis=2) > 20)[HORIZON - 6 : HORIZON].mean() > 0.7
