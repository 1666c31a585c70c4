from __future__ import annotations

import numpy as np

from include.contract.look import Light, Palette
from include.runtime.illustrator.mood import mood_of
from include.runtime.illustrator.scenery.sky import paint_sky
from include.runtime.illustrator.scenery.street import paint_fronts, paint_street, plasters
from tests.include.runtime.illustrator.scenery.painting import HORIZON, bounds, bright, covered, sheet, warm


def test_houses_stand_on_the_kerb_in_a_row_as_long_as_told() -> None:
    mask = covered(sheet(lambda easel: paint_fronts(easel, HORIZON, 0.0, 80)))
    _, top, right, bottom = bounds(mask)
    assert bottom == HORIZON
    assert top > HORIZON - 0.55 * 90
    assert 80 <= right < 115
    assert mask[HORIZON - 8, :80].mean() > 0.8


def test_a_town_is_the_same_in_every_shot_of_a_film() -> None:
    one, other, elsewhere = (
        sheet(lambda easel: paint_fronts(easel, HORIZON, 0.0, 160), film_seed=film, shot_seed=shot)
        for film, shot in ((1, 1), (1, 2), (2, 1))
    )
    assert np.array_equal(one, other)
    assert not np.array_equal(covered(one), covered(elsewhere))


def test_before_the_houses_lie_a_light_pavement_and_a_darker_road() -> None:
    pixels = sheet(lambda easel: paint_street(easel, HORIZON, None))
    kerb = round(HORIZON + 42 * 0.24)
    pavement, road = bright(pixels)[HORIZON + 4 : kerb - 2], bright(pixels)[kerb + 4 :]
    assert np.median(pavement) > np.median(road) + 30
    sky = sheet(lambda easel: paint_sky(easel, HORIZON, None))
    assert (np.abs(pixels - sky).sum(axis=2) > 0)[HORIZON - 14 : HORIZON].mean() > 0.95


def test_windows_and_lamps_shine_at_night() -> None:
    pixels = sheet(lambda easel: paint_street(easel, HORIZON, None), light=Light.NIGHT)
    assert np.median(bright(pixels)) < 110
    assert (warm(pixels) & (pixels[..., 0] > 200))[:HORIZON].sum() > 150


def test_neighbours_may_be_coloured_in_five_ways() -> None:
    assert len(set(plasters(mood_of(Palette.MEADOW, Light.DAY)))) == 5
