from __future__ import annotations

import numpy as np
import pytest
import skia
from numpy.typing import NDArray

from include.contract.look import Light
from include.runtime.illustrator.colours import Colour
from include.runtime.illustrator.mood import WHITE
from include.runtime.illustrator.pictograms import Sprite
from include.runtime.illustrator.places import Hold, ThingPlacement
from include.runtime.illustrator.props import paint_sticker, paint_thing
from tests.include.runtime.illustrator.parts import blank_easel

BOX = (60, 25, 100, 65)
"""Where the thing is drawn: left, top, right, bottom."""


def sprite() -> Sprite:
    """A square: its left half red, its right half blue."""
    surface = skia.Surface(40, 40)
    canvas = surface.getCanvas()
    canvas.drawRect(skia.Rect(0, 0, 20, 40), skia.Paint(Color=skia.ColorRED))
    canvas.drawRect(skia.Rect(20, 0, 40, 40), skia.Paint(Color=skia.ColorBLUE))
    return Sprite(surface.makeImageSnapshot(), 40, 40)


def painted(
    hold: Hold,
    *,
    thing: str = "🐄",
    light: Light = Light.DAY,
    light_from: float = 0,
    haze: Colour | None = None,
    depth: float = 1.0,
    mirrored: bool = False,
    lead: bool = False,
) -> NDArray[np.int64]:
    easel, pixels = blank_easel(light=light)
    place = ThingPlacement(thing, hold, 80, 65, 40, 40, depth, mirrored, lead)
    paint_thing(easel, sprite(), place, light_from=light_from, haze=haze)
    return pixels.astype(int)


def outside(pixels: NDArray[np.int64]) -> NDArray[np.int64]:
    """The same with nothing where the thing is."""
    left, top, right, bottom = BOX
    pixels = pixels.copy()
    pixels[top:bottom, left:right] = 0
    return pixels


def test_what_is_held_by_nothing_is_painted_in_its_box_alone() -> None:
    pixels = painted(Hold.FREE)
    left, top, right, bottom = BOX
    assert (pixels[top:bottom, left:right, 3] == 255).all()
    assert not outside(pixels).any()


def test_a_mirrored_thing_is_turned_around() -> None:
    for mirrored in (False, True):
        row = painted(Hold.FREE, mirrored=mirrored)[45]
        assert (row[65, 0] > row[65, 2]) == (not mirrored)
        assert (row[95, 0] > row[95, 2]) == mirrored


def test_the_side_of_the_light_is_lighter() -> None:
    from_left, from_right = painted(Hold.FREE, light_from=0), painted(Hold.FREE, light_from=160)
    assert from_left[30, 62, :3].sum() > from_right[30, 62, :3].sum()
    assert from_left[60, 98, :3].sum() < from_right[60, 98, :3].sum()


def test_far_things_fade_into_the_haze_and_near_ones_do_not() -> None:
    near, far = (painted(Hold.FREE, haze=WHITE, depth=depth)[25:65, 60:100, 1].mean() for depth in (0.9, 0.1))
    assert far > near + 20


@pytest.mark.parametrize(("light_from", "right"), [(0, True), (160, False)])
def test_a_shadow_falls_away_from_the_light_and_only_from_what_stands(light_from: float, right: bool) -> None:
    thrown = outside(painted(Hold.GROUND, light_from=light_from))[..., 3]
    columns = np.average(np.arange(160), weights=thrown.sum(axis=0))
    assert (columns > 82) if right else (columns < 77)
    assert not outside(painted(Hold.SEAT, light_from=light_from)).any()


def test_what_floats_is_mirrored_below_its_waterline_and_nowhere_above() -> None:
    around = outside(painted(Hold.WATER))[..., 3]
    assert around[65:75, 65:95].mean() > 20
    assert not around[:55].any()


def test_a_lamp_shines_at_night_and_not_by_day() -> None:
    assert outside(painted(Hold.FREE, thing="💡", light=Light.NIGHT))[..., 3].any()
    assert not outside(painted(Hold.FREE, thing="💡", light=Light.DAY)).any()
    assert not outside(painted(Hold.FREE, thing="🐄", light=Light.NIGHT)).any()


def test_only_the_lead_in_the_air_has_a_halo() -> None:
    assert outside(painted(Hold.AIR, lead=True))[..., 3].any()
    assert not outside(painted(Hold.AIR)).any()


def test_a_flower_without_a_stem_gets_one_on_the_ground() -> None:
    stemmed = painted(Hold.GROUND, thing="🌸")[62]
    assert stemmed[80, 1] > max(stemmed[80, 0], stemmed[80, 2])
    assert stemmed[62, 3] < 255
    assert painted(Hold.GROUND, thing="🐄")[62, 62, 3] == 255


def test_a_sticker_has_a_white_rim_all_around() -> None:
    easel, pixels = blank_easel()
    paint_sticker(easel, sprite(), ThingPlacement("🐄", Hold.FREE, 80, 65, 40, 40, 1.0), 0)
    left, top, right, bottom = BOX
    for y, x in ((45, left - 1), (45, right), (top - 1, 80), (bottom, 80)):
        assert pixels[y, x, :3].min() > 150
    assert pixels[45, 70, 0] > pixels[45, 70, 1] + 80
    assert not pixels[:, :40].any()


def test_a_sticker_is_turned_around_its_middle() -> None:
    easel, pixels = blank_easel()
    paint_sticker(easel, sprite(), ThingPlacement("🐄", Hold.FREE, 80, 65, 40, 40, 1.0), 90)
    assert pixels[35, 80, 0] > pixels[35, 80, 2]
    assert pixels[55, 80, 0] < pixels[55, 80, 2]
