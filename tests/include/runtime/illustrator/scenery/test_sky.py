from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import skia
from numpy.typing import NDArray

from include.contract.look import Light, Palette
from include.runtime.illustrator.easel import Easel
from include.runtime.illustrator.mood import mood_of
from include.runtime.illustrator.scenery.sky import paint_sky, sun_place
from include.runtime.illustrator.settings import Body

WIDTH, HEIGHT, HORIZON = 320, 180, 100


def easel(
    light: Light, seed: int, bodies: frozenset[Body] = frozenset(), scale: int = 1
) -> tuple[Easel, NDArray[np.uint8]]:
    width, height = WIDTH * scale, HEIGHT * scale
    pixels = np.zeros((height, width, 4), np.uint8)
    surface = skia.Surface(pixels)
    made = Easel(surface.getCanvas(), width, height, mood_of(Palette.SEA, light), seed, seed, bodies)
    return made, pixels


@pytest.mark.parametrize(("light", "body"), [(Light.NIGHT, Body.MOON), (Light.DAY, Body.SUN), (Light.DUSK, Body.SUN)])
def test_what_has_to_be_seen_stands_before_the_clouds_and_beside_the_things(light: Light, body: Body) -> None:
    for seed in range(20):
        made, pixels = easel(light, seed, frozenset({body}))
        made.taken = [(0, 0, 160, 180)]
        x, y = sun_place(made, HORIZON)
        assert x > 160
        paint_sky(made, HORIZON, None)
        found = pixels[round(y) - 2 : round(y) + 2, round(x) - 2 : round(x) + 2, :3].mean()
        assert found > pixels[:HORIZON, :, :3].mean() + 12


def test_without_a_free_place_it_stays_where_the_film_has_it() -> None:
    made, _ = easel(Light.NIGHT, 3, frozenset({Body.MOON}))
    unnamed = replace(made, bodies=frozenset())
    made.taken = [(0, 0, WIDTH, HEIGHT)]
    assert sun_place(made, HORIZON) == sun_place(unnamed, HORIZON)


def test_stars_that_are_named_are_more_and_brighter() -> None:
    points = []
    for bodies in (frozenset[Body](), frozenset({Body.STARS})):
        made, pixels = easel(Light.NIGHT, 3, bodies, scale=4)
        paint_sky(made, 4 * HORIZON, None)
        grey = pixels[:240, :, :3].mean(axis=2)
        around = (np.roll(grey, 5, axis=1) + np.roll(grey, -5, axis=1)) / 2
        points.append(np.count_nonzero(grey - around > 25))
    assert points[1] > 1.3 * points[0]
