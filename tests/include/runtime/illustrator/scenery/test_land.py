from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from include.contract.look import Light
from include.runtime.illustrator.scenery.land import (
    ground_colour,
    paint_land,
    paint_land_front,
    paint_mound,
    paint_open_land,
)
from include.runtime.illustrator.settings import Setting
from tests.include.runtime.illustrator.parts import blank_easel
from tests.include.runtime.illustrator.scenery.painting import (
    HEIGHT,
    HORIZON,
    WIDTH,
    Mask,
    Pixels,
    blue,
    bright,
    covered,
    green,
    place,
    sheet,
    warm,
    white,
)


def test_the_ground_is_sand_in_a_desert_snow_in_snow_and_darker_in_a_wood() -> None:
    easel, _ = blank_easel()
    colours = {setting: ground_colour(easel, setting) for setting in Setting}
    assert colours[Setting.MEADOW] == easel.mood.ground
    assert min(colours[Setting.SNOW].rgb) > 0.85
    red, green_part, blue_part = colours[Setting.DESERT].rgb
    assert red > green_part > blue_part
    assert colours[Setting.FOREST].lightness < colours[Setting.MEADOW].lightness


@pytest.mark.parametrize(
    ("setting", "kind"),
    [(Setting.MEADOW, green), (Setting.DESERT, warm), (Setting.SNOW, white), (Setting.FOREST, green)],
)
def test_near_the_eye_lies_the_place_s_own_ground_and_over_it_the_sky(
    setting: Setting, kind: Callable[[Pixels], Mask]
) -> None:
    pixels = sheet(lambda easel: paint_land(easel, setting, HORIZON, None))
    assert covered(pixels).all()
    assert kind(pixels)[HORIZON + 15 :].mean() > 0.55
    assert blue(pixels)[:8].mean() > 0.5


def test_the_higher_the_horizon_the_more_ground() -> None:
    low, high = (green(sheet(lambda easel, y=y: paint_land(easel, Setting.MEADOW, y, None))).mean() for y in (70, 35))
    assert high > low + 0.2


def test_a_meadow_has_flowers_and_a_tree_away_from_the_landmark() -> None:
    plain = sheet(lambda easel: paint_land(easel, Setting.MEADOW, HORIZON, None))
    for side in (-1, 1):
        meadow = place(paint_open_land(Setting.MEADOW), side=side)
        change = np.abs(meadow - plain).sum(axis=2)[HORIZON - 20 : HORIZON - 4]
        middle = np.average(np.arange(WIDTH), weights=change.sum(axis=0))
        assert (middle - WIDTH / 2) * side < -15


def test_night_is_darker_than_day() -> None:
    day, night = (
        bright(sheet(lambda easel: paint_land(easel, Setting.MEADOW, HORIZON, None), light=light)).mean()
        for light in (Light.DAY, Light.NIGHT)
    )
    assert night < 0.7 * day


def test_grass_before_the_things_grows_along_the_lower_edge_where_grass_grows() -> None:
    for seed in range(6):
        mask = covered(sheet(lambda easel: paint_land_front(easel, Setting.MEADOW), shot_seed=seed))
        assert mask[-3:].mean() > 0.3
        assert not mask[:45].any()
    assert not covered(sheet(lambda easel: paint_land_front(easel, Setting.DESERT))).any()


@pytest.mark.parametrize("setting", [Setting.MEADOW, Setting.SPACE, Setting.SEA, Setting.CITY])
def test_a_mound_hides_all_that_is_below_its_edge_and_little_above(setting: Setting) -> None:
    mask = covered(sheet(lambda easel: paint_mound(easel, setting, 70)))
    assert mask[73:HEIGHT].all()
    assert not mask[:62].any()


def test_a_mound_is_of_what_the_place_is_made() -> None:
    sand, grass = (sheet(lambda easel, one=one: paint_mound(easel, one, 60)) for one in (Setting.SEA, Setting.MEADOW))
    assert warm(sand)[70:].mean() > 0.9
    assert green(grass)[70:].mean() > 0.9
