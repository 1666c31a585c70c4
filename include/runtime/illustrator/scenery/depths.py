"""Under the sea: a coral reef in the light, and the deep where there is none."""

from __future__ import annotations

import math
import random

import skia

from include.runtime.illustrator.colours import Colour, lch
from include.runtime.illustrator.easel import Easel, Point, polygon, smooth
from include.runtime.illustrator.mood import WHITE
from include.runtime.illustrator.places import Composition
from include.runtime.illustrator.scenery.growth import hill_points, paint_below, paint_rock
from include.runtime.illustrator.scenery.water import paint_underwater
from include.runtime.illustrator.settings import Weather

_CORALS = (
    lch(0.68, 0.19, 20),
    lch(0.75, 0.16, 60),
    lch(0.68, 0.17, 350),
    lch(0.62, 0.16, 310),
    lch(0.82, 0.14, 95),
    lch(0.7, 0.13, 175),
)


def paint_sea_from_below(easel: Easel, scene: Composition, weather: Weather | None) -> None:
    """Paint open water over a sandy floor."""
    paint_underwater(easel)


def paint_reef(easel: Easel, scene: Composition, weather: Weather | None) -> None:
    """Paint a reef: branching, fan, tube and brain corals on rocks on both sides, the nearer the brighter."""
    paint_underwater(easel)
    mood, unit, dice = easel.mood, easel.unit, easel.shot_dice("reef")
    water = lch(0.5, 0.1, 230).lit(mood.exposure)
    for row, fade in ((0, 0.6), (1, 0.34), (2, 0.04)):
        floor = easel.height * (0.77, 0.86, 0.97)[row]
        size = unit * (0.1, 0.15, 0.22)[row]
        for index in range((11, 9, 10)[row]):
            across = (index + dice.uniform(0.0, 1.0)) / (11, 9, 10)[row]
            if row == 2 and abs(across - 0.5 + 0.08 * scene.side) < 0.24:
                continue
            heap = 1 + 0.7 * abs(across - 0.5) * 2
            colour = mood.lit(dice.choice(_CORALS)).mix(water, fade)
            spot = (across * easel.width, floor + unit * dice.uniform(-0.02, 0.03))
            if dice.random() < 0.4:
                paint_rock(
                    easel,
                    (spot[0], spot[1] + size * 0.1),
                    size * 0.5,
                    mood.lit(lch(0.5, 0.05, 260)).mix(water, fade * 0.8 + 0.15),
                    dice,
                )
            dice.choice((_paint_branches, _paint_fan, _paint_tubes, _paint_brain))(
                easel, spot, size * heap * dice.uniform(0.7, 1.1), colour, dice
            )
    _paint_shoal(easel, dice)


def _paint_branches(easel: Easel, foot: Point, height: float, colour: Colour, dice: random.Random) -> None:
    def grow(start: Point, angle: float, length: float, width: float, level: int) -> None:
        end = (start[0] + math.sin(angle) * length, start[1] - math.cos(angle) * length)
        easel.canvas.drawLine(*start, *end, easel.line(colour.lit(1.0 + 0.06 * level), width))
        if level < 3:
            for turn in (-0.5, 0.1, 0.55)[: 2 + level % 2]:
                grow(end, angle + turn + dice.uniform(-0.15, 0.15), length * 0.7, width * 0.72, level + 1)

    for lean in (-0.35, 0.05, 0.4):
        grow(foot, lean, height * 0.36, height * 0.075, 0)


def _paint_fan(easel: Easel, foot: Point, height: float, colour: Colour, dice: random.Random) -> None:
    x, y = foot
    rim = [(x, y)]
    for index in range(9):
        angle = math.radians(-78 + index * 19.5)
        rim.append((x + math.sin(angle) * height * 0.75, y - math.cos(angle) * height * dice.uniform(0.85, 1.05)))
    easel.canvas.drawPath(smooth(rim), easel.fill(colour, 0.85))
    for index in range(9):
        easel.canvas.drawLine(x, y, *rim[index + 1], easel.line(colour.lit(0.72), height * 0.018, 0.8))
    for ring in (0.45, 0.7):
        arc = [(x + (px - x) * ring, y + (py - y) * ring) for px, py in rim[1:]]
        easel.canvas.drawPath(smooth(arc, closed=False), easel.line(colour.lit(0.72), height * 0.012, 0.7))


def _paint_tubes(easel: Easel, foot: Point, height: float, colour: Colour, dice: random.Random) -> None:
    x, y = foot
    for index in range(5):
        tx, tall = x + (index - 2) * height * 0.17, height * dice.uniform(0.45, 0.95)
        half = height * 0.085
        tube = polygon([(tx - half * 0.7, y), (tx - half, y - tall), (tx + half, y - tall), (tx + half * 0.7, y)])
        easel.canvas.drawPath(
            tube, easel.fade((tx - half, 0), (tx + half, 0), [(colour.lit(1.1), 1.0), (colour.lit(0.78), 1.0)])
        )
        easel.oval((tx, y - tall), half, half * 0.42, easel.fill(colour.lit(1.15)))
        easel.oval((tx, y - tall), half * 0.66, half * 0.26, easel.fill(colour.lit(0.5)))


def _paint_brain(easel: Easel, foot: Point, height: float, colour: Colour, dice: random.Random) -> None:
    x, y = foot
    radius = height * 0.42
    dome = skia.Path()
    dome.addOval(skia.Rect(x - radius * 1.25, y - radius * 1.5, x + radius * 1.25, y + radius * 0.5))
    easel.canvas.drawPath(
        dome,
        easel.fade((0, y - radius * 1.5), (0, y + radius * 0.4), [(colour.lit(1.1), 1.0), (colour.lit(0.74), 1.0)]),
    )
    easel.canvas.save()
    easel.canvas.clipPath(dome, skia.ClipOp.kIntersect, True)
    for index in range(6):
        row = y - radius * (1.35 - 0.3 * index)
        line = [
            (x - radius * 1.3 + step * radius * 0.26, row + radius * 0.1 * (-1) ** step * dice.uniform(0.5, 1.2))
            for step in range(11)
        ]
        easel.canvas.drawPath(smooth(line, closed=False), easel.line(colour.lit(0.68), height * 0.022, 0.8))
    easel.canvas.restore()


def _paint_shoal(easel: Easel, dice: random.Random) -> None:
    """Paint a shoal of small fish in the distance."""
    unit, mood = easel.unit, easel.mood
    x, y, heading = easel.width * dice.uniform(0.2, 0.8), easel.height * dice.uniform(0.25, 0.5), dice.choice((-1, 1))
    colour = mood.lit(dice.choice(_CORALS)).mix(mood.water, 0.35)
    for _ in range(16):
        fx, fy, size = x + unit * dice.gauss(0, 0.1), y + unit * dice.gauss(0, 0.045), unit * dice.uniform(0.009, 0.016)
        easel.oval((fx, fy), size, size * 0.48, easel.fill(colour))
        tail = [
            (fx - heading * size * 0.8, fy),
            (fx - heading * size * 1.6, fy - size * 0.5),
            (fx - heading * size * 1.6, fy + size * 0.5),
        ]
        easel.canvas.drawPath(polygon(tail), easel.fill(colour))


def paint_deep_sea(easel: Easel, scene: Composition, weather: Weather | None) -> None:
    """Paint the deep: darkness, marine snow, smoking vents, and the living lights."""
    mood, unit, dice = easel.mood, easel.unit, easel.shot_dice("deep")
    top, low = lch(0.3, 0.09, 250).mix(mood.water.lit(0.5), 0.3), lch(0.11, 0.045, 262)
    easel.wash(
        easel.fade((0, 0), (0, easel.height), [(top, 1.0), (lch(0.18, 0.07, 255), 1.0), (low, 1.0)], (0, 0.5, 1))
    )
    for row, tone in ((0, 0.22), (1, 0.16), (2, 0.1)):
        base = easel.height * (0.78, 0.87, 0.95)[row]
        rock = lch(tone, 0.045, 260)
        if row == 1:
            _paint_vents(easel, base, rock.lit(1.25), scene.side, dice)
        outline = hill_points(dice, easel, base, unit * 0.05, shift=0.0, roughness=0.7)
        paint_below(
            easel,
            outline,
            easel.fade((0, base - unit * 0.08), (0, easel.height), [(rock.lit(1.35), 1.0), (rock.lit(0.8), 1.0)]),
        )
    for _ in range(150):
        spot, radius = (dice.random() * easel.width, dice.random() * easel.height), unit * dice.uniform(0.0008, 0.003)
        easel.canvas.drawCircle(*spot, radius, easel.fill(WHITE, dice.uniform(0.1, 0.45)))
    for index in range(5):
        across = 0.5 + (1 if index % 2 else -1) * dice.uniform(0.12, 0.46)
        spot = (across * easel.width, easel.height * dice.uniform(0.12, 0.6))
        _paint_jelly(easel, spot, unit * dice.uniform(0.03, 0.085), dice)


def _paint_vents(easel: Easel, base: float, rock: Colour, side: int, dice: random.Random) -> None:
    unit = easel.unit
    for index in range(3):
        x = easel.width * (0.5 + side * (0.2 + 0.09 * index)) + unit * dice.uniform(-0.03, 0.03)
        tall, half = unit * dice.uniform(0.12, 0.24), unit * 0.03
        for puff in range(9):
            centre = (x + side * unit * 0.012 * puff, base - tall - unit * 0.045 * puff)
            radius = unit * (0.025 + 0.009 * puff)
            easel.canvas.drawCircle(
                *centre,
                radius,
                easel.radiance(
                    centre, radius, [(lch(0.36, 0.03, 255), 0.5 - 0.045 * puff), (lch(0.36, 0.03, 255), 0.0)]
                ),
            )
        chimney = [
            (x - half * 1.8, base + unit * 0.06),
            (x - half * 0.7, base - tall),
            (x + half * 0.7, base - tall),
            (x + half * 1.8, base + unit * 0.06),
        ]
        easel.canvas.drawPath(
            polygon(chimney), easel.fade((x - half, 0), (x + half, 0), [(rock.lit(1.3), 1.0), (rock.lit(0.8), 1.0)])
        )
        easel.glow((x, base - tall), unit * 0.1, lch(0.7, 0.17, 45), 0.6)


def _paint_jelly(easel: Easel, spot: Point, size: float, dice: random.Random) -> None:
    """Paint a jellyfish that shines by itself."""
    x, y = spot
    glow = dice.choice((lch(0.8, 0.13, 200), lch(0.75, 0.17, 330), lch(0.85, 0.13, 150), lch(0.78, 0.14, 280)))
    easel.glow(spot, size * 3.6, glow, 0.5)
    bell = [
        (x - size, y),
        (x - size * 0.9, y - size * 0.8),
        (x, y - size * 1.15),
        (x + size * 0.9, y - size * 0.8),
        (x + size, y),
        (x + size * 0.5, y - size * 0.12),
        (x, y + size * 0.04),
        (x - size * 0.5, y - size * 0.12),
    ]
    easel.canvas.drawPath(smooth(bell), easel.fade((0, y - size), (0, y), [(glow.mix(WHITE, 0.5), 0.85), (glow, 0.45)]))
    for arm in range(7):
        ax = x + (arm / 6 - 0.5) * size * 1.3
        line = [
            (ax + math.sin(step * 1.1 + arm) * size * 0.12, y - size * 0.08 + step * size * dice.uniform(0.3, 0.42))
            for step in range(6)
        ]
        easel.canvas.drawPath(smooth(line, closed=False), easel.line(glow, size * 0.045, 0.55))
