"""A waterfall: a wall of rock, water that falls over it, a pool in its own spray."""

from __future__ import annotations

import random

import skia

from include.runtime.illustrator.colours import Colour, lch
from include.runtime.illustrator.easel import Easel, Point, polygon, smooth
from include.runtime.illustrator.mood import WHITE
from include.runtime.illustrator.places import Composition
from include.runtime.illustrator.scenery.growth import (
    hill_points,
    paint_below,
    paint_leafy,
    paint_pine,
    paint_rock,
)
from include.runtime.illustrator.scenery.inland import fill_water, paint_shore
from include.runtime.illustrator.scenery.land import ground_colour
from include.runtime.illustrator.scenery.sky import paint_sky, sun_place
from include.runtime.illustrator.settings import Setting, Weather


def paint_waterfall(easel: Easel, scene: Composition, weather: Weather | None) -> None:
    """Paint a wall of rock with water falling over it into a pool, in its own spray."""
    mood, unit, dice = easel.mood, easel.unit, easel.shot_dice("waterfall")
    horizon, shore = scene.horizon, scene.shore or easel.height
    paint_sky(easel, horizon, weather)
    top, foot = max(horizon - easel.height * 0.27, _top_edge(scene) + unit * 0.17), horizon + (shore - horizon) * 0.32
    x, half = easel.width * (0.5 + scene.side * dice.uniform(0.08, 0.16)), unit * dice.uniform(0.085, 0.13)
    rock = mood.lit(lch(0.47, 0.035, 230)).mix(mood.haze, 0.12)
    _paint_far_wall(easel, top, foot, rock.mix(mood.haze, 0.5))
    for edge in (-1, 1):
        _paint_cliff(easel, (x + edge * half * 0.86, top, foot), edge, rock, dice)
    _paint_curtain(easel, (x, half), top + unit * 0.012, foot, dice)
    pool = skia.Path()
    pool.addRect(skia.Rect(0, foot, easel.width, easel.height))
    fill_water(easel, pool, foot, easel.height)
    _paint_spray(easel, (x, foot), half, dice)
    paint_shore(easel, shore, ground_colour(easel, Setting.FOREST))
    for edge in (-1, 1):
        for _ in range(3):
            spot = (easel.width * (0.5 + edge * dice.uniform(0.34, 0.52)), shore + unit * dice.uniform(-0.03, 0.03))
            paint_rock(easel, spot, unit * dice.uniform(0.06, 0.13), rock.lit(0.9), dice)


def _top_edge(scene: Composition) -> float:
    """Where the picture's upper edge is in a place that the camera stands nearer to."""
    return scene.pivot[1] * (1 - 1 / scene.zoom)


def _paint_far_wall(easel: Easel, top: float, foot: float, rock: Colour) -> None:
    outline = hill_points(
        easel.film_dice("wall"), easel, top - easel.unit * 0.03, easel.unit * 0.05, shift=0.0, roughness=0.9
    )
    easel.canvas.save()
    easel.canvas.clipRect(skia.Rect(0, 0, easel.width, foot + 2))
    paint_below(easel, outline, easel.fade((0, top), (0, foot), [(rock, 1.0), (rock.mix(easel.mood.haze, 0.4), 1.0)]))
    easel.canvas.restore()


def _paint_cliff(easel: Easel, edge: tuple[float, float, float], side: int, rock: Colour, dice: random.Random) -> None:
    """Paint one flank of the fall: pillars of rock, the nearer the outer, with trees on top."""
    inner, top, foot = edge
    unit, mood = easel.unit, easel.mood
    lit_side = 1 if sun_place(easel, foot)[0] > inner else -1
    x, lift, column = inner, 0.0, 0
    pillars = []
    while 0 - unit * 0.3 < x < easel.width + unit * 0.3:
        breadth = unit * dice.uniform(0.10, 0.19)
        pillars.append((x, breadth, top - unit * lift + unit * dice.uniform(-0.02, 0.03), column))
        x, lift, column = x + side * breadth * 0.86, lift + dice.uniform(0.0, 0.05), column + 1
    wood = mood.lit(lch(0.42, 0.085, 150))
    for x, breadth, crown, column in pillars:
        shade = (1.06 if lit_side == side else 0.9) * (1.0 if column % 2 else 0.93)
        for _ in range(3):
            tree = (x + side * breadth * dice.random(), crown + unit * 0.012)
            height = unit * dice.uniform(0.07, 0.15)
            if dice.random() < 0.55:
                paint_pine(easel, tree, height * 1.2, wood.lit(dice.uniform(0.85, 1.05)).mix(mood.haze, 0.15))
            else:
                paint_leafy(easel, tree, height, wood.lit(dice.uniform(0.95, 1.15)).mix(mood.haze, 0.15), dice)
        outer = x + side * breadth * 1.08
        points = [
            (x, foot + unit * 0.01),
            (x + side * breadth * 0.04, crown + unit * 0.05),
            (x + side * breadth * 0.2, crown),
            (outer - side * breadth * 0.2, crown - unit * 0.008),
            (outer, crown + unit * 0.04),
            (outer + side * unit * 0.01, foot + unit * 0.01),
        ]
        easel.canvas.drawPath(
            polygon(points),
            easel.fade((0, crown), (0, foot), [(rock.lit(shade * 1.08), 1.0), (rock.lit(shade * 0.84), 1.0)]),
        )
        moss = [
            (x + side * breadth * 0.02, crown + unit * 0.035),
            *points[1:5],
            (outer - side * breadth * 0.3, crown + unit * 0.03),
        ]
        easel.canvas.drawPath(smooth(moss), easel.fill(mood.ground.mix(wood, 0.35), 0.9))
        for _ in range(4):
            cx, cy = x + side * breadth * dice.uniform(0.1, 0.9), crown + (foot - crown) * dice.uniform(0.2, 0.9)
            crack = [
                (cx, cy),
                (cx + side * unit * 0.006, cy + unit * 0.03),
                (cx - side * unit * 0.003, cy + unit * 0.06),
            ]
            easel.canvas.drawPath(polygon(crack, closed=False), easel.line(rock.lit(0.66), unit * 0.0028, 0.6))


def _paint_curtain(easel: Easel, middle: Point, top: float, foot: float, dice: random.Random) -> None:
    x, half = middle
    mood, unit = easel.mood, easel.unit
    body = mood.lit(lch(0.9, 0.035, 220))
    points = [
        (x - half * 0.9, top),
        (x + half * 0.9, top),
        (x + half * 1.12, foot + unit * 0.01),
        (x - half * 1.12, foot + unit * 0.01),
    ]
    easel.canvas.drawPath(
        polygon(points),
        easel.fade((0, top), (0, foot), [(body.lit(0.93), 1.0), (body, 1.0), (WHITE.mix(body, 0.3), 1.0)], (0, 0.5, 1)),
    )
    for index in range(30):
        across = dice.uniform(-0.88, 0.88)
        start, end = top + (foot - top) * dice.uniform(0.0, 0.5), top + (foot - top) * dice.uniform(0.6, 1.0)
        colour = mood.lit(WHITE) if index % 2 else body.mix(mood.water, 0.5)
        easel.canvas.drawLine(
            x + half * across,
            start,
            x + half * across * 1.22,
            end,
            easel.line(colour, unit * dice.uniform(0.002, 0.007), 0.5),
        )
    lip = [
        (x - half * 0.95, top + unit * 0.012),
        (x - half * 0.5, top - unit * 0.006),
        (x + half * 0.5, top - unit * 0.006),
        (x + half * 0.95, top + unit * 0.012),
    ]
    easel.canvas.drawPath(smooth([*lip, (x, top + unit * 0.03)]), easel.fill(mood.lit(WHITE), 0.9))


def _paint_spray(easel: Easel, foot: Point, half: float, dice: random.Random) -> None:
    x, y = foot
    white = easel.mood.lit(WHITE).mix(easel.mood.haze, 0.15)
    for _ in range(16):
        place = (x + half * dice.uniform(-1.7, 1.7), y + easel.unit * dice.uniform(-0.03, 0.02))
        radius = easel.unit * dice.uniform(0.03, 0.085)
        easel.canvas.drawCircle(
            *place, radius, easel.radiance(place, radius, [(white, 0.5), (white, 0.26), (white, 0.0)], (0, 0.5, 1))
        )
    for drop in range(3):
        easel.oval(
            (x, y + easel.unit * (0.02 + 0.025 * drop)),
            half * (1.3 + 0.45 * drop),
            easel.unit * 0.004,
            easel.fill(white, 0.4 - 0.1 * drop),
        )
