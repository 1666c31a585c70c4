"""A street: skyline, house fronts, trees and lamps, pavement and road."""

from __future__ import annotations

import random

import skia

from include.runtime.illustrator.colours import Colour, lch
from include.runtime.illustrator.easel import Easel
from include.runtime.illustrator.mood import LAMPLIGHT, WHITE, SceneColours
from include.runtime.illustrator.scenery.growth import paint_leafy
from include.runtime.illustrator.scenery.sky import paint_sky
from include.runtime.illustrator.settings import Weather


def paint_street(easel: Easel, kerb: float, weather: Weather | None) -> None:
    """Paint a town; the house fronts end at `kerb`."""
    mood, unit = easel.mood, easel.unit
    paint_sky(easel, kerb, weather)
    pan = easel.shot_dice("pan").uniform(-0.15, 0.15)
    for layer, fade in ((0, 0.74), (1, 0.5)):
        _paint_skyline(easel, kerb, layer, fade, pan)
    paint_fronts(easel, kerb, pan, easel.width)
    stone = mood.lit(lch(0.72, 0.02, 80)).mix(mood.wall, 0.2)
    road = mood.lit(lch(0.47, 0.02, 265))
    pavement = kerb + (easel.height - kerb) * 0.24
    easel.wash(easel.fade((0, kerb), (0, pavement), [(stone.lit(0.85), 1.0), (stone, 1.0)]), kerb, pavement)
    easel.wash(easel.fill(stone.lit(1.12)), pavement - unit * 0.006, pavement + unit * 0.002)
    easel.wash(easel.fill(stone.lit(0.72)), pavement + unit * 0.002, pavement + unit * 0.013)
    easel.wash(
        easel.fade((0, pavement), (0, easel.height), [(road.lit(1.12), 1.0), (road.lit(0.82), 1.0)]),
        pavement + unit * 0.013,
    )
    _paint_marks(easel, pavement, pan)
    _paint_lamps(easel, kerb + (pavement - kerb) * 0.5, pan)


def _paint_skyline(easel: Easel, kerb: float, layer: int, fade: float, pan: float) -> None:
    mood, unit, dice = easel.mood, easel.unit, easel.film_dice(f"skyline {layer}")
    colour = mood.far.lit(0.85).mix(mood.haze, fade)
    x = -unit * 0.3 - pan * unit * (0.3 + 0.2 * layer)
    while x < easel.width * 1.05:
        width, height = unit * dice.uniform(0.07, 0.15), unit * dice.uniform(0.26, 0.52) * (1 - 0.2 * layer)
        top = kerb - height
        body = colour.lit(dice.uniform(0.95, 1.05))
        easel.canvas.drawRect(
            skia.Rect(x, top, x + width, kerb),
            easel.fade((0, top), (0, kerb), [(body, 1.0), (body.mix(mood.haze, 0.5), 1.0)]),
        )
        if dice.random() < 0.3:
            easel.canvas.drawRect(
                skia.Rect(x + width * 0.45, top - height * 0.16, x + width * 0.5, top), easel.fill(body)
            )
        _paint_windows(easel, (x, top, width, height), dice, body, small=True)
        x += width * dice.uniform(0.9, 1.3)


def _paint_windows(
    easel: Easel, box: tuple[float, float, float, float], dice: random.Random, body: Colour, *, small: bool
) -> None:
    x, top, width, height = box
    size = easel.unit * (0.012 if small else 0.03)
    columns, rows = int(width / size / 1.7), int(height / size / 2.1)
    lit_share = 0.55 if easel.mood.dim else 0.12
    for row in range(rows):
        for column in range(columns):
            lit = dice.random() < lit_share
            colour = LAMPLIGHT if lit and easel.mood.dim else body.mix(WHITE, 0.28) if lit else body.lit(0.88)
            wx = x + (column + 0.5) * width / columns - size * 0.36
            wy = top + size + row * size * 2.0
            easel.canvas.drawRect(
                skia.Rect(wx, wy, wx + size * 0.72, wy + size * 1.05), easel.fill(colour, 0.9 if lit else 0.6)
            )


def plasters(mood: SceneColours) -> list[Colour]:
    """Colours of a town's houses."""
    return [
        mood.wall,
        mood.accent.mix(mood.wall, 0.5),
        mood.second.mix(mood.wall, 0.62),
        mood.far.mix(mood.wall, 0.5),
        mood.ground.mix(mood.wall, 0.6),
    ]


def paint_fronts(easel: Easel, kerb: float, pan: float, width_px: float) -> None:
    """Paint a row of houses, `width_px` long, that stand on `kerb`."""
    mood, unit, dice = easel.mood, easel.unit, easel.film_dice("fronts")
    plaster = plasters(mood)
    x, previous = -unit * 0.35 - pan * unit, -1
    while x < width_px * 1.05:
        width, height = unit * dice.uniform(0.2, 0.3), unit * dice.uniform(0.22, 0.36)
        choice = dice.randrange(len(plaster))
        choice = (choice + 1) % len(plaster) if choice == previous else choice
        previous = choice
        if dice.random() < 0.16:
            paint_leafy(easel, (x + width * 0.5, kerb), height * 0.95, mood.ground.lit(0.8).mix(mood.haze, 0.15), dice)
        else:
            _paint_house(easel, (x, kerb - height, width, height), plaster[choice].mix(mood.haze, 0.22), dice)
        x += width


def _paint_house(easel: Easel, box: tuple[float, float, float, float], plaster: Colour, dice: random.Random) -> None:
    x, top, width, height = box
    mood, unit = easel.mood, easel.unit
    roof = mood.lit(lch(0.5, 0.1, 35)).mix(mood.haze, 0.25).mix(plaster, 0.2)
    gable = dice.random() < 0.6
    if gable:
        path = skia.Path()
        path.addPoly(
            [
                skia.Point(round(px, 1), round(py, 1))
                for px, py in ((x - width * 0.04, top), (x + width * 0.5, top - height * 0.32), (x + width * 1.04, top))
            ],
            True,
        )
        easel.canvas.drawPath(path, easel.fill(roof))
    easel.canvas.drawRect(
        skia.Rect(x, top, x + width, top + height),
        easel.fade((0, top), (0, top + height), [(plaster, 1.0), (plaster.lit(0.86), 1.0)]),
    )
    if not gable:
        easel.canvas.drawRect(
            skia.Rect(x - width * 0.02, top - unit * 0.012, x + width * 1.02, top + unit * 0.004),
            easel.fill(plaster.lit(0.72)),
        )
    _paint_windows(
        easel, (x, top + unit * 0.008, width, height * 0.6), dice, plaster.lit(0.8).mix(mood.far, 0.4), small=False
    )
    shop = skia.Rect(x + width * 0.1, top + height * 0.7, x + width * 0.62, top + height * 0.97)
    glass = LAMPLIGHT if mood.dim else mood.sky[1].mix(WHITE, 0.25)
    easel.canvas.drawRect(shop, easel.fill(glass, 0.92))
    easel.canvas.drawRect(
        skia.Rect(x + width * 0.7, top + height * 0.68, x + width * 0.9, top + height), easel.fill(roof.lit(0.8))
    )
    stripes = 6
    for index in range(stripes):
        left = shop.left() - width * 0.04 + index * (shop.width() + width * 0.08) / stripes
        colour = mood.lit(WHITE) if index % 2 else mood.second
        easel.canvas.drawRect(
            skia.Rect(
                left,
                shop.top() - height * 0.06,
                left + (shop.width() + width * 0.08) / stripes,
                shop.top() + height * 0.04,
            ),
            easel.fill(colour.mix(mood.haze, 0.15)),
        )


def _paint_marks(easel: Easel, pavement: float, pan: float) -> None:
    unit, middle = easel.unit, pavement + (easel.height - pavement) * 0.6
    for index in range(-1, 9):
        x = easel.width * index / 7 - pan * unit
        path = skia.Path()
        path.addPoly(
            [
                skia.Point(round(px, 1), round(py, 1))
                for px, py in (
                    (x, middle),
                    (x + unit * 0.11, middle),
                    (x + unit * 0.105, middle + unit * 0.012),
                    (x - unit * 0.01, middle + unit * 0.012),
                )
            ],
            True,
        )
        easel.canvas.drawPath(path, easel.fill(WHITE.mix(easel.mood.haze, 0.3), 0.6))


def _paint_lamps(easel: Easel, foot: float, pan: float) -> None:
    mood, unit = easel.mood, easel.unit
    post = mood.lit(lch(0.35, 0.02, 260))
    for index in range(-1, 4):
        x = easel.width * (index + 0.42) / 3 - pan * unit * 1.2
        easel.canvas.drawLine(x, foot, x, foot - unit * 0.33, easel.line(post, unit * 0.007))
        easel.oval(
            (x, foot - unit * 0.345), unit * 0.015, unit * 0.02, easel.fill(LAMPLIGHT if mood.dim else mood.wall)
        )
        if mood.dim:
            easel.glow((x, foot - unit * 0.345), unit * 0.2, LAMPLIGHT, 0.6)
