from __future__ import annotations

import random

import numpy as np
import pytest

from include.contract.look import Light
from include.runtime.illustrator.scenery.countryside import paint_cabin, paint_farm, paint_lighthouse, paint_mill
from include.runtime.illustrator.scenery.landmarks import Painter
from tests.include.runtime.illustrator.scenery.painting import (
    Pixels,
    bounds,
    bright,
    covered,
    red,
    sheet,
    warm,
    white,
)

FOOT, TALL = (80.0, 78.0), 60.0


def stood(painter: Painter, light: Light = Light.DAY, seed: int = 1) -> Pixels:
    return sheet(lambda easel: painter(easel, FOOT, TALL, random.Random(seed)), light=light)


@pytest.mark.parametrize("painter", [paint_farm, paint_mill, paint_lighthouse, paint_cabin])
def test_a_building_stands_on_its_foot_and_nothing_is_far_below_it(painter: Painter) -> None:
    mask = covered(stood(painter))
    assert mask[76, 80]
    assert bounds(mask)[3] <= FOOT[1] + 0.16 * TALL
    assert bounds(mask)[1] <= FOOT[1] - 0.85 * TALL


def test_a_farm_s_barn_is_red_with_a_white_cross() -> None:
    pixels = stood(paint_farm)
    assert red(pixels)[52:76, 57:103].mean() > 0.4
    assert white(pixels)[57:78, 68:92].sum() > 20


def test_a_mill_has_four_white_sails() -> None:
    hub = (80, round(FOOT[1] - 0.64 * TALL))
    sails = white(stood(paint_mill))
    quarters = [
        sails[: hub[1], : hub[0]],
        sails[: hub[1], hub[0] :],
        sails[hub[1] :, : hub[0]],
        sails[hub[1] :, hub[0] :],
    ]
    assert min(quarter.sum() for quarter in quarters) > 20


def test_a_lighthouse_is_banded_red_and_white() -> None:
    pixels = stood(paint_lighthouse)
    bands = red(pixels)[33:70, 79]
    assert np.count_nonzero(np.diff(bands.astype(int))) == 4
    assert bands[0]
    assert bands[-1]


def test_a_lighthouse_sends_its_beams_to_both_sides_only_when_it_is_dark() -> None:
    day, night = stood(paint_lighthouse), stood(paint_lighthouse, Light.NIGHT)
    lamp = round(FOOT[1] - 0.84 * TALL)
    for x in (30, 130):
        assert covered(night)[lamp - 3 : lamp + 3, x].any()
        assert not covered(day)[lamp - 3 : lamp + 3, x].any()


def test_a_cabin_is_of_wood_between_firs_with_smoke_over_it() -> None:
    pixels = stood(paint_cabin)
    assert warm(pixels)[66:76, 60:100].mean() > 0.5
    smoke = pixels[8:28, 94:110]
    assert (smoke[..., 3] > 0).any()
    assert (np.ptp(smoke[..., :3], axis=2) < 40)[smoke[..., 3] > 0].all()
    assert bright(stood(paint_cabin, Light.NIGHT))[62:74, 40:120].mean() > 0
