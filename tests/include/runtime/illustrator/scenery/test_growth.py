from __future__ import annotations

import random
from collections.abc import Callable

import numpy as np
import pytest

from include.runtime.illustrator.colours import lch
from include.runtime.illustrator.easel import Easel, Point
from include.runtime.illustrator.scenery.growth import (
    hill_points,
    paint_below,
    paint_bush,
    paint_corner_leaves,
    paint_fern,
    paint_flowers,
    paint_leaf,
    paint_leafy,
    paint_palm,
    paint_pine,
    paint_reeds,
    paint_rock,
    paint_tuft,
)
from tests.include.runtime.illustrator.parts import blank_easel
from tests.include.runtime.illustrator.scenery.painting import HEIGHT, bounds, covered, green, red, sheet

LEAF, PETAL = lch(0.6, 0.15, 140), lch(0.6, 0.2, 25)
FOOT, TALL = (80.0, 80.0), 60.0


def _pine(easel: Easel, foot: Point, height: float, dice: random.Random) -> None:
    paint_pine(easel, foot, height, LEAF)


PLANTS: dict[str, Callable[[Easel, Point, float, random.Random], None]] = {
    "pine": _pine,
    "leafy": lambda easel, foot, height, dice: paint_leafy(easel, foot, height, LEAF, dice),
    "tuft": lambda easel, foot, height, dice: paint_tuft(easel, foot, height, LEAF, dice),
    "bush": lambda easel, foot, height, dice: paint_bush(easel, foot, height * 0.6, LEAF, dice),
    "reeds": lambda easel, foot, height, dice: paint_reeds(easel, foot, height, LEAF, dice),
    "rock": lambda easel, foot, height, dice: paint_rock(easel, foot, height, LEAF, dice),
    "palm": lambda easel, foot, height, dice: paint_palm(easel, foot, height, LEAF, dice),
    "fern": lambda easel, foot, height, dice: paint_fern(easel, foot, height, LEAF, dice),
}


@pytest.mark.parametrize("name", list(PLANTS))
def test_a_plant_stands_on_its_foot_and_is_about_as_high_as_told(name: str) -> None:
    for seed in range(5):
        pixels = sheet(lambda easel, seed=seed: PLANTS[name](easel, FOOT, TALL, random.Random(seed)))
        left, top, right, bottom = bounds(covered(pixels))
        assert left < FOOT[0] < right
        assert FOOT[1] - 1.1 * TALL < top < FOOT[1] - 0.4 * TALL
        assert FOOT[1] - 2 <= bottom <= FOOT[1] + 0.12 * TALL
        assert green(pixels)[covered(pixels)].mean() > 0.4


def test_one_kind_of_tree_never_grows_twice_alike() -> None:
    one, same, other = (
        sheet(lambda easel, seed=seed: paint_leafy(easel, FOOT, TALL, LEAF, random.Random(seed))) for seed in (1, 1, 2)
    )
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)


def test_a_leaf_grows_upwards_until_it_is_turned() -> None:
    upright = bounds(covered(sheet(lambda easel: paint_leaf(easel, (80, 45), 30, 0, LEAF))))
    turned = bounds(covered(sheet(lambda easel: paint_leaf(easel, (80, 45), 30, 90, LEAF))))
    assert (upright[1], upright[3]) == (15, 45)
    assert (turned[0], turned[2]) == (80, 110)


def test_flowers_show_their_petals_over_green_and_none_are_painted_out_of_sight() -> None:
    pixels = sheet(lambda easel: paint_flowers(easel, (80, 60), 40, LEAF, PETAL, random.Random(1)))
    assert red(pixels)[:60].sum() > 60
    assert green(pixels).sum() > 60
    assert not covered(sheet(lambda easel: paint_flowers(easel, (260, 60), 40, LEAF, PETAL, random.Random(1)))).any()


def test_leaves_close_to_the_lens_stay_in_the_lower_corners() -> None:
    kinds = set()
    for seed in range(12):
        pixels = covered(sheet(lambda easel: paint_corner_leaves(easel, LEAF), shot_seed=seed))
        assert not pixels[:, 60:100].any()
        assert not pixels[:40].any()
        kinds.add((bool(pixels[:, :60].any()), bool(pixels[:, 100:].any())))
    assert len(kinds) == 4


def test_a_ridge_is_the_same_land_however_the_camera_pans() -> None:
    easel, _ = blank_easel()

    def ridge(shift: float) -> list[Point]:
        return hill_points(random.Random(4), easel, 50, 6, shift=shift, roughness=1.0)

    here, panned = ridge(0.0), ridge(0.25)
    assert [y for _, y in here[20:]] == pytest.approx([y for _, y in panned[:-20]])
    assert min(x for x, _ in here) < 0 < easel.width < max(x for x, _ in here)
    assert hill_points(random.Random(5), easel, 50, 6, shift=0.0, roughness=1.0) != here


def test_what_lies_below_an_outline_is_filled_to_the_lower_edge_and_nothing_above() -> None:
    outline: list[Point] = [(-10, 40), (80, 60), (170, 40)]
    mask = covered(sheet(lambda easel: paint_below(easel, outline, easel.fill(LEAF))))
    assert mask[62:HEIGHT].all()
    assert not mask[:39].any()
    assert mask[46, 2]
    assert not mask[46, 80]
