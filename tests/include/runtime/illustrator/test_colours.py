from __future__ import annotations

import pytest
import skia

from include.runtime.illustrator.colours import Colour, lch

RED = Colour(0.62796, 0.22486, 0.12585)
"""Of sRGB's full red, as Ottosson's conversion gives it."""


def test_ends_and_primaries_are_srgb_s() -> None:
    assert Colour(0, 0, 0).rgb == (0, 0, 0)
    assert Colour(1, 0, 0).rgb == pytest.approx((1, 1, 1), abs=1e-3)
    assert RED.rgb == pytest.approx((1, 0, 0), abs=2e-3)
    assert Colour(0.5999, 0, 0).rgb == pytest.approx((0.5,) * 3, abs=5e-3)


def test_chroma_and_hue_turn_from_red_over_yellow_and_green_to_blue() -> None:
    red, yellow, green, blue = (lch(0.7, 0.15, hue).rgb for hue in (25, 100, 145, 260))
    assert red[0] > max(red[1:])
    assert min(yellow[:2]) > yellow[2]
    assert green[1] > max(green[0], green[2])
    assert blue[2] > max(blue[:2])
    assert lch(0.7, 0, 123) == Colour(0.7, 0, 0)


def test_a_mix_lies_between_and_its_ends_are_the_colours() -> None:
    one, other = lch(0.3, 0.1, 20), lch(0.9, 0.2, 200)
    assert one.mix(other, 0) == one
    assert one.mix(other, 0.25).lightness == pytest.approx(0.45)
    assert one.mix(other, 0.5).a == pytest.approx((one.a + other.a) / 2)
    assert one.mix(other, 1).rgb == pytest.approx(other.rgb)


def test_light_brightens_no_further_than_to_white() -> None:
    colour = lch(0.6, 0.1, 80)
    assert colour.lit(0.5) == Colour(0.3, colour.a * 0.5, colour.b * 0.5)
    assert colour.lit(3).lightness == 1
    assert colour.lit(3).a == pytest.approx(colour.a * 1.1)


def test_colours_beyond_what_a_screen_shows_are_cut_to_it() -> None:
    assert all(0 <= part <= 1 for hue in range(0, 360, 15) for part in lch(0.8, 0.4, hue).rgb)


@pytest.mark.parametrize(("alpha", "stored"), [(-1, 0), (0.5, 128), (1, 255), (7, 255)])
def test_skia_gets_whole_steps_and_an_alpha_within_bounds(alpha: float, stored: int) -> None:
    colour = RED.skia(alpha)
    assert skia.ColorGetA(colour) == stored
    assert (skia.ColorGetR(colour), skia.ColorGetG(colour), skia.ColorGetB(colour)) == (255, 0, 0)
