"""Trees, grass and leaves drawn with the brush: what stands around the things."""

from __future__ import annotations

import math
import random

import skia

from include.runtime.illustrator.colours import Colour, lch
from include.runtime.illustrator.easel import Easel, Point, polygon, smooth
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


def paint_bush(easel: Easel, foot: Point, height: float, colour: Colour, dice: random.Random) -> None:
    """Paint a round bush, lighter above."""
    x, y = foot
    shape = skia.Path()
    for index in range(5):
        along = (index / 4 - 0.5) * 1.5
        radius = height * (0.52 - 0.2 * abs(along)) * dice.uniform(0.85, 1.15)
        shape.addCircle(x + along * height, y - radius * 0.72, radius)
    shape.addRect(skia.Rect(x - height * 0.62, y - height * 0.25, x + height * 0.62, y))
    easel.oval((x, y), height * 0.95, height * 0.08, easel.fill(easel.mood.shadow, 0.2))
    easel.canvas.save()
    easel.canvas.clipRect(skia.Rect(x - height * 3, y - height * 3, x + height * 3, y))
    stops = [(colour.lit(1.13), 1.0), (colour, 1.0), (colour.lit(0.8), 1.0)]
    easel.canvas.drawPath(shape, easel.fade((0, y - height), (0, y), stops, (0.0, 0.45, 1.0)))
    easel.canvas.restore()


def paint_reeds(easel: Easel, foot: Point, height: float, colour: Colour, dice: random.Random) -> None:
    """Paint a clump of reeds with their brown heads."""
    x, y = foot
    brown = colour.mix(easel.mood.lit(lch(0.42, 0.08, 55)), 0.75)
    for index in range(7):
        lean = (index / 6 - 0.5) * 0.55 + dice.uniform(-0.08, 0.08)
        tall = height * dice.uniform(0.7, 1.0)
        root, tip = (
            (x + (index / 6 - 0.5) * height * 0.3, y),
            (x + (index / 6 - 0.5) * height * 0.3 + lean * height * 0.5, y - tall),
        )
        middle = ((root[0] * 2 + tip[0]) / 3, y - tall * 0.5)
        easel.canvas.drawPath(
            smooth([root, middle, tip], closed=False), easel.line(colour.lit(dice.uniform(0.85, 1.15)), height * 0.022)
        )
        if index % 2:
            easel.canvas.drawLine(
                *tip, tip[0] - lean * height * 0.06, tip[1] + tall * 0.16, easel.line(brown, height * 0.045)
            )


def paint_rock(easel: Easel, foot: Point, height: float, colour: Colour, dice: random.Random) -> None:
    """Paint a boulder: a lit top, a shaded side, a soft foot."""
    x, y = foot
    half = height * dice.uniform(0.75, 1.05)
    lean = dice.uniform(-0.25, 0.25) * half
    top = [
        (x - half, y),
        (x - half * 0.86, y - height * 0.5),
        (x - half * 0.3 + lean, y - height),
        (x + half * 0.4 + lean, y - height * 0.88),
        (x + half * 0.9, y - height * 0.4),
        (x + half, y),
    ]
    easel.canvas.drawPath(
        polygon(top), easel.fade((0, y - height), (0, y), [(colour.lit(1.12), 1.0), (colour.lit(0.86), 1.0)])
    )
    shade = [
        (x + half * 0.4 + lean, y - height * 0.88),
        (x + half * 0.9, y - height * 0.4),
        (x + half, y),
        (x + half * 0.1, y),
        (x + half * 0.25 + lean * 0.5, y - height * 0.45),
    ]
    easel.canvas.drawPath(polygon(shade), easel.fill(colour.lit(0.78)))
    easel.oval((x, y), half * 1.1, height * 0.06, easel.fill(easel.mood.shadow, 0.22))


def paint_palm(easel: Easel, foot: Point, height: float, colour: Colour, dice: random.Random) -> None:
    """Paint a palm: a bent, ringed trunk and a crown of drooping fronds."""
    x, y = foot
    bend = height * dice.choice((-1, 1)) * dice.uniform(0.1, 0.24)
    bark = easel.mood.lit(lch(0.5, 0.06, 65)).mix(colour, 0.2)
    trunk = [
        (x - height * 0.035, y),
        (x - height * 0.01 + bend * 0.25, y - height * 0.5),
        (x + bend - height * 0.012, y - height * 0.86),
        (x + bend + height * 0.016, y - height * 0.86),
        (x + height * 0.035 + bend * 0.25, y - height * 0.5),
        (x + height * 0.045, y),
    ]
    easel.canvas.drawPath(
        smooth(trunk),
        easel.fade((x - height * 0.05, 0), (x + height * 0.06, 0), [(bark.lit(1.1), 1.0), (bark.lit(0.72), 1.0)]),
    )
    crown = (x + bend, y - height * 0.86)
    for index in range(9):
        angle = math.radians(-165 + index * 18.75 * 2 % 330 * 0.46 + dice.uniform(-8, 8))
        reach = height * dice.uniform(0.3, 0.4)
        tip = (crown[0] + math.cos(angle) * reach, crown[1] + math.sin(angle) * reach * 0.55 + height * 0.13)
        arch = ((crown[0] + tip[0]) / 2 + math.cos(angle) * reach * 0.1, min(crown[1], tip[1]) - height * 0.12)
        frond = skia.Path()
        frond.moveTo(*crown)
        frond.quadTo(arch[0], arch[1] - height * 0.03, *tip)
        frond.quadTo(arch[0], arch[1] + height * 0.075, *crown)
        easel.canvas.drawPath(frond, easel.fill(colour.lit(0.82 + 0.05 * (index % 5))))
    for dx in (-0.02, 0.012):
        easel.canvas.drawCircle(
            crown[0] + dx * height, crown[1] + height * 0.02, height * 0.018, easel.fill(bark.lit(0.7))
        )


def paint_leaf(easel: Easel, stem: Point, length: float, degrees: float, colour: Colour, alpha: float = 1.0) -> None:
    """Paint one long leaf, its stem at `stem`, growing upwards before it is turned."""
    with easel.moved(*stem, degrees=degrees):
        half = length * 0.2
        path = skia.Path()
        path.moveTo(0, 0)
        path.quadTo(-half, -length * 0.45, 0, -length)
        path.quadTo(half, -length * 0.45, 0, 0)
        easel.canvas.drawPath(path, easel.fill(colour, alpha))


def paint_fern(easel: Easel, foot: Point, length: float, colour: Colour, dice: random.Random) -> None:
    """Paint a fan of long leaves."""
    for index in range(7):
        paint_leaf(
            easel,
            foot,
            length * dice.uniform(0.75, 1.05),
            -75 + index * 25 + dice.uniform(-8, 8),
            colour.lit(0.86 + 0.05 * (index % 4)),
        )


def paint_flowers(easel: Easel, spot: Point, size: float, green: Colour, petal: Colour, dice: random.Random) -> None:
    """Paint one cushion of flowers, `size` across."""
    if not -size < spot[0] < easel.width + size:
        return
    easel.oval((spot[0], spot[1] - size * 0.1), size * 0.72, size * 0.16, easel.fill(green.lit(0.78), 0.75))
    for _ in range(4):
        foot = (spot[0] + dice.uniform(-0.5, 0.5) * size, spot[1])
        paint_tuft(easel, foot, size * dice.uniform(0.5, 0.75), green.lit(dice.uniform(0.85, 1.1)), dice, 0.95)
    for _ in range(9):
        x, y = spot[0] + dice.uniform(-0.75, 0.75) * size * 0.8, spot[1] - size * dice.uniform(0.12, 0.62)
        radius = size * dice.uniform(0.07, 0.115)
        easel.canvas.drawCircle(x, y, radius, easel.fill(petal.lit(dice.uniform(0.9, 1.08))))
        easel.canvas.drawCircle(x, y, radius * 0.36, easel.fill(petal.mix(easel.mood.lit(lch(0.85, 0.15, 90)), 0.8)))


def paint_corner_leaves(easel: Easel, colour: Colour) -> None:
    """Paint leaves close to the lens in the lower corners, out of focus."""
    dice = easel.shot_dice("corner")
    unit = easel.unit
    with easel.blurred(unit * 0.011):
        for side in dice.choice(((), (0.0,), (1.0,), (0.0, 1.0))):
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
