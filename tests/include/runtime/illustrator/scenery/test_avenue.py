from __future__ import annotations

import numpy as np

from include.contract.look import Light
from include.runtime.illustrator.easel import Easel
from include.runtime.illustrator.places import Composition
from include.runtime.illustrator.scenery.avenue import paint_avenue
from include.runtime.illustrator.scenery.sky import paint_sky
from include.runtime.illustrator.scenery.street import paint_street
from tests.include.runtime.illustrator.scenery.painting import Pixels, bright, sheet, warm

WIDE, UPRIGHT = (160, 90), (90, 160)


def painted(size: tuple[int, int], seed: int, light: Light = Light.DAY) -> tuple[Pixels, Pixels]:
    """The street, and its fronts across the same picture."""
    horizon = size[1] * 0.54

    def avenue(easel: Easel) -> None:
        paint_avenue(easel, Composition(*size, horizon, side=1, pivot=(size[0] / 2, horizon)), None)

    street = sheet(lambda easel: paint_street(easel, horizon, None), size=size, shot_seed=seed, light=light)
    return sheet(avenue, size=size, shot_seed=seed, light=light), street


def test_a_wide_street_lies_across_or_runs_away_and_an_upright_one_always_runs_away() -> None:
    assert {np.array_equal(*painted(WIDE, seed)) for seed in range(8)} == {True, False}
    assert not any(np.array_equal(*painted(UPRIGHT, seed)) for seed in range(4, 8))


def test_between_houses_on_both_sides_a_grey_road_leads_to_the_open_sky() -> None:
    pixels, _ = painted(UPRIGHT, 1)
    road = pixels[140:158, 40:60]
    assert (np.ptp(road[..., :3], axis=2) < 40).mean() > 0.9
    sky = sheet(lambda easel: paint_sky(easel, 160 * 0.54, None), size=UPRIGHT, shot_seed=1)
    built = np.abs(pixels - sky).sum(axis=2)[50:84] > 0
    assert built[26:, :8].mean() > 0.95
    assert built[26:, -8:].mean() > 0.95
    assert built[:15, 52:58].mean() < 0.1


def test_its_windows_are_lit_at_night() -> None:
    pixels, _ = painted(UPRIGHT, 1, Light.NIGHT)
    assert np.median(bright(pixels)) < 110
    assert (warm(pixels) & (pixels[..., 0] > 200)).sum() > 200
