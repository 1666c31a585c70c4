"""Land that stands out far away: a volcano, an island, pyramids, an oasis."""

from __future__ import annotations

import math
import random

import skia

from include.runtime.illustrator.colours import Colour, lch
from include.runtime.illustrator.easel import Easel, Point, polygon, smooth
from include.runtime.illustrator.mood import WHITE
from include.runtime.illustrator.scenery.buildings import side_lit
from include.runtime.illustrator.scenery.growth import paint_bush, paint_palm, paint_rock

_LAVA, _HOT = lch(0.66, 0.21, 38), lch(0.85, 0.17, 75)


def paint_volcano(easel: Easel, foot: Point, height: float, dice: random.Random) -> None:
    """Paint a volcano: a cone with gullies, lava from its crater, a cloud of ash that drifts away."""
    x, y = foot
    mood = easel.mood
    crater = (x, y - height * 0.72)
    _paint_ash(easel, crater, height, dice)
    easel.glow(crater, height * 0.7, _LAVA, 0.55 if not mood.dim else 0.85)
    cone = _cone(foot, height)
    rock = mood.lit(lch(0.42, 0.04, 30)).mix(mood.haze, 0.2)
    stops = [(rock.lit(0.85), 1.0), (rock, 1.0), (rock.mix(mood.haze, 0.45), 1.0)]
    easel.canvas.drawPath(cone, easel.fade(crater, (x, y), stops, (0, 0.5, 1)))
    easel.canvas.save()
    easel.canvas.clipPath(cone, skia.ClipOp.kIntersect, True)
    _paint_flanks(easel, foot, height, rock)
    easel.canvas.restore()
    for colour, half, thick in ((_LAVA, 0.16, 0.03), (_HOT, 0.12, 0.018)):
        easel.oval((x, crater[1] + height * 0.013), height * half, height * thick, easel.fill(colour))
    for spark in range(13):
        angle = math.radians(-90 + (spark - 6) * 9 + dice.uniform(-4, 4))
        reach = height * dice.uniform(0.1, 0.34)
        spot = (x + math.cos(angle) * reach, crater[1] + math.sin(angle) * reach)
        easel.canvas.drawCircle(*spot, height * dice.uniform(0.008, 0.02), easel.fill(_HOT if spark % 2 else _LAVA))
    veil = easel.fade((0, y - height * 0.2), (0, y + height * 0.05), [(mood.haze, 0.0), (mood.haze, 0.55)])
    easel.canvas.drawPath(cone, veil)


def _paint_ash(easel: Easel, crater: Point, height: float, dice: random.Random) -> None:
    drift, ash = dice.choice((-1, 1)), easel.mood.lit(lch(0.55, 0.02, 30)).mix(easel.mood.haze, 0.2)
    for puff in range(22):
        rise = puff / 21
        centre = (
            crater[0] + drift * height * 0.85 * rise**1.7 + height * dice.uniform(-0.05, 0.05),
            crater[1] - height * (0.06 + 0.62 * rise**0.8) + height * dice.uniform(-0.04, 0.04),
        )
        radius = height * (0.07 + 0.15 * rise) * dice.uniform(0.8, 1.2)
        easel.canvas.drawCircle(*centre, radius, easel.fill(ash.lit(dice.uniform(0.86, 1.2)), 0.9 - 0.45 * rise))


def _cone(foot: Point, height: float) -> skia.Path:
    x, y = foot
    crater = y - height * 0.72
    slope = [(0.17, crater), (0.3, crater + height * 0.2), (0.62, y - height * 0.16), (1.15, y + height * 0.03)]
    rim = [(0.085, crater + height * 0.03), (0.0, crater + height * 0.015), (-0.077, crater + height * 0.04)]
    left = [(x - reach * height, row) for reach, row in slope]
    right = [(x + reach * height, row) for reach, row in reversed(slope)]
    return polygon([*left, *right, *((x + reach * height, row) for reach, row in rim)])


def _paint_flanks(easel: Easel, foot: Point, height: float, rock: Colour) -> None:
    """Paint the cone's shaded side, its gullies, and lava that runs down."""
    x, y = foot
    crater, lip, dark = y - height * 0.72, height * 0.17, -side_lit(easel, x) * height
    shade = [(x, crater - 9), (x + dark * 1.4, crater - 9), (x + dark * 1.4, y + 9), (x - dark * 0.1, y + 9)]
    easel.canvas.drawPath(polygon(shade), easel.fill(easel.mood.shadow, 0.26))
    for gully in range(11):
        along = (gully / 10 - 0.5) * 2
        line = [
            (x + along * lip, crater),
            (x + along * height * 0.3, crater + height * 0.26),
            (x + along * height * 0.95, y + height * 0.05),
        ]
        easel.canvas.drawPath(smooth(line, closed=False), easel.line(rock.lit(0.72), height * 0.014, 0.55))
    for along, reach in ((-0.5, 0.62), (0.1, 0.92), (0.62, 0.5)):
        spine = [
            (
                x + along * lip + along * height * 0.45 * step / 6 + height * 0.02 * math.sin(step * 2.0 + along * 9),
                crater + height * 0.02 + height * 0.7 * reach * step / 6,
            )
            for step in range(7)
        ]
        easel.canvas.drawPath(smooth(spine, closed=False), easel.line(_LAVA, height * 0.05))
        easel.canvas.drawPath(smooth(spine, closed=False), easel.line(_HOT, height * 0.02))


def paint_island(easel: Easel, foot: Point, height: float, dice: random.Random) -> None:
    """Paint an island in the sea: a wooded hill, a ring of sand, palms, surf around it."""
    x, y = foot
    mood = easel.mood
    sand, green = mood.lit(lch(0.86, 0.06, 82)), mood.lit(lch(0.52, 0.11, 142)).mix(mood.haze, 0.15)
    half = height * 1.35
    easel.oval((x, y + height * 0.03), half * 1.12, height * 0.085, easel.fill(mood.water.mix(WHITE, 0.5), 0.5))
    easel.oval((x, y + height * 0.015), half * 1.04, height * 0.065, easel.fill(mood.lit(WHITE), 0.7))
    rock = mood.lit(lch(0.56, 0.035, 250)).mix(mood.haze, 0.25)
    for across, size in ((-0.2, 0.62), (0.22, 0.48)):
        peak = [
            (x + (across - 0.34) * half, y),
            (x + (across - 0.16) * half, y - height * size * 0.7),
            (x + across * half, y - height * size),
            (x + (across + 0.14) * half, y - height * size * 0.62),
            (x + (across + 0.36) * half, y),
        ]
        easel.canvas.drawPath(
            smooth(peak),
            easel.fade(
                (0, y - height * size),
                (0, y),
                [(rock.mix(green, 0.3), 1.0), (green, 1.0), (green.lit(0.85), 1.0)],
                (0, 0.4, 1),
            ),
        )
    hull = skia.Path()
    hull.addArc(skia.Rect(x - half, y - height * 0.14, x + half, y + height * 0.12), 180, 180)
    hull.lineTo(x - half, y)
    easel.canvas.drawPath(hull, easel.fade((0, y - height * 0.1), (0, y), [(sand, 1.0), (sand.lit(0.9), 1.0)]))
    easel.oval((x, y), half, height * 0.035, easel.fill(sand.lit(0.92)))
    for _ in range(14):
        paint_bush(
            easel,
            (x + half * dice.uniform(-0.66, 0.66), y - height * dice.uniform(0.03, 0.1)),
            height * dice.uniform(0.07, 0.13),
            green.lit(dice.uniform(0.9, 1.1)),
            dice,
        )
    for across, tall in ((-0.62, 0.62), (-0.45, 0.8), (0.5, 0.74), (0.68, 0.52), (0.05, 0.66)):
        paint_palm(easel, (x + across * half, y - height * 0.04), height * tall, green.lit(1.02), dice)
    for shift in (-0.9, 0.86):
        paint_rock(easel, (x + shift * half, y + height * 0.03), height * 0.09, rock, dice)


def paint_pyramids(easel: Easel, foot: Point, height: float, dice: random.Random) -> None:
    """Paint pyramids: a lit and a shaded face each, courses of stone, the smaller ones behind."""
    x, y = foot
    mood = easel.mood
    for across, size, fade in ((0.95, 0.5, 0.4), (-0.85, 0.62, 0.28), (0.0, 1.0, 0.1)):
        px, tall = x + across * height, height * size
        stone = mood.lit(lch(0.78, 0.09, 75)).mix(mood.haze, fade)
        lit = side_lit(easel, px)
        top, ridge = (px, y - tall * 0.85), (px + tall * 0.16, y + tall * 0.02)
        for face, bright in (
            ([top, (px - tall * 0.8, y), ridge], lit < 0),
            ([top, ridge, (px + tall * 0.8, y)], lit > 0),
        ):
            colour = stone.lit(1.06 if bright else 0.72)
            easel.canvas.drawPath(
                polygon(face), easel.fade((0, y - tall), (0, y), [(colour.lit(1.04), 1.0), (colour, 1.0)])
            )
        for course in range(1, 14):
            share = course / 14
            left, right = (
                (px - tall * 0.8 * share, y - tall * 0.85 * (1 - share)),
                (px + tall * 0.8 * share, y - tall * 0.85 * (1 - share)),
            )
            middle = (px + tall * 0.16 * share, left[1] + tall * 0.02 * share)
            easel.canvas.drawPath(
                polygon([left, middle, right], closed=False), easel.line(stone.lit(0.66), tall * 0.006, 0.35)
            )


def paint_oasis(easel: Easel, foot: Point, height: float, dice: random.Random) -> None:
    """Paint an oasis: palms around a small pool."""
    x, y = foot
    mood = easel.mood
    green = mood.lit(lch(0.52, 0.12, 140))
    easel.oval((x, y + height * 0.08), height * 0.95, height * 0.12, easel.fill(mood.ground.mix(green, 0.4)))
    easel.oval(
        (x, y + height * 0.09),
        height * 0.72,
        height * 0.08,
        easel.fade((0, y), (0, y + height * 0.18), [(mood.sky[2], 1.0), (mood.water, 1.0)]),
    )
    for across, tall in ((-0.75, 0.8), (-0.45, 1.0), (0.42, 0.95), (0.74, 0.7), (0.1, 0.75)):
        paint_palm(easel, (x + across * height, y + height * 0.04 * (1 - abs(across))), height * tall, green, dice)
    for across in (-0.9, -0.6, 0.62, 0.88, 0.2):
        paint_bush(easel, (x + across * height, y + height * 0.06), height * 0.14, green.lit(0.9), dice)
