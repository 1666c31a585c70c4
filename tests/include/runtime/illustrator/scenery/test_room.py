from __future__ import annotations

import numpy as np
import pytest

from include.contract.look import Light, Palette
from include.runtime.illustrator.mood import mood_of
from include.runtime.illustrator.scenery.room import paint_boards, paint_room, paint_table
from include.runtime.illustrator.settings import Setting, Weather
from tests.include.runtime.illustrator.scenery.painting import (
    WIDTH,
    Pixels,
    apart,
    bright,
    covered,
    sheet,
    warm,
)

FLOOR = 65


def room(
    setting: Setting = Setting.ROOM,
    *,
    weather: Weather | None = None,
    outside: Light = Light.DAY,
    light: Light = Light.DAY,
    film_seed: int = 11,
) -> Pixels:
    view = mood_of(Palette.MEADOW, outside)
    return sheet(lambda easel: paint_room(easel, setting, FLOOR, weather, view), light=light, film_seed=film_seed)


def changed(one: Pixels, other: Pixels) -> tuple[float, float]:
    """Across and down of the middle of what differs, as shares."""
    rows, columns = np.nonzero(np.abs(one - other).sum(axis=2) > 30)
    return float(columns.mean()) / WIDTH, float(rows.mean()) / 90


@pytest.mark.parametrize("setting", [one for one in Setting if one.indoors])
def test_a_room_is_walled_all_around_and_darker_below_its_floor_line(setting: Setting) -> None:
    pixels = room(setting)
    assert covered(pixels).all()
    assert bright(pixels)[FLOOR + 3 :].mean() < bright(pixels)[: FLOOR - 3].mean() - 20


def test_the_window_shows_what_is_outside_and_stands_on_the_film_s_side() -> None:
    sides = set()
    for film_seed in range(6):
        by_day, by_night = (room(outside=light, film_seed=film_seed) for light in (Light.DAY, Light.NIGHT))
        across, down = changed(by_day, by_night)
        assert down < FLOOR / 90
        assert abs(across - 0.5) > 0.15
        sides.add(across > 0.5)
        assert apart(by_day, room(outside=Light.DAY, weather=Weather.SNOWFALL, film_seed=film_seed)) > 0.5
    assert sides == {True, False}


def test_the_shelves_hang_on_the_other_side_and_hold_what_is_used_there() -> None:
    for film_seed in range(3):
        window, _ = changed(room(film_seed=film_seed), room(outside=Light.NIGHT, film_seed=film_seed))
        shelves, _ = changed(room(Setting.KITCHEN, film_seed=film_seed), room(Setting.LAB, film_seed=film_seed))
        assert (window - 0.5) * (shelves - 0.5) < 0


def test_the_lamp_shines_at_night_from_the_ceiling_s_middle() -> None:
    night = bright(room(light=Light.NIGHT, outside=Light.NIGHT))
    assert night[14:22, 74:86].mean() > night[50:60, 5:30].mean() + 30


@pytest.mark.parametrize("outdoors", [False, True])
def test_a_table_covers_all_below_its_edge_and_shades_only_what_is_close_above(outdoors: bool) -> None:
    pixels = sheet(lambda easel: paint_table(easel, FLOOR, outdoors=outdoors))
    assert (pixels[FLOOR:, :, 3] == 255).all()
    assert warm(pixels)[FLOOR + 2 :].mean() > 0.9
    assert not covered(pixels)[: FLOOR - 6].any()
    assert pixels[: FLOOR - 1, :, 3].max() < 80


def test_a_rug_lies_in_the_middle_of_the_boards() -> None:
    pixels = sheet(lambda easel: paint_boards(easel, FLOOR))
    assert (pixels[FLOOR:, :, 3] == 255).all()
    assert not covered(pixels)[: FLOOR - 1].any()
    middle = round(FLOOR + 25 * 0.58)
    assert np.abs(pixels[middle, 80] - pixels[middle, 4]).sum() > 40
    assert np.abs(pixels[middle, 4] - pixels[middle, 156]).sum() < 40
