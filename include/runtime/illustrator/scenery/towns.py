"""Where many people live: a city from afar, a street that runs into the distance, a market."""

from __future__ import annotations

import math
import random

import skia

from include.runtime.illustrator.colours import Colour, lch
from include.runtime.illustrator.easel import Easel, Point, polygon
from include.runtime.illustrator.mood import LAMPLIGHT, WHITE
from include.runtime.illustrator.places import Composition
from include.runtime.illustrator.scenery.ground import receding
from include.runtime.illustrator.scenery.sky import paint_sky
from include.runtime.illustrator.scenery.street import paint_fronts
from include.runtime.illustrator.scenery.water import paint_glitter, paint_waves
from include.runtime.illustrator.settings import Weather


def paint_city(easel: Easel, scene: Composition, weather: Weather | None) -> None:
    """Paint a skyline across a river: towers behind towers, their lights and images in the water, a quay."""
    mood, unit, horizon = easel.mood, easel.unit, scene.horizon
    shore = scene.shore or easel.height
    paint_sky(easel, horizon, weather)
    line = horizon + (shore - horizon) * 0.2
    paint_skyline(easel, line, scene.side, 1.0)
    water = skia.Path()
    water.addRect(skia.Rect(0, line, easel.width, easel.height))
    far, deep = mood.water.mix(mood.sky[2], 0.5), mood.water.lit(0.72).mix(mood.shadow, 0.2)
    easel.canvas.drawPath(
        water, easel.fade((0, line), (0, shore), [(far, 1.0), (mood.water, 1.0), (deep, 1.0)], (0, 0.4, 1))
    )
    _paint_lights(easel, line, shore)
    easel.canvas.save()
    easel.canvas.clipPath(water)
    paint_waves(easel, line, shore, count=60)
    paint_glitter(easel, line)
    easel.canvas.restore()
    stone = mood.lit(lch(0.68, 0.02, 75))
    easel.wash(easel.fade((0, shore), (0, easel.height), [(stone.lit(1.06), 1.0), (stone.lit(0.8), 1.0)]), shore)
    easel.wash(easel.fill(stone.lit(0.6)), shore, shore + unit * 0.012)
    _paint_railing(easel, shore)


def paint_skyline(easel: Easel, line: float, side: int, scale: float) -> None:
    """Paint three rows of towers that stand on `line`, the highest on `side`."""
    mood, unit, dice = easel.mood, easel.unit, easel.film_dice("towers")
    bulge = easel.width * (0.5 + side * 0.16)
    for row, fade in ((0, 0.66), (1, 0.44), (2, 0.18)):
        x = -unit * 0.06 * dice.random()
        while x < easel.width * 1.02:
            breadth = unit * dice.uniform(0.05, 0.11) * scale
            swell = math.exp(-(((x - bulge) / (unit * 0.5)) ** 2))
            tall = unit * (0.12 + (0.34, 0.24, 0.1)[row] * swell + 0.1 * dice.random()) * scale
            hue = dice.choice((mood.far, mood.wall, mood.second.mix(mood.wall, 0.6), mood.far.mix(mood.wall, 0.5)))
            body = hue.mix(mood.lit(lch(0.5, 0.04, 250)), 0.45).mix(mood.haze, fade)
            _paint_tower(easel, (x, line - tall, breadth, tall), body, dice)
            x += breadth * dice.uniform(0.9, 1.35)


def _paint_tower(easel: Easel, box: tuple[float, float, float, float], body: Colour, dice: random.Random) -> None:
    x, top, breadth, tall = box
    mood, unit = easel.mood, easel.unit
    shape = [(x, top + tall), (x, top), (x + breadth, top), (x + breadth, top + tall)]
    roof = dice.randrange(5)
    if roof == 0:
        shape[1:3] = [(x, top), (x + breadth * 0.5, top - breadth * 0.55), (x + breadth, top)]
    elif roof == 1:
        shape[1:3] = [(x, top), (x + breadth, top + breadth * 0.4)]
    elif roof == 2:
        easel.canvas.drawLine(
            x + breadth / 2, top, x + breadth / 2, top - breadth * 0.9, easel.line(body.lit(0.9), unit * 0.004)
        )
    easel.canvas.drawPath(
        polygon(shape), easel.fade((0, top), (0, top + tall), [(body, 1.0), (body.mix(mood.haze, 0.35), 1.0)])
    )
    easel.canvas.drawRect(
        skia.Rect(x + breadth * 0.66, top + (breadth * 0.4 if roof == 1 else 0), x + breadth, top + tall),
        easel.fill(mood.shadow, 0.1),
    )
    cell = unit * 0.0155
    columns, rows = max(2, int(breadth / cell)), int(tall / cell / 1.25)
    pane = LAMPLIGHT if mood.dim else body.mix(WHITE, 0.4)
    for row in range(rows - 1):
        for column in range(columns):
            if dice.random() < (0.5 if mood.dim else 0.62):
                wx, wy = x + (column + 0.27) * breadth / columns, top + cell * 0.9 + row * cell * 1.25
                easel.canvas.drawRect(
                    skia.Rect(wx, wy, wx + breadth / columns * 0.5, wy + cell * 0.62),
                    easel.fill(pane, 0.85 if mood.dim else 0.5),
                )


def _paint_lights(easel: Easel, line: float, shore: float) -> None:
    """Draw the towers' images in the water as soft upright strokes."""
    mood, unit, dice = easel.mood, easel.unit, easel.film_dice("reflections")
    dark = mood.far.mix(mood.shadow, 0.35)
    for _ in range(40):
        x, long = dice.random() * easel.width, (shore - line) * dice.uniform(0.25, 0.8)
        half = unit * dice.uniform(0.006, 0.028)
        colour = LAMPLIGHT if mood.dim and dice.random() < 0.6 else dark
        easel.canvas.drawRect(
            skia.Rect(x - half, line, x + half, line + long),
            easel.fade((0, line), (0, line + long), [(colour, 0.34), (colour, 0.0)]),
        )


def _paint_railing(easel: Easel, shore: float) -> None:
    mood, unit = easel.mood, easel.unit
    iron = mood.lit(lch(0.3, 0.02, 250))
    for up in (0.062, 0.034):
        easel.wash(easel.fill(iron), shore - unit * up, shore - unit * (up - 0.005))
    count = round(easel.width / unit * 11)
    for index in range(count + 1):
        x = easel.width * index / count
        easel.canvas.drawLine(x, shore + unit * 0.004, x, shore - unit * 0.066, easel.line(iron, unit * 0.005))


def paint_market(easel: Easel, scene: Composition, weather: Weather | None) -> None:
    """Paint a market square: houses behind, stalls with striped awnings and heaps of fruit."""
    mood, unit, horizon = easel.mood, easel.unit, scene.horizon
    paint_sky(easel, horizon, weather)
    dice = easel.shot_dice("market")
    paint_fronts(easel, horizon, easel.shot_dice("pan").uniform(-0.15, 0.15), easel.width)
    stone = mood.lit(lch(0.74, 0.03, 75)).mix(mood.wall, 0.2)
    easel.wash(receding(easel, horizon, stone, 0.2, 0.8, 0.35), horizon)
    _paint_cobbles(easel, horizon, stone)
    depth = easel.height - horizon
    for row, (down, size) in enumerate(((0.14, 0.2), (0.4, 0.31))):
        count = max(2, round(easel.width / unit * (3.4 - row * 1.2)))
        for index in range(count):
            across = (index + 0.5 + dice.uniform(-0.12, 0.12)) / count
            if row and abs(across - 0.5 + 0.15 * scene.side) < 0.2:
                continue
            _paint_stall(easel, (across * easel.width, horizon + depth * down), unit * size, dice)


def _paint_cobbles(easel: Easel, horizon: float, stone: Colour) -> None:
    unit, dice = easel.unit, easel.shot_dice("cobbles")
    for _ in range(170):
        down = dice.random()
        spot = (dice.random() * easel.width, horizon + (easel.height - horizon) * (0.03 + 0.97 * down))
        half = unit * (0.006 + 0.02 * down)
        easel.oval(spot, half, half * 0.3, easel.fill(stone.lit(dice.choice((0.88, 0.94, 1.06))), 0.7))


def _paint_stall(easel: Easel, foot: Point, width: float, dice: random.Random) -> None:
    """Paint one stall: a counter with crates of fruit under an awning in stripes."""
    x, y = foot
    mood = easel.mood
    wood, left, right = mood.lit(lch(0.52, 0.07, 60)), x - width * 0.5, x + width * 0.5
    cloth = dice.choice(
        (
            mood.second,
            mood.accent,
            mood.lit(lch(0.5, 0.13, 150)),
            mood.lit(lch(0.5, 0.12, 250)),
            mood.lit(lch(0.58, 0.18, 28)),
        )
    )
    easel.oval((x, y), width * 0.6, width * 0.05, easel.fill(mood.shadow, 0.3))
    for post in (left + width * 0.04, right - width * 0.04):
        easel.canvas.drawLine(post, y, post, y - width * 0.8, easel.line(wood.lit(0.8), width * 0.022))
    easel.canvas.drawRect(skia.Rect(left, y - width * 0.68, right, y - width * 0.3), easel.fill(mood.shadow, 0.4))
    easel.canvas.drawRect(
        skia.Rect(left, y - width * 0.34, right, y - width * 0.005),
        easel.fade((0, y - width * 0.34), (0, y), [(wood, 1.0), (wood.lit(0.74), 1.0)]),
    )
    fruits = (lch(0.62, 0.2, 28), lch(0.72, 0.17, 60), lch(0.85, 0.16, 98), lch(0.6, 0.16, 140), lch(0.5, 0.14, 330))
    for crate in range(4):
        first = left + width * (0.03 + crate * 0.24)
        colour = mood.lit(dice.choice(fruits))
        for layer, count in ((0, 4), (1, 3), (2, 2)):
            for index in range(count):
                fx = first + width * 0.11 + (index - (count - 1) / 2) * width * 0.05
                fy = y - width * (0.37 + 0.042 * layer)
                easel.canvas.drawCircle(
                    fx, fy, width * 0.031, easel.fill(colour.lit(0.86 + 0.08 * layer + 0.05 * (index % 2)))
                )
        easel.canvas.drawRect(
            skia.Rect(first, y - width * 0.36, first + width * 0.22, y - width * 0.28), easel.fill(wood.lit(1.12))
        )
    _paint_awning(easel, foot, width, cloth)
    if mood.dim:
        easel.glow((x, y - width * 0.55), width * 0.6, LAMPLIGHT, 0.6)
        easel.canvas.drawCircle(x, y - width * 0.58, width * 0.03, easel.fill(LAMPLIGHT))


def _paint_awning(easel: Easel, foot: Point, width: float, cloth: Colour) -> None:
    """Paint the stripes over a stall, with their scalloped edge."""
    x, y = foot
    mood, left = easel.mood, x - width * 0.5
    stripes = 8
    for index in range(stripes):
        a, b = index / stripes, (index + 1) / stripes
        colour = cloth if index % 2 else mood.lit(WHITE)
        slope = [
            (left - width * 0.08 + a * width * 1.16, y - width * 0.68),
            (left + width * 0.02 + a * width * 0.96, y - width * 0.92),
            (left + width * 0.02 + b * width * 0.96, y - width * 0.92),
            (left - width * 0.08 + b * width * 1.16, y - width * 0.68),
        ]
        easel.canvas.drawPath(
            polygon(slope),
            easel.fade(
                (0, y - width * 0.92), (0, y - width * 0.68), [(colour.lit(1.04), 1.0), (colour.lit(0.88), 1.0)]
            ),
        )
        half = width * 1.16 / stripes / 2
        easel.oval(
            (left - width * 0.08 + (a + b) / 2 * width * 1.16, y - width * 0.68),
            half,
            width * 0.045,
            easel.fill(colour.lit(0.86)),
        )
