"""Ice and frozen ground: a glacier, tundra."""

from __future__ import annotations

import math
import random

import skia

from include.runtime.illustrator.colours import Colour, lch
from include.runtime.illustrator.easel import Easel, polygon, smooth
from include.runtime.illustrator.mood import WHITE
from include.runtime.illustrator.places import Composition
from include.runtime.illustrator.scenery.ground import Course, Plane, aside, distance_at, plane_of, receding, ribbon
from include.runtime.illustrator.scenery.growth import hill_points, paint_below, paint_rock, paint_tuft
from include.runtime.illustrator.scenery.land import paint_land
from include.runtime.illustrator.scenery.peaks import paint_peak
from include.runtime.illustrator.scenery.sky import paint_sky
from include.runtime.illustrator.settings import Setting, Weather

_ICE = lch(0.9, 0.035, 225)
_DEEP_ICE = lch(0.68, 0.1, 235)
_FRONT = 0.34
"""Where the ice ends, as a share of the way from the horizon down."""


def paint_glacier(easel: Easel, scene: Composition, weather: Weather | None) -> None:
    """Paint a river of ice that winds down between peaks, with its crevasses, and the milky lake that it ends in."""
    mood, unit, dice, horizon = easel.mood, easel.unit, easel.shot_dice("glacier"), scene.horizon
    paint_sky(easel, horizon, weather)
    pan = easel.shot_dice("pan").uniform(-0.1, 0.1)
    middle = 0.5 + 0.1 * scene.side + pan
    _paint_valley(easel, middle * easel.width, horizon, dice)
    ground = mood.lit(lch(0.6, 0.03, 250))
    moraine = hill_points(
        easel.film_dice("moraine"), easel, horizon - unit * 0.012, unit * 0.025, shift=pan, roughness=1.0
    )
    front = horizon + (easel.height - horizon) * _FRONT
    paint_below(
        easel, moraine, easel.fade((0, horizon), (0, front), [(ground.mix(mood.haze, 0.45), 1.0), (ground, 1.0)])
    )
    ice, deep = mood.lit(_ICE), mood.lit(_DEEP_ICE)
    top, foot = horizon - unit * 0.12, horizon + unit * 0.03
    summit, rim = middle * easel.width, ((-0.03, top), (0.03, top), (0.1, foot), (-0.1, foot))
    saddle = [(summit + across * unit, row) for across, row in rim]
    easel.canvas.drawPath(polygon(saddle), easel.fill(ice.mix(mood.haze, 0.25)))
    plane, phase = plane_of(easel, horizon, middle), dice.uniform(0, math.tau)

    def course(share: float) -> float:
        swing: float = math.sin(phase + 4.2 * share) * (1 - share) * 0.42 * distance_at(share, 1 / _FRONT) ** 0.9
        return swing

    _paint_tongue(easel, plane, course, (ice, deep), dice)
    left, right = (plane.point(course(0) + side * 1.95, 1 / _FRONT)[0] for side in (-1, 1))
    _paint_ice_front(easel, (left, right), front, (ice, deep), dice)
    _paint_ice_lake(easel, scene, front, deep, dice)


def _paint_valley(easel: Easel, middle: float, horizon: float, dice: random.Random) -> None:
    """Paint peaks on both sides of a gap."""
    mood, unit = easel.mood, easel.unit
    rock = mood.lit(lch(0.5, 0.03, 260))
    for distance, fade, rise in ((0.55, 0.62, 0.42), (0.3, 0.5, 0.3)):
        for side in (-1, 1):
            for step in range(3):
                foot = (middle + side * unit * (distance * 0.6 + step * 0.42), horizon + unit * 0.03)
                height = unit * (rise + 0.05 * step) * dice.uniform(0.85, 1.15)
                paint_peak(easel, foot, height, rock.mix(mood.haze, fade), dice)


def _paint_tongue(
    easel: Easel, plane: Plane, course: Course, colours: tuple[Colour, Colour], dice: random.Random
) -> None:
    """Paint the ice with crevasses across it and lines of rubble along it."""
    mood, unit, (ice, deep) = easel.mood, easel.unit, colours
    front = plane.point(0, 1 / _FRONT)[1]
    tongue = polygon(ribbon(plane, course, 1.9, 1 / _FRONT))
    stops = [(ice.mix(mood.haze, 0.3), 1.0), (ice, 1.0), (ice.mix(deep, 0.25), 1.0)]
    easel.canvas.drawPath(tongue, easel.fade((0, plane.horizon), (0, front), stops, (0, 0.5, 1)))
    easel.canvas.save()
    easel.canvas.clipPath(tongue, skia.ClipOp.kIntersect, True)
    for row in range(34, -1, -1):
        share = row / 40
        away, across = distance_at(share, 1 / _FRONT), course(share) + dice.uniform(-1.5, 0.6)
        arc = [plane.point(across + step * 0.32, away * (1 + (0.012 if step % 2 else 0.0))) for step in range(4)]
        easel.canvas.drawPath(smooth(arc, closed=False), easel.line(deep, unit * 0.024 / away, 0.6))
    rubble = mood.lit(lch(0.5, 0.03, 260)).mix(ice, 0.35)
    for beside in (-0.75, 0.6):
        stripe = ribbon(plane, aside(course, beside), 0.09, 1 / _FRONT)
        easel.canvas.drawPath(smooth(stripe), easel.fill(rubble, 0.6))
    easel.canvas.restore()


def _paint_ice_front(
    easel: Easel, across: tuple[float, float], front: float, colours: tuple[Colour, Colour], dice: random.Random
) -> None:
    unit, (ice, deep), x = easel.unit, colours, across[0]
    while x < across[1]:
        breadth, tall = unit * dice.uniform(0.03, 0.075), unit * dice.uniform(0.045, 0.1)
        face = [
            (x, front - tall * 0.4),
            (x + breadth * 0.5, front - tall * 0.62),
            (x + breadth, front - tall * 0.35),
            (x + breadth, front + tall * 0.5),
            (x, front + tall * 0.5),
        ]
        shade = dice.uniform(0.0, 0.45)
        easel.canvas.drawPath(
            polygon(face),
            easel.fade(
                (0, front - tall),
                (0, front + tall * 0.5),
                [(ice.mix(WHITE, 0.3), 1.0), (ice.mix(deep, shade), 1.0), (deep, 1.0)],
                (0, 0.45, 1),
            ),
        )
        x += breadth


def _paint_ice_lake(easel: Easel, scene: Composition, front: float, deep: Colour, dice: random.Random) -> None:
    mood, unit = easel.mood, easel.unit
    line, shore = front + unit * 0.03, scene.shore or easel.height
    milk = mood.lit(lch(0.78, 0.065, 205))
    easel.wash(easel.fade((0, line), (0, easel.height), [(milk.lit(0.95), 1.0), (milk.mix(deep, 0.3), 1.0)]), line)
    for _ in range(9):
        down = dice.uniform(0.1, 0.8)
        x, y, size = (
            dice.random() * easel.width,
            line + (shore - line) * down,
            unit * (0.016 + 0.05 * down) * dice.uniform(0.7, 1.3),
        )
        floe = [(x - size, y), (x - size * 0.5, y - size * 0.7), (x + size * 0.2, y - size * 0.9), (x + size, y)]
        easel.canvas.drawPath(
            polygon(floe),
            easel.fade((0, y - size), (0, y), [(mood.lit(WHITE), 1.0), (mood.lit(_ICE).mix(deep, 0.3), 1.0)]),
        )
        easel.oval((x, y + size * 0.06), size * 1.1, size * 0.12, easel.fill(deep, 0.5))
    gravel = mood.lit(lch(0.62, 0.02, 250))
    outline = hill_points(easel.shot_dice("shore"), easel, shore, unit * 0.02, shift=0.0, roughness=1.3)
    paint_below(
        easel, outline, easel.fade((0, shore), (0, easel.height), [(gravel.lit(1.1), 1.0), (gravel.lit(0.78), 1.0)])
    )
    for _ in range(34):
        x, y = outline[dice.randrange(len(outline))]
        spot = (x, y + (easel.height - y) * dice.random() + unit * 0.01)
        paint_rock(easel, spot, unit * dice.uniform(0.006, 0.03), gravel.lit(dice.uniform(0.75, 1.1)), dice)


def paint_tundra(easel: Easel, scene: Composition, weather: Weather | None) -> None:
    """Paint wide low land: far snowy hills, moss in autumn colours, old snow, small ponds, cotton grass."""
    mood, unit, horizon = easel.mood, easel.unit, scene.horizon
    paint_land(easel, Setting.SNOW, horizon, weather)
    dice = easel.shot_dice("tundra")
    moss = (lch(0.6, 0.09, 75), lch(0.55, 0.11, 45), lch(0.6, 0.08, 115), lch(0.5, 0.1, 28))
    base = mood.lit(moss[0])
    easel.wash(receding(easel, horizon, base, 0.45, 0.78, 0.35), horizon + unit * 0.004)
    depth = easel.height - horizon
    for index in range(90):
        down = (index / 90) ** 1.6
        spot = (dice.random() * easel.width, horizon + depth * (0.03 + 0.95 * down))
        half = unit * (0.03 + 0.16 * down) * dice.uniform(0.5, 1.3)
        kind = dice.random()
        if kind < 0.1:
            easel.oval(spot, half, half * 0.17, easel.fill(mood.lit(WHITE).mix(mood.sky[1], 0.1), 0.95))
        elif kind < 0.2:
            easel.oval((spot[0], spot[1] - half * 0.02), half * 1.04, half * 0.2, easel.fill(base.lit(0.66)))
            easel.oval(
                spot,
                half,
                half * 0.18,
                easel.fade(
                    (0, spot[1] - half * 0.2), (0, spot[1] + half * 0.2), [(mood.sky[2], 1.0), (mood.sky[1], 1.0)]
                ),
            )
        else:
            easel.oval(
                spot, half, half * 0.14, easel.fill(mood.lit(dice.choice(moss)).mix(mood.haze, 0.4 * (1 - down)), 0.6)
            )
    for index in range(70):
        down = dice.random() ** 0.6
        foot = (dice.random() * easel.width, horizon + depth * (0.2 + 0.8 * down))
        size = unit * (0.01 + 0.03 * down)
        paint_tuft(easel, foot, size, base.mix(mood.shadow, 0.3), dice, 0.8)
        if index % 2:
            easel.canvas.drawCircle(foot[0], foot[1] - size * 1.05, size * 0.26, easel.fill(mood.lit(WHITE), 0.9))
