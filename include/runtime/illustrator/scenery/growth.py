"""Trees, grass and leaves drawn with the brush: what stands around the things."""

from __future__ import annotations

import math
import random

import skia

from include.runtime.illustrator.colours import Colour
from include.runtime.illustrator.easel import Easel, Point, smooth
from include.runtime.illustrator.mood import BLACK


def paint_pine(easel: Easel, foot: Point, height: float, colour: Colour) -> None:
    """Paint a conifer of four skirts."""
    x, y = foot
    path = skia.Path()
    for index in range(4):
        top = y - height * (1.0 - 0.2 * index)
        low = y - height * (0.62 - 0.185 * index)
        half = height * (0.11 + 0.055 * index)
        path.moveTo(x, top)
        path.quadTo(x + half * 0.35, (top + low) / 2, x + half, low)
        path.quadTo(x, low - height * 0.045, x - half, low)
        path.quadTo(x - half * 0.35, (top + low) / 2, x, top)
    path.addRect(skia.Rect(x - height * 0.018, y - height * 0.1, x + height * 0.018, y))
    easel.canvas.drawPath(path, easel.fade((0, y - height), (0, y), [(colour, 1.0), (colour.lit(0.86), 1.0)]))


def paint_leafy(easel: Easel, foot: Point, height: float, colour: Colour, dice: random.Random) -> None:
    """Paint a broad-leaved tree: a trunk and a crown of puffs, lighter above."""
    x, y = foot
    trunk = colour.mix(BLACK, 0.35)
    easel.canvas.drawRect(skia.Rect(x - height * 0.03, y - height * 0.45, x + height * 0.03, y), easel.fill(trunk))
    crown = skia.Path()
    for index in range(7):
        turn = index * 2.4
        reach = height * 0.17 * (0.4 + 0.6 * (index / 6))
        crown.addCircle(
            x + math.cos(turn) * reach * 1.2,
            y - height * 0.66 + math.sin(turn) * reach,
            height * dice.uniform(0.15, 0.2),
        )
    easel.canvas.drawPath(
        crown, easel.fade((0, y - height), (0, y - height * 0.35), [(colour.lit(1.1), 1.0), (colour.lit(0.84), 1.0)])
    )


def paint_tuft(
    easel: Easel, foot: Point, height: float, colour: Colour, dice: random.Random, alpha: float = 1.0
) -> None:
    """Paint one tuft of grass."""
    x, y = foot
    path = skia.Path()
    for index in range(dice.randint(3, 5)):
        lean = (index / 4 - 0.5) * height * 0.9 + dice.uniform(-0.12, 0.12) * height
        start = x + (index / 4 - 0.5) * height * 0.4
        tip_y = y - height * dice.uniform(0.65, 1.0)
        path.moveTo(start - height * 0.045, y)
        path.quadTo(start, y - height * 0.5, x + lean, tip_y)
        path.quadTo(start + height * 0.09, y - height * 0.4, start + height * 0.05, y)
        path.close()
    easel.canvas.drawPath(path, easel.fill(colour, alpha))


def paint_leaf(easel: Easel, stem: Point, length: float, degrees: float, colour: Colour, alpha: float = 1.0) -> None:
    """Paint one long leaf, its stem at `stem`, growing upwards before it is turned."""
    with easel.moved(*stem, degrees=degrees):
        half = length * 0.2
        path = skia.Path()
        path.moveTo(0, 0)
        path.quadTo(-half, -length * 0.45, 0, -length)
        path.quadTo(half, -length * 0.45, 0, 0)
        easel.canvas.drawPath(path, easel.fill(colour, alpha))


def paint_corner_leaves(easel: Easel, colour: Colour) -> None:
    """Paint leaves close to the lens in the lower corners, out of focus."""
    dice = easel.shot_dice("corner")
    unit = easel.unit
    with easel.blurred(unit * 0.011):
        for side in (0.0, 1.0):
            for _ in range(dice.randint(4, 6)):
                away = dice.random()
                foot = (side * easel.width + (1 - 2 * side) * away * unit * 0.2, easel.height + unit * 0.03)
                lean = (1 - 2 * side) * dice.uniform(-10, 40)
                length = unit * (0.3 - 0.17 * away) * dice.uniform(0.75, 1.15)
                paint_leaf(easel, foot, length, lean, colour.mix(easel.mood.shadow, dice.uniform(0.2, 0.55)), 0.93)


def hill_points(
    dice: random.Random, easel: Easel, base: float, swell: float, *, shift: float, roughness: float
) -> list[Point]:
    """Outline of a ridge across the picture: summed sines, the same land however the camera pans (`shift`)."""
    waves = [
        (swell / (1 + index) ** roughness, (0.9 + index * 1.15) * dice.uniform(0.8, 1.25), dice.uniform(0, math.tau))
        for index in range(6)
    ]
    span = easel.width / easel.unit
    count = 80
    points = []
    for index in range(-2, count + 3):
        across = index / count
        phase = (across + shift) * span * 2.1
        y = base - sum(size * math.sin(pace * phase + start) for size, pace, start in waves)
        points.append((across * easel.width, y))
    return points


def paint_below(easel: Easel, outline: list[Point], paint: skia.Paint) -> None:
    """Fill from an outline down to the picture's lower edge."""
    path = smooth(outline, closed=False)
    path.lineTo(easel.width * 1.05, easel.height * 1.02)
    path.lineTo(-easel.width * 0.05, easel.height * 1.02)
    path.close()
    easel.canvas.drawPath(path, paint)
