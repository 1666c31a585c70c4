"""Buildings that stand far away: a castle, a village, and what they are built of."""

from __future__ import annotations

import random

import skia

from include.runtime.illustrator.colours import Colour, lch
from include.runtime.illustrator.easel import Easel, Point, polygon
from include.runtime.illustrator.mood import LAMPLIGHT, WHITE
from include.runtime.illustrator.scenery.growth import paint_bush, paint_leafy
from include.runtime.illustrator.scenery.sky import sun_place


def _stone(easel: Easel, lightness: float = 0.72) -> Colour:
    return easel.mood.lit(lch(lightness, 0.025, 80)).mix(easel.mood.haze, 0.16)


def pane(easel: Easel) -> Colour:
    """Colour of a window."""
    return LAMPLIGHT if easel.mood.dim else easel.mood.lit(lch(0.36, 0.03, 250))


def side_lit(easel: Easel, x: float) -> int:
    """On which side of `x` the light stands: -1 left, 1 right."""
    return 1 if sun_place(easel, easel.height / 2)[0] > x else -1


def paint_block(easel: Easel, box: tuple[float, float, float, float], colour: Colour) -> None:
    """Paint a wall from left, top, right, bottom, darker on the side away from the light."""
    left, top, right, bottom = box
    lit = side_lit(easel, (left + right) / 2)
    bright, dark = ((right, 0), (left, 0)) if lit > 0 else ((left, 0), (right, 0))
    easel.canvas.drawRect(
        skia.Rect(left, top, right, bottom), easel.fade(bright, dark, [(colour.lit(1.05), 1.0), (colour.lit(0.8), 1.0)])
    )


def paint_house(easel: Easel, foot: Point, width: float, dice: random.Random) -> None:
    """Paint a small house with a gable."""
    x, y = foot
    mood = easel.mood
    wall = dice.choice(
        (mood.wall, mood.accent.mix(mood.wall, 0.6), mood.lit(WHITE), mood.second.mix(mood.wall, 0.7))
    ).mix(mood.haze, 0.12)
    roof = mood.lit(lch(0.5, 0.12, dice.choice((30, 38, 25)))).mix(mood.haze, 0.14)
    tall = width * dice.uniform(0.5, 0.66)
    paint_block(easel, (x - width * 0.5, y - tall, x + width * 0.5, y), wall)
    if dice.random() < 0.5:
        gable = [(x - width * 0.58, y - tall), (x, y - tall - width * 0.46), (x + width * 0.58, y - tall)]
    else:
        gable = [
            (x - width * 0.58, y - tall),
            (x - width * 0.42, y - tall - width * 0.4),
            (x + width * 0.42, y - tall - width * 0.4),
            (x + width * 0.58, y - tall),
        ]
    easel.canvas.drawPath(
        polygon(gable),
        easel.fade((0, y - tall - width * 0.46), (0, y - tall), [(roof.lit(1.08), 1.0), (roof.lit(0.86), 1.0)]),
    )
    for across in (-0.26, 0.2):
        easel.canvas.drawRect(
            skia.Rect(x + across * width, y - tall * 0.72, x + (across + 0.14) * width, y - tall * 0.4),
            easel.fill(pane(easel), 0.9),
        )
    easel.canvas.drawRect(skia.Rect(x - width * 0.06, y - tall * 0.48, x + width * 0.08, y), easel.fill(roof.lit(0.72)))
    if mood.dim:
        easel.glow((x, y - tall * 0.5), width * 0.9, LAMPLIGHT, 0.28)


def _hill(easel: Easel, foot: Point, half: float, rise: float, colour: Colour) -> None:
    x, y = foot
    hill = skia.Path()
    hill.moveTo(x - half, y + rise * 0.08)
    hill.cubicTo(x - half * 0.5, y, x - half * 0.5, y - rise, x, y - rise)
    hill.cubicTo(x + half * 0.5, y - rise, x + half * 0.5, y, x + half, y + rise * 0.08)
    hill.close()
    easel.canvas.drawPath(
        hill,
        easel.fade(
            (0, y - rise),
            (0, y + rise * 0.1),
            [(colour.mix(easel.mood.sun, 0.15), 1.0), (colour, 1.0), (colour.mix(easel.mood.haze, 0.3), 1.0)],
            (0, 0.4, 1),
        ),
    )


def paint_castle(easel: Easel, foot: Point, height: float, dice: random.Random) -> None:
    """Paint a castle on its hill: walls with battlements, round towers with pointed roofs, a gate."""
    x, y = foot
    mood = easel.mood
    _hill(
        easel,
        foot,
        height * 1.5,
        height * 0.42,
        mood.ground.mix(mood.lit(lch(0.5, 0.06, 130)), 0.4).mix(mood.haze, 0.22),
    )
    for _ in range(9):
        spot = (x + height * dice.uniform(-0.95, 0.95), y - height * dice.uniform(0.03, 0.14))
        paint_leafy(
            easel, spot, height * dice.uniform(0.14, 0.24), mood.lit(lch(0.46, 0.09, 145)).mix(mood.haze, 0.25), dice
        )
    base, wall, roof = (
        y - height * 0.36,
        _stone(easel),
        mood.lit(lch(0.45, 0.12, dice.choice((28, 250, 300)))).mix(mood.haze, 0.15),
    )
    for across, half, tall in (
        (-0.3, 0.07, 0.62),
        (0.34, 0.065, 0.56),
        (0.04, 0.12, 0.5),
        (0.1, 0.06, 0.86),
        (-0.12, 0.055, 0.7),
    ):
        tx = x + across * height
        top = base - tall * height * 0.72
        paint_block(easel, (tx - half * height, top, tx + half * height, base), wall.lit(0.96))
        tip = top - height * 0.24
        cone = [(tx - half * height * 1.28, top), (tx, tip), (tx + half * height * 1.28, top)]
        easel.canvas.drawPath(
            polygon(cone),
            easel.fade((tx - half * height, 0), (tx + half * height, 0), [(roof.lit(1.1), 1.0), (roof.lit(0.8), 1.0)]),
        )
        easel.canvas.drawLine(tx, tip, tx, tip - height * 0.07, easel.line(roof.lit(0.7), height * 0.01))
        easel.canvas.drawPath(
            polygon(
                [(tx, tip - height * 0.07), (tx + height * 0.06, tip - height * 0.055), (tx, tip - height * 0.035)]
            ),
            easel.fill(mood.accent),
        )
        easel.canvas.drawRoundRect(
            skia.Rect(tx - height * 0.014, top + height * 0.08, tx + height * 0.014, top + height * 0.15),
            height * 0.014,
            height * 0.014,
            easel.fill(pane(easel)),
        )
    paint_block(easel, (x - height * 0.42, base - height * 0.22, x + height * 0.44, base + height * 0.06), wall)
    for index in range(13):
        left = x - height * 0.42 + index * height * 0.068
        paint_block(easel, (left, base - height * 0.255, left + height * 0.038, base - height * 0.21), wall)
    gate = skia.Rect(x - height * 0.06, base - height * 0.13, x + height * 0.06, base + height * 0.06)
    easel.canvas.drawRoundRect(gate, height * 0.06, height * 0.06, easel.fill(mood.lit(lch(0.32, 0.05, 50))))
    for window in (-0.28, -0.17, 0.17, 0.3):
        easel.canvas.drawCircle(x + window * height, base - height * 0.1, height * 0.016, easel.fill(pane(easel)))
    if mood.dim:
        easel.glow((x, base - height * 0.1), height * 0.7, LAMPLIGHT, 0.3)


def paint_village(easel: Easel, foot: Point, height: float, dice: random.Random) -> None:
    """Paint houses close together around a church with a pointed tower, trees between them."""
    x, y = foot
    mood = easel.mood
    green = mood.lit(lch(0.48, 0.1, 142)).mix(mood.haze, 0.2)
    spire, wall = (
        mood.lit(lch(0.42, 0.07, 250)).mix(mood.haze, 0.15),
        mood.lit(lch(0.94, 0.02, 90)).mix(mood.haze, 0.12),
    )
    for _ in range(7):
        paint_leafy(
            easel,
            (x + height * dice.uniform(-1.15, 1.15), y - height * 0.04),
            height * dice.uniform(0.3, 0.46),
            green.mix(mood.haze, 0.2),
            dice,
        )
    tower = x + height * dice.uniform(-0.2, 0.2)
    paint_block(easel, (tower - height * 0.09, y - height * 0.62, tower + height * 0.09, y), wall)
    easel.canvas.drawPath(
        polygon(
            [
                (tower - height * 0.115, y - height * 0.6),
                (tower, y - height),
                (tower + height * 0.115, y - height * 0.6),
            ]
        ),
        easel.fill(spire),
    )
    easel.canvas.drawCircle(tower, y - height * 0.5, height * 0.032, easel.fill(pane(easel)))
    for row, (down, size, count) in enumerate(((0.0, 0.26, 7), (0.1, 0.33, 6))):
        for index in range(count):
            across = (index + 0.5 + dice.uniform(-0.2, 0.2)) / count - 0.5
            if row == 0 and abs(x + across * height * 2.3 - tower) < height * 0.16:
                continue
            paint_house(
                easel,
                (x + across * height * (2.3 - 0.2 * row), y + height * down),
                height * size * dice.uniform(0.85, 1.15),
                dice,
            )
    for _ in range(8):
        paint_bush(
            easel,
            (x + height * dice.uniform(-1.2, 1.2), y + height * dice.uniform(0.06, 0.14)),
            height * dice.uniform(0.06, 0.1),
            green,
            dice,
        )
