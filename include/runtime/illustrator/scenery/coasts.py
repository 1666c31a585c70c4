"""Where land meets the sea: a beach, a cliff, a harbour."""

from __future__ import annotations

import math
import random

import skia

from include.runtime.illustrator.colours import Colour, lch
from include.runtime.illustrator.easel import Easel, Point, polygon, smooth
from include.runtime.illustrator.mood import LAMPLIGHT, WHITE
from include.runtime.illustrator.places import Composition
from include.runtime.illustrator.scenery.growth import paint_palm, paint_rock
from include.runtime.illustrator.scenery.sky import sun_place
from include.runtime.illustrator.scenery.street import paint_fronts
from include.runtime.illustrator.scenery.water import paint_sea
from include.runtime.illustrator.settings import Weather

_SAND = lch(0.86, 0.065, 82)


def paint_coast(easel: Easel, scene: Composition, weather: Weather | None) -> None:
    """Paint the open sea, with a beach where something stands on one."""
    paint_sea(easel, scene.horizon, weather, scene.shore)


def paint_beach(easel: Easel, scene: Composition, weather: Weather | None) -> None:
    """Paint a bay: sand that sweeps from the foreground along one side, surf, palms."""
    mood, unit, dice = easel.mood, easel.unit, easel.shot_dice("beach")
    horizon, shore, side = scene.horizon, scene.shore or easel.height, scene.side
    paint_sea(easel, horizon, weather, None)
    sand = mood.lit(_SAND)
    depth = shore - horizon
    for lift, colour, alpha in (
        (0.05, mood.water.mix(WHITE, 0.45), 0.4),
        (0.028, mood.water.mix(WHITE, 0.7), 0.55),
        (0.012, mood.lit(WHITE), 0.85),
        (0.0, sand.lit(0.86), 1.0),
        (-0.014, sand, 1.0),
    ):
        line = _bay(easel, scene, depth, unit * lift, dice.random() if lift > 0 else 0.0)
        easel.canvas.drawPath(smooth(line), easel.fill(colour, alpha))
    low = easel.fade((0, shore), (0, easel.height), [(sand, 0.0), (sand.lit(0.86).mix(mood.shadow, 0.12), 1.0)])
    easel.wash(low, shore)
    _paint_sand(easel, sand, shore)
    outer = 0.5 + side * 0.5
    for index, (inward, lift, size) in enumerate(((0.17, 0.62, 0.34), (0.02, 0.36, 0.5), (0.1, 0.08, 0.66))):
        foot = ((outer - side * inward) * easel.width, shore - depth * lift * 0.55 + unit * 0.03)
        green = mood.lit(lch(0.56, 0.12, 140)).mix(mood.haze, 0.3 - 0.12 * index)
        easel.oval(
            (foot[0] + side * unit * 0.02, foot[1]), unit * size * 0.16, unit * 0.008, easel.fill(mood.shadow, 0.2)
        )
        paint_palm(easel, foot, unit * size * dice.uniform(0.9, 1.1), green, dice)


def _bay(easel: Easel, scene: Composition, depth: float, lift: float, phase: float) -> list[Point]:
    """Outline of the sand: along the lower edge and up one side to the horizon."""
    side, shore = scene.side, scene.shore or easel.height
    points: list[Point] = []
    for step in range(15):
        along = step / 14
        away = max(0.0, (along - 0.5) / 0.5)
        x = easel.width * (0.5 - side * 0.55 + side * 1.05 * along)
        y = shore - lift - depth * 0.86 * away**1.7 + easel.unit * 0.01 * math.sin(along * 11 + phase * 6)
        points.append((x, y))
    edge = easel.width * (0.5 + side * 0.56)
    return [
        *points,
        (edge, points[-1][1]),
        (edge, easel.height * 1.05),
        (easel.width * (0.5 - side * 0.56), easel.height * 1.05),
    ]


def _paint_sand(easel: Easel, sand: Colour, shore: float) -> None:
    mood, unit, dice = easel.mood, easel.unit, easel.shot_dice("sand")
    for _ in range(110):
        spot = (dice.random() * easel.width, shore + (easel.height - shore) * (0.12 + 0.88 * dice.random()))
        easel.oval(spot, unit * dice.uniform(0.002, 0.005), unit * 0.0015, easel.fill(sand.mix(mood.shadow, 0.4), 0.5))
    for _ in range(5):
        spot = (dice.random() * easel.width, shore + (easel.height - shore) * dice.uniform(0.25, 0.9))
        paint_rock(
            easel, spot, unit * dice.uniform(0.01, 0.025), mood.lit(lch(0.8, 0.05, dice.choice((30, 60, 250)))), dice
        )


def paint_cliff(easel: Easel, scene: Composition, weather: Weather | None) -> None:
    """Paint a steep coast: headlands behind one another, layers of rock, grass on top, surf at their feet."""
    mood, unit, dice = easel.mood, easel.unit, easel.shot_dice("cliff")
    paint_sea(easel, scene.horizon, weather, None)
    chalk = dice.random() < 0.4
    stone = mood.lit(lch(0.86, 0.025, 90) if chalk else lch(0.62, 0.06, dice.choice((45, 60, 75))))
    for index, (reach, rise, drop, fade) in enumerate(
        ((0.72, 0.13, 0.05, 0.5), (0.5, 0.26, 0.2, 0.26), (0.3, 0.42, 0.62, 0.0))
    ):
        foot = scene.horizon + (easel.height - scene.horizon) * drop
        paint_headland(
            easel,
            scene.side,
            reach * dice.uniform(0.92, 1.08),
            (scene.horizon - unit * rise, foot),
            stone.mix(mood.haze, fade),
            index,
            dice,
        )


def paint_headland(
    easel: Easel, side: int, reach: float, rows: tuple[float, float], stone: Colour, index: int, dice: random.Random
) -> Point:
    """Paint one headland from the picture's `side` inwards, `reach` of its width; return its top's inner end."""
    mood, unit = easel.mood, easel.unit
    top, foot = rows
    outer, inner = easel.width * (0.5 + side * 0.54), easel.width * (0.5 + side * (0.5 - reach))
    tall = foot - top
    face: list[Point] = [(outer, top)]
    crown = [
        (outer - (outer - inner) * along, top + unit * 0.012 * math.sin(along * 7 + index * 2))
        for along in (0.3, 0.6, 0.88)
    ]
    face += crown
    for step in range(1, 8):
        down = step / 7
        face.append((inner + side * unit * dice.uniform(-0.02, 0.035) - side * unit * 0.05 * down, top + tall * down))
    face.append((outer, foot))
    lit = 1.05 if (sun_place(easel, foot)[0] - inner) * side < 0 else 0.88
    shape = polygon(face)
    easel.canvas.drawPath(
        shape, easel.fade((0, top), (0, foot), [(stone.lit(lit * 1.05), 1.0), (stone.lit(lit * 0.84), 1.0)])
    )
    easel.canvas.save()
    easel.canvas.clipPath(shape)
    rows_of_rock = 9
    for layer in range(rows_of_rock):
        y = top + tall * (layer + dice.random() * 0.5) / rows_of_rock
        seam = [(outer, y), ((outer + inner) / 2, y + unit * 0.006), (inner - side * unit * 0.1, y + unit * 0.002)]
        easel.canvas.drawPath(
            polygon(seam, closed=False),
            easel.line(stone.lit(lit * (0.76 if layer % 2 else 1.14)), unit * (0.004 + 0.004 * index), 0.55),
        )
    for _ in range(7 + 3 * index):
        x = inner + (outer - inner) * dice.random()
        start = top + tall * dice.uniform(0.08, 0.5)
        crack = [
            (x, start),
            (x + side * unit * 0.008, start + tall * 0.16),
            (x - side * unit * 0.004, start + tall * 0.34),
        ]
        easel.canvas.drawPath(polygon(crack, closed=False), easel.line(stone.lit(lit * 0.66), unit * 0.003, 0.5))
    easel.canvas.restore()
    turf = mood.ground.mix(mood.haze, 0.5 - 0.25 * index)
    lip = unit * (0.014 + 0.012 * index)
    cap = [
        (outer, top - lip),
        *((x, y - lip) for x, y in crown),
        (face[4][0] - side * unit * 0.004, face[4][1]),
        *((x, y + lip * 0.8) for x, y in reversed(crown)),
        (outer, top + lip),
    ]
    easel.canvas.drawPath(smooth(cap), easel.fill(turf))
    _paint_foam(easel, outer - (outer - inner) * 0.5 - side * unit * 0.03, foot, abs(outer - inner), index)
    return (inner + side * unit * 0.06, top - lip)


def _paint_foam(easel: Easel, x: float, foot: float, width: float, index: int) -> None:
    """Paint what breaks at the foot of a headland around `x`."""
    foam = easel.mood.lit(WHITE)
    for wave in range(3):
        half = width * 0.5 * (1.06 + 0.05 * wave)
        easel.oval(
            (x, foot + easel.unit * 0.008 * wave),
            half,
            easel.unit * (0.004 + 0.004 * index),
            easel.fill(foam, 0.55 - 0.16 * wave),
        )


def paint_harbour(easel: Easel, scene: Composition, weather: Weather | None) -> None:
    """Paint a basin: a row of houses on the far quay, moored boats before it, the near quay with its bollards."""
    mood, unit, dice = easel.mood, easel.unit, easel.shot_dice("harbour")
    horizon, shore = scene.horizon, scene.shore or easel.height
    paint_sea(easel, horizon, weather, None)
    quay = horizon + (shore - horizon) * 0.16
    stone = mood.lit(lch(0.62, 0.02, 80)).mix(mood.haze, 0.2)
    _paint_far_quay(easel, scene, quay, stone)
    for row, (down, size) in enumerate(((0.3, 0.5), (0.6, 0.85))):
        count = 5 - row * 2
        for index in range(count):
            across = (index + dice.uniform(0.2, 0.8)) / count
            spot = (across * easel.width, quay + (shore - quay) * down)
            _paint_moored(easel, spot, unit * 0.16 * size * dice.uniform(0.9, 1.15), dice)
    _paint_near_quay(easel, shore)


def _paint_far_quay(easel: Easel, scene: Composition, quay: float, stone: Colour) -> None:
    mood, unit = easel.mood, easel.unit
    easel.canvas.save()
    easel.canvas.translate(0, quay - unit * 0.02)
    easel.canvas.scale(0.62, 0.62)
    easel.canvas.translate(0, -quay)
    paint_fronts(easel, quay, easel.shot_dice("pan").uniform(-0.15, 0.15), easel.width / 0.62)
    easel.canvas.restore()
    easel.wash(
        easel.fade((0, quay - unit * 0.02), (0, quay + unit * 0.016), [(stone, 1.0), (stone.lit(0.7), 1.0)]),
        quay - unit * 0.02,
        quay + unit * 0.016,
    )
    reach = unit * 0.13
    easel.wash(
        easel.fade((0, quay + unit * 0.016), (0, quay + reach), [(stone.lit(0.62), 0.55), (stone, 0.0)]),
        quay + unit * 0.016,
        quay + reach,
    )
    x, y = easel.width * (0.5 + scene.side * 0.33), quay - unit * 0.02
    steel = mood.lit(lch(0.55, 0.14, 40)).mix(mood.haze, 0.25)
    for leg in (-0.045, 0.045):
        easel.canvas.drawLine(x + leg * unit, y, x + leg * unit * 0.4, y - unit * 0.2, easel.line(steel, unit * 0.008))
    easel.canvas.drawLine(
        x + scene.side * unit * 0.07,
        y - unit * 0.2,
        x - scene.side * unit * 0.2,
        y - unit * 0.33,
        easel.line(steel, unit * 0.011),
    )
    easel.canvas.drawLine(x, y - unit * 0.2, x, y - unit * 0.28, easel.line(steel, unit * 0.008))
    easel.canvas.drawLine(
        x, y - unit * 0.28, x - scene.side * unit * 0.17, y - unit * 0.31, easel.line(steel, unit * 0.003)
    )
    easel.canvas.drawLine(
        x - scene.side * unit * 0.19,
        y - unit * 0.325,
        x - scene.side * unit * 0.19,
        y - unit * 0.14,
        easel.line(steel.lit(0.6), unit * 0.002),
    )


def _paint_moored(easel: Easel, spot: Point, size: float, dice: random.Random) -> None:
    """Paint one boat: a hull with a stripe, a cabin or a mast, and its image in the water."""
    x, y = spot
    mood = easel.mood
    hull = mood.lit(dice.choice((lch(0.5, 0.11, 250), lch(0.55, 0.16, 28), lch(0.9, 0.02, 90), lch(0.55, 0.1, 160))))
    flip = dice.choice((-1, 1))
    easel.oval((x, y + size * 0.13), size * 0.62, size * 0.1, easel.fill(hull.mix(mood.water, 0.5).lit(0.7), 0.5))
    if dice.random() < 0.55:
        easel.canvas.drawLine(
            x, y - size * 0.2, x, y - size * 1.25, easel.line(mood.lit(lch(0.45, 0.05, 60)), size * 0.03)
        )
        easel.canvas.drawPath(
            polygon([(x, y - size * 1.2), (x + flip * size * 0.5, y - size * 0.3), (x, y - size * 0.3)]),
            easel.fill(mood.lit(lch(0.95, 0.02, 90)), 0.9),
        )
    body = [
        (x - flip * size * 0.55, y - size * 0.24),
        (x + flip * size * 0.62, y - size * 0.32),
        (x + flip * size * 0.42, y + size * 0.08),
        (x - flip * size * 0.46, y + size * 0.08),
    ]
    easel.canvas.drawPath(
        polygon(body),
        easel.fade((0, y - size * 0.3), (0, y + size * 0.1), [(hull.lit(1.08), 1.0), (hull.lit(0.8), 1.0)]),
    )
    easel.canvas.drawPath(
        polygon([body[0], body[1], (body[1][0] - flip * size * 0.02, y - size * 0.24), (body[0][0], y - size * 0.17)]),
        easel.fill(mood.lit(WHITE)),
    )
    cabin = polygon(
        [
            (x - flip * size * 0.3, y - size * 0.25),
            (x - flip * size * 0.28, y - size * 0.5),
            (x + flip * size * 0.08, y - size * 0.5),
            (x + flip * size * 0.16, y - size * 0.26),
        ]
    )
    easel.canvas.drawPath(cabin, easel.fill(mood.lit(lch(0.93, 0.02, 90))))
    easel.canvas.drawCircle(
        x - flip * size * 0.1,
        y - size * 0.39,
        size * 0.05,
        easel.fill(LAMPLIGHT if mood.dim else mood.lit(lch(0.5, 0.05, 240))),
    )


def _paint_near_quay(easel: Easel, shore: float) -> None:
    mood, unit = easel.mood, easel.unit
    stone = mood.lit(lch(0.7, 0.02, 75))
    easel.wash(easel.fill(stone.lit(0.62)), shore - unit * 0.002, shore + unit * 0.02)
    easel.wash(
        easel.fade(
            (0, shore - unit * 0.018),
            (0, easel.height),
            [(stone.lit(1.08), 1.0), (stone, 1.0), (stone.lit(0.8), 1.0)],
            (0, 0.3, 1),
        ),
        shore - unit * 0.018,
    )
    for row in range(7):
        y = shore + (easel.height - shore) * (row / 6) ** 1.4
        easel.canvas.drawLine(0, y, easel.width, y, easel.line(stone.lit(0.78), unit * 0.0022, 0.7))
        for column in range(-8, 9):
            x = easel.width * (0.5 + (column + 0.5 * (row % 2)) * 0.11 * (0.8 + 0.12 * row))
            lower = shore + (easel.height - shore) * ((row + 1) / 6) ** 1.4
            easel.canvas.drawLine(
                x, y, x + (x - easel.width / 2) * 0.08, lower, easel.line(stone.lit(0.78), unit * 0.0022, 0.7)
            )
    iron = mood.lit(lch(0.3, 0.02, 260))
    for across in (0.06, 0.94):
        x, y = across * easel.width, shore + unit * 0.03
        easel.oval((x, y), unit * 0.03, unit * 0.008, easel.fill(mood.shadow, 0.35))
        easel.canvas.drawRoundRect(
            skia.Rect(x - unit * 0.016, y - unit * 0.045, x + unit * 0.016, y),
            unit * 0.008,
            unit * 0.008,
            easel.fill(iron),
        )
        easel.canvas.drawRoundRect(
            skia.Rect(x - unit * 0.026, y - unit * 0.056, x + unit * 0.026, y - unit * 0.036),
            unit * 0.01,
            unit * 0.01,
            easel.fill(iron.lit(1.25)),
        )
