from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from include.contract.look import Light
from include.runtime.illustrator.easel import Easel
from include.runtime.illustrator.places import Composition
from include.runtime.illustrator.scenery.land import paint_land
from include.runtime.illustrator.scenery.tilled import (
    paint_field,
    paint_garden,
    paint_park,
    paint_railway,
    paint_road,
)
from include.runtime.illustrator.settings import Setting, Weather
from tests.include.runtime.illustrator.scenery.painting import HORIZON, WIDTH, Pixels, bright, place, sheet, warm, white

Place = Callable[[Easel, Composition, Weather | None], None]


def meadow() -> Pixels:
    return sheet(lambda easel: paint_land(easel, Setting.MEADOW, HORIZON, None))


def test_a_field_covers_the_land_with_the_film_s_crop() -> None:
    pixels = place(paint_field)
    assert (np.abs(pixels - meadow()).sum(axis=2) > 0)[HORIZON + 6 :].mean() > 0.9
    scene = Composition(WIDTH, 90, HORIZON, pivot=(WIDTH / 2, HORIZON))

    def crop(film_seed: int, shot_seed: int) -> NDArray[np.float64]:
        field = sheet(lambda easel: paint_field(easel, scene, None), film_seed=film_seed, shot_seed=shot_seed)
        return np.asarray(field[70:, :, :3].mean(axis=(0, 1)))

    assert np.abs(crop(1, 1) - crop(1, 2)).max() < 8
    assert max(np.abs(crop(1, 1) - crop(film_seed, 1)).max() for film_seed in range(2, 6)) > 20


def test_a_garden_has_flowers_of_many_colours_and_a_white_fence() -> None:
    pixels, plain = place(paint_garden), meadow()
    near = pixels[70:]
    assert np.std(near[..., 0] - near[..., 1]) > 1.3 * np.std(plain[70:, :, 0] - plain[70:, :, 1])
    fence = (pixels[..., :3].min(axis=2) > 190)[HORIZON - 1 : HORIZON + 4]
    assert fence.any(axis=0).mean() > 0.5


def test_the_lamps_of_a_park_shine_at_night_only() -> None:
    night = place(paint_park, light=Light.NIGHT)
    assert (warm(night) & (night[..., 0] > 170)).sum() > 12
    plain = sheet(lambda easel: paint_land(easel, Setting.MEADOW, HORIZON, None), light=Light.NIGHT)
    assert bright(night).max() > bright(plain)[HORIZON:].max()


@pytest.mark.parametrize("painter", [paint_road, paint_railway])
def test_a_way_is_broad_near_the_eye_and_narrow_far_away(painter: Place) -> None:
    for side in (-1, 1):
        pixels = place(painter, side=side)
        stone = (np.ptp(pixels[..., :3], axis=2) < 30) & (bright(pixels) < 170)
        near, far = stone[80:88].mean(), stone[54:58].mean()
        assert near > 0.2
        assert near > 2 * far


def test_asphalt_has_white_lines() -> None:
    pixels = place(paint_road)[70:]
    asphalt = (np.ptp(pixels[..., :3], axis=2) < 25) & (bright(pixels) < 150)
    assert asphalt.mean() > 0.25
    assert (bright(pixels) > 190).sum() > 20


@pytest.mark.parametrize("side", [-1, 1])
def test_masts_stand_beside_the_rails_over_the_horizon(side: int) -> None:
    change = np.abs(place(paint_railway, side=side) - meadow()).sum(axis=2)[10:40]
    middle = np.average(np.arange(WIDTH), weights=change.sum(axis=0))
    assert (middle - WIDTH / 2) * side > 15
    assert not white(place(paint_railway))[60:].mean() > 0.2
