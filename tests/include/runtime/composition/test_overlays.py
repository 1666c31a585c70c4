from __future__ import annotations

import numpy as np

from include.runtime.composition.overlays import Layer, flatten
from include.runtime.composition.planes import Planes


def grey(value: int) -> Planes:
    planes = Planes.empty(16, 8)
    for plane, level in zip(planes.each(), (value, 128, 128), strict=True):
        plane[:] = level
    return planes


def test_an_overlay_covers_its_rectangle_only() -> None:
    overlay = flatten([Layer(np.full((4, 6), 255, np.uint8), (255, 255, 255))], left=4, top=2)
    target = grey(60)
    overlay.blend(target)
    assert (target.y[2:6, 4:10] == 235).all()
    target.y[2:6, 4:10] = 60
    assert (target.y == 60).all()


def test_strength_and_coverage_both_let_the_picture_through() -> None:
    half = flatten([Layer(np.full((4, 6), 128, np.uint8), (255, 255, 255))], 4, 2)
    full = flatten([Layer(np.full((4, 6), 255, np.uint8), (255, 255, 255))], 4, 2)
    by_coverage, by_strength = grey(60), grey(60)
    half.blend(by_coverage)
    full.blend(by_strength, strength=0.5)
    for target in (by_coverage, by_strength):
        assert abs(int(target.y[3, 5]) - (60 + 235) / 2) <= 2


def test_the_upper_layer_hides_the_lower() -> None:
    solid = np.full((4, 6), 255, np.uint8)
    overlay = flatten([Layer(solid, (255, 0, 0)), Layer(solid, (0, 0, 255))], 0, 0)
    target = grey(60)
    overlay.blend(target)
    assert abs(int(target.y[0, 0]) - 32) <= 1
    assert abs(int(target.u[0, 0]) - 240) <= 1
