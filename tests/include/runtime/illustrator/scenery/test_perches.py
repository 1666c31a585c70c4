from __future__ import annotations

import numpy as np
import pytest
import skia
from numpy.typing import NDArray

from include.contract.look import Light, Palette
from include.runtime.illustrator.easel import Easel
from include.runtime.illustrator.mood import mood_of
from include.runtime.illustrator.places import Seat
from include.runtime.illustrator.scenery.perches import paint_perch
from include.runtime.illustrator.settings import Perch

WIDTH, HEIGHT = 320, 180


def painted(perch: Perch, x: float, y: float = 100, seed: int = 1) -> NDArray[np.uint8]:
    """Where it is painted."""
    pixels = np.zeros((HEIGHT, WIDTH, 4), np.uint8)
    surface = skia.Surface(pixels)
    easel = Easel(surface.getCanvas(), WIDTH, HEIGHT, mood_of(Palette.MEADOW, Light.DAY), 1, seed)
    paint_perch(easel, Seat(perch, x, y, 40, taken=True))
    surface.flushAndSubmit()
    return pixels[..., 3]


@pytest.mark.parametrize("x", [90, 230])
@pytest.mark.parametrize("perch", list(Perch))
def test_under_a_sitter_is_its_perch_and_over_it_none(perch: Perch, x: int) -> None:
    for seed in range(6):
        found = painted(perch, x, seed=seed)
        assert (found[103:106, x - 3 : x + 3] > 0).mean() > 0.9
        assert (found[:90, x - 30 : x + 30] > 0).mean() < 0.02


@pytest.mark.parametrize("x", [90, 230])
def test_a_branch_comes_in_from_the_nearer_edge(x: int) -> None:
    found = painted(Perch.BRANCH, x)
    near, far = (found[:, :3], found[:, -3:]) if x < WIDTH / 2 else (found[:, -3:], found[:, :3])
    assert near.any()
    assert not far.any()
