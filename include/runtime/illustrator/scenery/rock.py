"""Rock: a canyon, a cave."""

from __future__ import annotations

import math
import random

import skia

from include.runtime.illustrator.colours import Colour, lch
from include.runtime.illustrator.easel import Easel, Point, polygon, smooth
from include.runtime.illustrator.mood import BLACK
from include.runtime.illustrator.places import Composition
from include.runtime.illustrator.scenery.ground import meander, plane_of, receding, ribbon
from include.runtime.illustrator.scenery.growth import hill_points, paint_below, paint_rock
from include.runtime.illustrator.scenery.sky import paint_sky, sun_place
from include.runtime.illustrator.settings import Weather

_STRATA = (lch(0.68, 0.12, 45), lch(0.6, 0.13, 38), lch(0.76, 0.09, 62), lch(0.55, 0.12, 32), lch(0.7, 0.1, 52))


def paint_canyon(easel: Easel, scene: Composition, weather: Weather | None) -> None:
    """Paint a gorge: walls of banded rock on both sides, one behind the other, and a river at its bottom."""
    mood, unit, horizon = easel.mood, easel.unit, scene.horizon
    paint_sky(easel, horizon, weather)
    dice = easel.shot_dice("canyon")
    middle = 0.5 + 0.07 * scene.side
    _paint_mesas(easel, horizon, dice)
    floor = mood.lit(lch(0.7, 0.09, 55))
    easel.wash(receding(easel, horizon, floor, 0.5, 0.78, 0.3), horizon)
    plane = plane_of(easel, horizon, middle)
    course = meander(-scene.side, dice.uniform(0, math.tau), 1.6, 0.22, leaves_at=2.2)
    water = ribbon(plane, course, 0.34, 2.0)
    easel.canvas.drawPath(smooth(ribbon(plane, course, 0.42, 2.0)), easel.fill(floor.lit(0.72)))
    easel.canvas.drawPath(
        smooth(water),
        easel.fade(
            (0, horizon),
            (0, easel.height),
            [(mood.sky[1], 1.0), (mood.water.mix(mood.lit(lch(0.6, 0.08, 190)), 0.5), 1.0)],
        ),
    )
    for depth, (gap, rise, fade) in enumerate(((0.12, 0.10, 0.6), (0.2, 0.2, 0.4), (0.3, 0.32, 0.2), (0.43, 0.5, 0.0))):
        for side in (-1, 1):
            inner = easel.width * (
                middle + side * gap * dice.uniform(0.9, 1.15) * (1.0 if easel.width >= easel.height else 0.9)
            )
            foot = horizon + (easel.height - horizon) * (0.03, 0.1, 0.26, 0.75)[depth]
            _paint_wall(easel, side, inner, (horizon - unit * rise * dice.uniform(0.85, 1.2), foot), fade, dice)
    for side in (-1, 1):
        for _ in range(3):
            spot = (easel.width * (middle + side * dice.uniform(0.2, 0.46)), easel.height * dice.uniform(0.88, 0.97))
            paint_rock(easel, spot, unit * dice.uniform(0.03, 0.07), mood.lit(_STRATA[1]), dice)


def _paint_mesas(easel: Easel, horizon: float, dice: random.Random) -> None:
    mood, unit = easel.mood, easel.unit
    for _ in range(4):
        x, half, rise = easel.width * dice.random(), unit * dice.uniform(0.08, 0.22), unit * dice.uniform(0.06, 0.13)
        colour = mood.lit(_STRATA[1]).mix(mood.haze, dice.uniform(0.6, 0.72))
        points = [
            (x - half * 1.35, horizon),
            (x - half, horizon - rise * 0.5),
            (x - half * 0.8, horizon - rise),
            (x + half * 0.85, horizon - rise),
            (x + half, horizon - rise * 0.45),
            (x + half * 1.4, horizon),
        ]
        easel.canvas.drawPath(polygon(points), easel.fill(colour))


def _paint_wall(
    easel: Easel, side: int, inner: float, rows: tuple[float, float], fade: float, dice: random.Random
) -> None:
    """Paint one wall from the picture's edge to `inner`: steps of banded rock, lit where they face the sun."""
    mood, unit = easel.mood, easel.unit
    top, foot = rows
    outer, tall = easel.width * (0.5 + side * 0.62), foot - top
    lit = 1.06 if (sun_place(easel, foot)[0] - inner) * side < 0 else 0.82
    face: list[Point] = [(outer, top - unit * 0.05)]
    x = inner + side * unit * 0.16
    steps = 5
    face.append((x + side * unit * 0.1, top - unit * 0.012))
    for step in range(steps):
        y = top + tall * step / steps
        face += [(x, y), (x - side * unit * 0.012, y + tall / steps * dice.uniform(0.7, 0.95))]
        x -= side * unit * dice.uniform(0.015, 0.055)
    face += [(x - side * unit * 0.05, foot), (outer, foot)]
    shape = polygon(face)
    easel.canvas.save()
    easel.canvas.clipPath(shape, skia.ClipOp.kIntersect, True)
    y, band = top - unit * 0.06, dice.randrange(len(_STRATA))
    while y < foot:
        thick = unit * dice.uniform(0.012, 0.045)
        colour = mood.lit(_STRATA[band % len(_STRATA)]).lit(lit).mix(mood.haze, fade)
        wave = [
            (outer, y),
            ((outer + inner) / 2, y + unit * dice.uniform(-0.006, 0.006)),
            (inner - side * unit * 0.3, y),
        ]
        easel.canvas.drawPath(
            polygon([*wave, (inner - side * unit * 0.3, foot + 9), (outer, foot + 9)]), easel.fill(colour)
        )
        y, band = y + thick, band + 1
    edge_light = easel.fade(
        (inner + side * unit * 0.2, 0), (inner - side * unit * 0.05, 0), [(mood.shadow, 0.0), (mood.shadow, 0.2)]
    )
    easel.canvas.drawPath(shape, edge_light)
    for _ in range(9):
        cx, cy = inner + side * unit * dice.uniform(0.0, 0.5), top + tall * dice.uniform(0.05, 0.7)
        crack = [(cx, cy), (cx + side * unit * 0.005, cy + tall * 0.1), (cx - side * unit * 0.004, cy + tall * 0.22)]
        easel.canvas.drawPath(polygon(crack, closed=False), easel.line(mood.shadow, unit * 0.003, 0.28 * (1 - fade)))
    low = easel.fade((0, foot - tall * 0.35), (0, foot), [(mood.shadow, 0.0), (mood.shadow, 0.34 * (1 - fade))])
    easel.canvas.drawPath(shape, low)
    easel.canvas.restore()


def paint_cave(easel: Easel, scene: Composition, weather: Weather | None) -> None:
    """Paint a cave from inside: rings of rock, the farther the lighter, and daylight where it opens."""
    mood, unit, dice = easel.mood, easel.unit, easel.shot_dice("cave")
    centre = (easel.width * (0.5 + 0.1 * scene.side), scene.horizon * 0.94)
    paint_sky(easel, scene.horizon, weather)
    far = hill_points(
        easel.film_dice("ridge 1"), easel, scene.horizon - unit * 0.03, unit * 0.03, shift=0.0, roughness=1.0
    )
    paint_below(easel, far, easel.fill(mood.far.mix(mood.haze, 0.4)))
    easel.wash(easel.fill(mood.ground.mix(mood.haze, 0.25)), scene.horizon + unit * 0.02)
    stone = lch(0.44, 0.04, 60).mix(mood.far, 0.35).lit(0.75 + 0.25 * mood.exposure)
    rings = 5
    for ring in range(rings):
        share = ring / (rings - 1)
        reach = unit * (0.24 + 0.36 * share)
        colour = stone.mix(mood.haze, 0.3 * (1 - share)).lit(1.25 - 0.85 * share).mix(BLACK, 0.12 * share)
        hole = _opening(centre, reach, easel, dice, share)
        wall = skia.Path()
        wall.addRect(skia.Rect(-9, -9, easel.width + 9, easel.height + 9))
        wall.addPath(hole)
        wall.setFillType(skia.PathFillType.kEvenOdd)
        easel.canvas.drawPath(
            wall,
            easel.radiance(
                centre,
                reach * 2.1,
                [(colour.lit(1.18).mix(mood.sun, 0.1), 1.0), (colour, 1.0), (colour.lit(0.72), 1.0)],
                (0.3, 0.6, 1.0),
            ),
        )
        _paint_dripstone(easel, centre, reach, colour, dice)
    easel.glow(centre, unit * 0.55, mood.sun, 0.3)
    floor = stone.lit(0.5)
    outline = hill_points(dice, easel, easel.height * 0.84, unit * 0.02, shift=0.0, roughness=0.9)
    paint_below(
        easel,
        outline,
        easel.fade(
            (0, easel.height * 0.8),
            (0, easel.height),
            [(floor.lit(1.3).mix(mood.sun, 0.12), 1.0), (floor.lit(0.7), 1.0)],
        ),
    )


def _opening(centre: Point, reach: float, easel: Easel, dice: random.Random, share: float) -> skia.Path:
    points = []
    wide = 1.25 if easel.width >= easel.height else 0.85
    for index in range(15):
        angle = index / 15 * math.tau
        far = reach * dice.uniform(0.88, 1.14)
        points.append(
            (centre[0] + math.cos(angle) * far * wide, centre[1] + math.sin(angle) * far * (0.82 + 0.1 * share))
        )
    return smooth(points)


def _paint_dripstone(easel: Easel, centre: Point, reach: float, colour: Colour, dice: random.Random) -> None:
    """Hang stalactites from a ring of rock."""
    for _ in range(6):
        x = centre[0] + reach * dice.uniform(-1.0, 1.0)
        drop = max(0.0, 1 - ((x - centre[0]) / (reach * 1.25)) ** 2) ** 0.5
        y = centre[1] - reach * 0.86 * drop
        length, half = reach * dice.uniform(0.12, 0.3), reach * dice.uniform(0.02, 0.045)
        cone = [
            (x - half, y - reach * 0.12),
            (x - half * 0.5, y + length * 0.4),
            (x, y + length),
            (x + half * 0.5, y + length * 0.4),
            (x + half, y - reach * 0.12),
        ]
        easel.canvas.drawPath(polygon(cone), easel.fill(colour.lit(0.96)))
