"""Buildings that stand alone, far away: a farm, a mill, a lighthouse, a cabin."""

from __future__ import annotations

import random

import skia

from include.runtime.illustrator.colours import lch
from include.runtime.illustrator.easel import Easel, Point, polygon, smooth
from include.runtime.illustrator.mood import LAMPLIGHT, WHITE
from include.runtime.illustrator.scenery.buildings import paint_block, paint_house, pane, side_lit
from include.runtime.illustrator.scenery.growth import paint_leafy, paint_pine, paint_rock


def paint_farm(easel: Easel, foot: Point, height: float, dice: random.Random) -> None:
    """Paint a farm: a red barn with its white cross, a silo, a dwelling, a fence."""
    x, y = foot
    mood = easel.mood
    red, white = mood.lit(lch(0.5, 0.16, 27)).mix(mood.haze, 0.1), mood.lit(lch(0.96, 0.01, 90))
    tin = mood.lit(lch(0.75, 0.015, 240))
    flip = dice.choice((-1, 1))
    sx = x - flip * height * 0.56
    paint_block(easel, (sx - height * 0.13, y - height * 0.82, sx + height * 0.13, y), tin)
    dome = skia.Path()
    dome.addArc(skia.Rect(sx - height * 0.13, y - height * 0.95, sx + height * 0.13, y - height * 0.69), 180, 180)
    easel.canvas.drawPath(dome, easel.fill(tin.lit(0.86)))
    for band in range(4):
        easel.canvas.drawLine(
            sx - height * 0.13,
            y - height * (0.16 + 0.18 * band),
            sx + height * 0.13,
            y - height * (0.16 + 0.18 * band),
            easel.line(tin.lit(0.8), height * 0.012),
        )
    paint_block(easel, (x - height * 0.42, y - height * 0.46, x + height * 0.42, y), red)
    roof = [
        (x - height * 0.47, y - height * 0.45),
        (x - height * 0.34, y - height * 0.68),
        (x, y - height * 0.86),
        (x + height * 0.34, y - height * 0.68),
        (x + height * 0.47, y - height * 0.45),
    ]
    easel.canvas.drawPath(polygon(roof), easel.fill(red.lit(0.96)))
    easel.canvas.drawPath(polygon(roof, closed=False), easel.line(mood.lit(lch(0.38, 0.03, 40)), height * 0.045))
    door = skia.Rect(x - height * 0.17, y - height * 0.34, x + height * 0.17, y)
    easel.canvas.drawRect(door, easel.fill(red.lit(0.78)))
    for x1, y1, x2, y2 in (
        (-0.17, -0.34, 0.17, 0.0),
        (0.17, -0.34, -0.17, 0.0),
        (-0.17, -0.34, 0.17, -0.34),
        (-0.17, -0.34, -0.17, 0.0),
        (0.17, -0.34, 0.17, 0.0),
    ):
        easel.canvas.drawLine(
            x + x1 * height, y + y1 * height, x + x2 * height, y + y2 * height, easel.line(white, height * 0.02)
        )
    easel.canvas.drawRect(
        skia.Rect(x - height * 0.07, y - height * 0.62, x + height * 0.07, y - height * 0.5), easel.fill(pane(easel))
    )
    paint_house(easel, (x + flip * height * 0.95, y), height * 0.52, dice)
    paint_leafy(
        easel, (x + flip * height * 1.36, y), height * 0.7, mood.lit(lch(0.5, 0.11, 140)).mix(mood.haze, 0.12), dice
    )
    for post in range(16):
        px = x - height * 1.3 + post * height * 0.19
        easel.canvas.drawLine(px, y + height * 0.12, px, y + height * 0.0, easel.line(white, height * 0.02))
    for rail in (0.03, 0.075):
        easel.canvas.drawLine(
            x - height * 1.32,
            y + height * rail,
            x + height * 1.58,
            y + height * rail,
            easel.line(white, height * 0.016),
        )


def paint_mill(easel: Easel, foot: Point, height: float, dice: random.Random) -> None:
    """Paint a windmill."""
    x, y = foot
    mood = easel.mood
    wall, wood = mood.lit(lch(0.92, 0.02, 85)).mix(mood.haze, 0.1), mood.lit(lch(0.42, 0.06, 50))
    tower = [
        (x - height * 0.17, y),
        (x - height * 0.1, y - height * 0.62),
        (x + height * 0.1, y - height * 0.62),
        (x + height * 0.17, y),
    ]
    lit = side_lit(easel, x)
    easel.canvas.drawPath(
        polygon(tower),
        easel.fade(
            (x + lit * height * 0.17, 0), (x - lit * height * 0.17, 0), [(wall.lit(1.04), 1.0), (wall.lit(0.78), 1.0)]
        ),
    )
    easel.canvas.drawPath(
        smooth([(x - height * 0.14, y - height * 0.6), (x, y - height * 0.82), (x + height * 0.14, y - height * 0.6)]),
        easel.fill(mood.lit(lch(0.45, 0.11, 30))),
    )
    easel.canvas.drawRoundRect(
        skia.Rect(x - height * 0.04, y - height * 0.15, x + height * 0.04, y),
        height * 0.04,
        height * 0.04,
        easel.fill(wood),
    )
    easel.canvas.drawRect(
        skia.Rect(x - height * 0.025, y - height * 0.4, x + height * 0.025, y - height * 0.32), easel.fill(pane(easel))
    )
    turn = dice.uniform(10, 35)
    for sail in range(4):
        with easel.moved(x, y - height * 0.64, degrees=turn + sail * 90):
            easel.canvas.drawLine(0, 0, 0, -height * 0.46, easel.line(wood, height * 0.02))
            easel.canvas.drawRect(
                skia.Rect(0, -height * 0.46, height * 0.1, -height * 0.1), easel.fill(mood.lit(WHITE), 0.92)
            )
            for bar in range(5):
                easel.canvas.drawLine(
                    0,
                    -height * (0.1 + 0.09 * bar),
                    height * 0.1,
                    -height * (0.1 + 0.09 * bar),
                    easel.line(wood, height * 0.008),
                )
    easel.canvas.drawCircle(x, y - height * 0.64, height * 0.028, easel.fill(wood.lit(0.8)))


def paint_lighthouse(easel: Easel, foot: Point, height: float, dice: random.Random) -> None:
    """Paint a banded tower with its lantern on a rock, its beam when it is dark."""
    x, y = foot
    mood = easel.mood
    rock = mood.lit(lch(0.5, 0.03, 250)).mix(mood.haze, 0.1)
    for index in range(7):
        spot = (x + height * (index - 3) * 0.16, y + height * 0.06 * (1 - abs(index - 3) / 3) + height * 0.02)
        paint_rock(easel, spot, height * (0.22 - 0.035 * abs(index - 3)), rock, dice)
    red, white, dark = mood.lit(lch(0.57, 0.2, 27)), mood.lit(lch(0.97, 0.01, 90)), mood.lit(lch(0.33, 0.03, 260))
    base, top, half = y - height * 0.1, y - height * 0.78, height * 0.1
    tower = polygon([(x - half * 0.62, top), (x + half * 0.62, top), (x + half, base), (x - half, base)])
    easel.canvas.save()
    easel.canvas.clipPath(tower, skia.ClipOp.kIntersect, True)
    for band in range(5):
        edge = top + (base - top) * band / 5
        easel.canvas.drawRect(
            skia.Rect(x - half, edge, x + half, edge + (base - top) / 5 + 1),
            easel.fill(red if band % 2 == 0 else white),
        )
    lit = side_lit(easel, x)
    easel.canvas.drawRect(
        skia.Rect(x - half, top, x + half, base),
        easel.fade(
            (x + lit * half, 0),
            (x - lit * half, 0),
            [(mood.sun, 0.15), (mood.shadow, 0.0), (mood.shadow, 0.4)],
            (0, 0.4, 1),
        ),
    )
    easel.canvas.restore()
    easel.canvas.drawRect(
        skia.Rect(x - half * 0.95, top - height * 0.015, x + half * 0.95, top + height * 0.012), easel.fill(dark)
    )
    lamp = (x, top - height * 0.06)
    easel.canvas.drawRect(
        skia.Rect(x - half * 0.5, top - height * 0.1, x + half * 0.5, top - height * 0.015),
        easel.fill(lch(0.95, 0.12, 98)),
    )
    for post in (-0.5, 0.0, 0.5):
        easel.canvas.drawLine(
            x + post * half, top - height * 0.1, x + post * half, top - height * 0.015, easel.line(dark, height * 0.008)
        )
    easel.canvas.drawPath(
        polygon(
            [(x - half * 0.72, top - height * 0.1), (x, top - height * 0.19), (x + half * 0.72, top - height * 0.1)]
        ),
        easel.fill(red),
    )
    if mood.dim:
        _paint_beams(easel, lamp)
        easel.glow(lamp, height * 0.5, LAMPLIGHT, 0.9)


def _paint_beams(easel: Easel, lamp: Point) -> None:
    """Paint the light that goes out from `lamp` to both sides."""
    x, y = lamp
    for side in (-1, 1):
        end = x + side * easel.unit * 1.2
        beam = polygon([lamp, (end, y - easel.unit * 0.1), (end, y + easel.unit * 0.06)])
        easel.canvas.drawPath(beam, easel.fade(lamp, (end, y), [(LAMPLIGHT, 0.5), (LAMPLIGHT, 0.0)]))


def paint_cabin(easel: Easel, foot: Point, height: float, dice: random.Random) -> None:
    """Paint a log cabin with smoke over it, firs on both sides."""
    x, y = foot
    mood = easel.mood
    for across, tall in ((-0.8, 1.2), (-0.55, 0.95), (0.62, 1.1), (0.85, 0.85)):
        paint_pine(easel, (x + across * height, y), height * tall, mood.lit(lch(0.42, 0.08, 155)).mix(mood.haze, 0.2))
    wood, roof = (
        mood.lit(lch(0.5, 0.08, 55)),
        mood.lit(lch(0.42, 0.05, 40)) if not mood.snowy else mood.lit(lch(0.97, 0.01, 250)),
    )
    paint_block(easel, (x - height * 0.36, y - height * 0.34, x + height * 0.36, y), wood)
    for log in range(5):
        easel.canvas.drawLine(
            x - height * 0.36,
            y - height * 0.065 * log,
            x + height * 0.36,
            y - height * 0.065 * log,
            easel.line(wood.lit(0.7), height * 0.012),
        )
    easel.canvas.drawRect(
        skia.Rect(x + height * 0.14, y - height * 0.72, x + height * 0.22, y - height * 0.4),
        easel.fill(mood.lit(lch(0.5, 0.03, 40))),
    )
    easel.canvas.drawPath(
        polygon(
            [(x - height * 0.46, y - height * 0.32), (x, y - height * 0.66), (x + height * 0.46, y - height * 0.32)]
        ),
        easel.fill(roof),
    )
    for across in (-0.24, 0.14):
        easel.canvas.drawRect(
            skia.Rect(x + across * height, y - height * 0.25, x + (across + 0.11) * height, y - height * 0.13),
            easel.fill(pane(easel)),
        )
    easel.canvas.drawRect(
        skia.Rect(x - height * 0.06, y - height * 0.22, x + height * 0.06, y), easel.fill(wood.lit(0.6))
    )
    for puff in range(6):
        centre = (x + height * (0.18 + 0.05 * puff), y - height * (0.78 + 0.11 * puff))
        easel.canvas.drawCircle(
            *centre, height * (0.04 + 0.014 * puff), easel.fill(mood.haze.mix(WHITE, 0.4), 0.5 - 0.07 * puff)
        )
    if mood.dim:
        easel.glow((x, y - height * 0.15), height * 0.8, LAMPLIGHT, 0.5)
