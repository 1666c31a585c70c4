"""Outer space: stars, nebulae, and the limb of a world below."""

from __future__ import annotations

import math

import skia

from include.runtime.illustrator.colours import lch
from include.runtime.illustrator.easel import Easel
from include.runtime.illustrator.mood import WHITE
from include.runtime.illustrator.places import Composition
from include.runtime.illustrator.settings import Weather

_STARS = 420


def paint_outer_space(easel: Easel, scene: Composition, weather: Weather | None) -> None:
    """Paint the night between the worlds, in the palette's colours."""
    mood, unit = easel.mood, easel.unit
    dark, glow = lch(0.17, 0.05, 275), lch(0.27, 0.085, 285).mix(mood.far, 0.16)
    easel.wash(
        easel.fade((0, 0), (easel.width * 0.4, easel.height), [(dark, 1.0), (glow, 1.0), (dark, 1.0)], (0, 0.55, 1))
    )
    dice = easel.film_dice("nebula")
    for _ in range(7):
        place = (dice.random() * easel.width, dice.random() * easel.height * 0.85)
        colour = dice.choice((mood.accent, mood.far, mood.second, lch(0.6, 0.18, 300), lch(0.65, 0.12, 220)))
        easel.glow(place, unit * dice.uniform(0.3, 0.75), colour.lit(0.8), dice.uniform(0.13, 0.26))
    _paint_stars(easel)
    _paint_world(easel)


def _paint_stars(easel: Easel) -> None:
    dice = easel.film_dice("stars")
    pan = easel.shot_dice("pan").random()
    tilt = dice.uniform(-0.4, 0.4)
    for index in range(_STARS):
        x, y = (dice.random() + pan) % 1.0 * easel.width, dice.random() * easel.height
        if index % 2:
            y = easel.height * (0.42 + tilt * (x / easel.width - 0.5) + dice.gauss(0, 0.1))
        size = dice.random() ** 5
        radius = easel.unit * (0.0008 + 0.0022 * size)
        tint = WHITE.mix(dice.choice((easel.mood.sun, lch(0.85, 0.08, 240))), 0.4)
        easel.canvas.drawCircle(x, y, radius, easel.fill(tint, 0.35 + 0.6 * dice.random()))
        if size > 0.82:
            easel.glow((x, y), radius * 7, tint, 0.5)


def _paint_world(easel: Easel) -> None:
    mood, unit, dice = easel.mood, easel.unit, easel.film_dice("world")
    radius = max(easel.width, easel.height) * 0.95
    x = easel.width * (0.5 + easel.shot_dice("pan").uniform(-0.3, 0.3))
    y = easel.height * 0.84 + radius
    air = lch(0.82, 0.1, 220).mix(mood.accent, 0.25)
    rim = unit * 0.1
    easel.canvas.drawCircle(
        x,
        y,
        radius + rim,
        easel.radiance(
            (x, y),
            radius + rim,
            [(air, 0.0), (air, 0.65), (air, 0.16), (air, 0.0)],
            (radius / (radius + rim) * 0.985, radius / (radius + rim), (radius + rim * 0.4) / (radius + rim), 1.0),
        ),
    )
    ground = mood.water.mix(mood.far, 0.4).lit(0.8)
    world = skia.Path()
    world.addCircle(x, y, radius)
    easel.canvas.save()
    easel.canvas.clipPath(world, skia.ClipOp.kIntersect, True)
    easel.wash(
        easel.fade(
            (0, y - radius),
            (0, easel.height),
            [(ground.mix(WHITE, 0.35), 1.0), (ground, 1.0), (ground.lit(0.55), 1.0)],
            (0, 0.35, 1),
        ),
        y - radius,
    )
    for _ in range(26):
        angle = math.radians(dice.uniform(-38, 38)) - math.pi / 2
        reach = radius - unit * dice.uniform(0.01, 0.2)
        place = (x + math.cos(angle) * reach, y + math.sin(angle) * reach)
        cloud = dice.random() < 0.5
        colour = WHITE if cloud else mood.ground
        easel.oval(
            place,
            unit * dice.uniform(0.05, 0.16),
            unit * dice.uniform(0.008, 0.02),
            easel.fill(colour, 0.4 if cloud else 0.5),
        )
    easel.canvas.restore()
