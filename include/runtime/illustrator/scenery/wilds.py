"""Warm wild land: dunes, savanna, jungle."""

from __future__ import annotations

import math
import random

import skia

from include.runtime.illustrator.colours import Colour, lch
from include.runtime.illustrator.easel import Easel, Point, polygon, smooth
from include.runtime.illustrator.places import Composition
from include.runtime.illustrator.scenery.growth import (
    hill_points,
    paint_below,
    paint_fern,
    paint_leaf,
    paint_palm,
    paint_rock,
    paint_tuft,
)
from include.runtime.illustrator.scenery.land import paint_land
from include.runtime.illustrator.scenery.sky import paint_sky, sun_place
from include.runtime.illustrator.settings import Setting, Weather


def paint_dunes(easel: Easel, scene: Composition, weather: Weather | None) -> None:
    """Paint dunes with sharp crests: one side of each in the light, the other in shade."""
    mood, unit, horizon = easel.mood, easel.unit, scene.horizon
    paint_land(easel, Setting.DESERT, horizon, weather)
    dice = easel.shot_dice("dunes")
    sand = mood.lit(lch(0.79, 0.11, 70))
    depth = easel.height - horizon
    for index, (down, rise, fade) in enumerate(
        ((0.04, 0.10, 0.5), (0.16, 0.17, 0.3), (0.36, 0.2, 0.12), (0.66, 0.16, 0.0))
    ):
        base = horizon + depth * down
        peak = easel.width * (0.5 + (scene.side if index % 2 else -scene.side) * dice.uniform(0.1, 0.36))
        _paint_dune(easel, (peak, base), unit * rise * dice.uniform(0.85, 1.2), sand.mix(mood.haze, fade), dice)
    low = easel.height * 0.93
    _paint_sand_ripples(easel, low, sand, dice)


def _paint_dune(easel: Easel, peak: Point, rise: float, sand: Colour, dice: random.Random) -> None:
    """Paint one dune from edge to edge of the picture, its crest winding down towards the eye."""
    x, base = peak
    mood, unit = easel.mood, easel.unit
    reach = max(easel.width, unit * 1.4)
    sun_right = sun_place(easel, base)[0] > x
    outline = []
    for step in range(41):
        px = x + (step / 20 - 1) * reach
        away = abs(px - x) / unit
        y = base - rise * math.exp(-((away / 0.42) ** 1.25)) + unit * 0.008 * math.sin(px / unit * 5 + rise)
        outline.append((px, y))
    lit, shade = sand.mix(mood.sun, 0.18 if not mood.night else 0.06), sand.lit(0.72).mix(mood.shadow, 0.2)
    paint = easel.fade(
        (0, base - rise), (0, base + unit * 0.3), [(lit, 1.0), (sand, 1.0), (sand.lit(0.9), 1.0)], (0, 0.4, 1)
    )
    easel.canvas.drawPath(
        polygon([*outline, (x + reach, easel.height * 1.02), (x - reach, easel.height * 1.02)]), paint
    )
    toward = -1 if sun_right else 1
    sweep = unit * dice.uniform(0.05, 0.2)
    crest = [
        (x, base - rise),
        (x - toward * sweep * 0.5, base - rise * 0.55),
        (x + toward * sweep * 0.2, base - rise * 0.1),
        (x - toward * sweep, base + unit * 0.12),
    ]
    flank = [point for point in outline if (point[0] - x) * toward > 0 and abs(point[0] - x) < unit * 0.72]
    flank.sort(key=lambda point: abs(point[0] - x))
    end = flank[-1]
    shadow = skia.Path()
    shadow.moveTo(*crest[0])
    shadow.cubicTo(*crest[1], *crest[2], *crest[3])
    shadow.quadTo(x + toward * unit * 0.3, base + unit * 0.06, *end)
    for point in reversed(flank[:-1]):
        shadow.lineTo(*point)
    shadow.close()
    easel.canvas.drawPath(
        shadow,
        easel.fade((0, base - rise), (0, base + unit * 0.1), [(shade, 0.85), (shade, 0.5), (shade, 0.0)], (0, 0.55, 1)),
    )


def _paint_sand_ripples(easel: Easel, low: float, sand: Colour, dice: random.Random) -> None:
    unit = easel.unit
    for row in range(16):
        y = low - easel.height * 0.16 + (easel.height * 0.24) * (row / 15) ** 1.3
        start = dice.uniform(-0.1, 0.6) * easel.width
        line = [(start + step * unit * 0.06, y + unit * 0.005 * math.sin(step * 0.9 + row)) for step in range(9)]
        easel.canvas.drawPath(
            smooth(line, closed=False), easel.line(sand.mix(easel.mood.shadow, 0.3), unit * 0.003, 0.4)
        )


def paint_savanna(easel: Easel, scene: Composition, weather: Weather | None) -> None:
    """Paint dry grassland under a wide sky: umbrella trees, a lone hill of rocks, high grass."""
    mood, unit, horizon = easel.mood, easel.unit, scene.horizon
    paint_land(easel, Setting.DESERT, horizon, weather)
    dice = easel.shot_dice("savanna")
    straw = mood.lit(lch(0.77, 0.12, 82))
    depth = easel.height - horizon
    easel.wash(
        easel.fade(
            (0, horizon),
            (0, easel.height),
            [(straw.mix(mood.haze, 0.5), 1.0), (straw, 1.0), (straw.lit(0.8).mix(mood.ground, 0.15), 1.0)],
            (0, 0.3, 1),
        ),
        horizon + unit * 0.002,
    )
    wood = mood.lit(lch(0.36, 0.05, 100))
    x = easel.width * (0.5 - scene.side * 0.3)
    for index in range(7):
        spot = (x + unit * dice.uniform(-0.12, 0.12), horizon + unit * (0.012 + 0.004 * index))
        paint_rock(
            easel, spot, unit * dice.uniform(0.03, 0.085), mood.lit(lch(0.6, 0.06, 50)).mix(mood.haze, 0.42), dice
        )
    for index in range(7):
        across = (index + dice.uniform(0, 1)) / 7
        paint_umbrella_tree(
            easel,
            (across * easel.width, horizon + unit * dice.uniform(0.008, 0.02)),
            unit * dice.uniform(0.05, 0.1),
            wood.mix(mood.haze, 0.45),
            dice,
        )
    lead = (easel.width * (0.5 + scene.side * dice.uniform(0.22, 0.33)), horizon + depth * 0.24)
    easel.oval((lead[0], lead[1]), unit * 0.2, unit * 0.014, easel.fill(mood.shadow, 0.22))
    paint_umbrella_tree(easel, lead, min(unit * 0.52, horizon * 0.9), wood, dice)
    for index in range(230):
        down = (index / 230) ** 0.8
        foot = (dice.random() * easel.width, horizon + depth * (0.06 + 0.98 * down))
        light = dice.random()
        colour = straw.mix(mood.shadow, 0.26) if light < 0.4 else straw.mix(mood.sun, 0.3 if not mood.night else 0.1)
        paint_tuft(easel, foot, unit * (0.008 + 0.05 * down), colour.mix(mood.haze, 0.35 * (1 - down)), dice, 0.85)


def paint_umbrella_tree(easel: Easel, foot: Point, height: float, colour: Colour, dice: random.Random) -> None:
    """Paint an acacia: arms that spread from a low fork under a flat crown in layers."""
    x, y = foot
    fork = (x + height * dice.uniform(-0.05, 0.05), y - height * 0.36)
    easel.canvas.drawLine(x, y, *fork, easel.line(colour.lit(0.8), height * 0.05))
    for reach in (-0.42, -0.18, 0.14, 0.4):
        tip = (fork[0] + reach * height, y - height * 0.78)
        arm = [fork, (fork[0] + reach * height * 0.35, y - height * 0.58), tip]
        easel.canvas.drawPath(smooth(arm, closed=False), easel.line(colour.lit(0.8), height * 0.026))
    leaves = colour.mix(easel.mood.lit(lch(0.5, 0.1, 125)), 0.6)
    for across, up, half in ((-0.36, 0.76, 0.3), (0.34, 0.78, 0.32), (0.0, 0.86, 0.46)):
        middle = (fork[0] + across * height, y - up * height)
        crown = skia.Path()
        for puff in range(7):
            along = puff / 6 - 0.5
            radius = height * 0.085 * (1.2 - abs(along))
            crown.addOval(
                skia.Rect(
                    middle[0] + along * half * height * 1.7 - radius * 1.5,
                    middle[1] - radius,
                    middle[0] + along * half * height * 1.7 + radius * 1.5,
                    middle[1] + radius * 0.7,
                )
            )
        easel.canvas.drawPath(
            crown,
            easel.fade(
                (0, middle[1] - height * 0.1),
                (0, middle[1] + height * 0.08),
                [(leaves.lit(1.14), 1.0), (leaves.lit(0.8), 1.0)],
            ),
        )


def paint_jungle(easel: Easel, scene: Composition, weather: Weather | None) -> None:
    """Paint dense rain forest: trunks in mist, palms and ferns, vines, beams of light, large leaves close by."""
    mood, unit, dice = easel.mood, easel.unit, easel.shot_dice("jungle")
    paint_sky(easel, scene.horizon, weather)
    green = mood.lit(lch(0.5, 0.11, 145))
    light = mood.haze.mix(green, 0.35).mix(mood.sun, 0.25)
    easel.wash(
        easel.fade((0, 0), (0, scene.horizon * 1.1), [(green.lit(0.9), 0.92), (light, 0.96), (light, 1.0)], (0, 0.5, 1))
    )
    floor = scene.horizon + unit * 0.02
    for row, fade in ((0, 0.66), (1, 0.46), (2, 0.2)):
        wood = green.mix(mood.lit(lch(0.3, 0.06, 150)), 0.4).mix(light, fade)
        foot = floor + unit * (0.0, 0.035, 0.09)[row]
        _paint_canopy(easel, row, wood, dice)
        for index in range((9, 6, 4)[row]):
            across = (index + dice.uniform(0.1, 0.9)) / (9, 6, 4)[row]
            if row == 2 and abs(across - 0.5) < 0.2:
                continue
            _paint_trunk(easel, (across * easel.width, foot), unit * (0.013, 0.022, 0.042)[row], wood.lit(0.86), dice)
        for _ in range((3, 3, 2)[row]):
            across = dice.random() if row < 2 else dice.choice((dice.uniform(0.05, 0.26), dice.uniform(0.74, 0.95)))
            paint_palm(
                easel,
                (across * easel.width, foot + unit * 0.02),
                unit * (0.22, 0.34, 0.5)[row] * dice.uniform(0.8, 1.1),
                wood.lit(1.08),
                dice,
            )
        outline = hill_points(dice, easel, foot, unit * 0.02, shift=0.0, roughness=1.1)
        paint_below(
            easel, outline, easel.fade((0, foot), (0, easel.height), [(wood.lit(1.12), 1.0), (wood.lit(0.8), 1.0)])
        )
        for _ in range((12, 12, 14)[row]):
            x, y = outline[dice.randrange(len(outline))]
            paint_fern(
                easel,
                (x, y + unit * 0.02),
                unit * (0.05, 0.08, 0.12)[row] * dice.uniform(0.7, 1.2),
                wood.lit(dice.uniform(0.95, 1.25)),
                dice,
            )
        easel.wash(
            easel.fade((0, floor - unit * 0.35), (0, floor + unit * 0.1), [(light, 0.0), (light, 0.24)]),
            floor - unit * 0.35,
            floor + unit * 0.1,
        )
    for index in range(18):
        down = (index / 18) ** 1.2
        across = 0.5 + dice.choice((-1, 1)) * dice.uniform(0.08 + 0.14 * down, 0.5)
        spot = (across * easel.width, floor + (easel.height - floor) * (0.22 + 0.7 * down))
        paint_fern(easel, spot, unit * (0.08 + 0.09 * down), green.lit(dice.uniform(0.7, 1.05)), dice)
    _paint_beams(easel, scene, dice)


def _paint_canopy(easel: Easel, row: int, colour: Colour, dice: random.Random) -> None:
    """Hang foliage from the picture's upper edge."""
    unit, x = easel.unit, -0.05 * easel.width
    crown = skia.Path()
    while x < easel.width * 1.05:
        radius = unit * dice.uniform(0.05, 0.1) * (1.0 - 0.12 * row)
        drop = unit * (0.2, 0.11, 0.03)[row] + unit * 0.05 * math.sin(x / unit * 4 + row * 2)
        crown.addCircle(x, drop, radius)
        x += radius * 0.9
    crown.addRect(skia.Rect(-9, -9, easel.width + 9, unit * (0.2, 0.11, 0.03)[row] - unit * 0.02))
    easel.canvas.drawPath(crown, easel.fill(colour.lit(0.9)))
    for _ in range(5):
        vine, depth = dice.random() * easel.width, unit * dice.uniform(0.15, 0.42)
        sway = unit * dice.uniform(-0.05, 0.05)
        line = [(vine, -5), (vine + sway, depth * 0.5), (vine + sway * 0.4, depth)]
        easel.canvas.drawPath(smooth(line, closed=False), easel.line(colour.lit(0.82), unit * 0.004))


def _paint_trunk(easel: Easel, foot: Point, half: float, bark: Colour, dice: random.Random) -> None:
    x, y = foot
    lean = half * dice.uniform(-1.2, 1.2)
    shape = [
        (x - half * 2.6, y + half),
        (x - half * 0.95, y - half * 5),
        (x - half * 0.8 + lean, -9),
        (x + half * 0.8 + lean, -9),
        (x + half * 0.95, y - half * 5),
        (x + half * 2.6, y + half),
    ]
    easel.canvas.drawPath(
        polygon(shape), easel.fade((x - half, 0), (x + half, 0), [(bark.lit(1.12), 1.0), (bark.lit(0.84), 1.0)])
    )


def _paint_beams(easel: Easel, scene: Composition, dice: random.Random) -> None:
    unit = easel.unit
    source = sun_place(easel, scene.horizon)[0]
    strength = 0.2 if not easel.mood.dim else 0.1
    with easel.blurred(unit * 0.012):
        for _ in range(5):
            lean, half = dice.uniform(-0.4, 0.4), unit * dice.uniform(0.02, 0.06)
            top, low = source + lean * unit * 0.3, source + lean * unit * 1.5
            beam = polygon(
                [
                    (top - half * 0.5, -9),
                    (top + half * 0.5, -9),
                    (low + half * 1.6, scene.horizon * 1.15),
                    (low - half * 1.6, scene.horizon * 1.15),
                ]
            )
            easel.canvas.drawPath(
                beam, easel.fade((0, 0), (0, scene.horizon * 1.15), [(easel.mood.sun, strength), (easel.mood.sun, 0.0)])
            )


def paint_jungle_front(easel: Easel) -> None:
    """Frame the picture with large leaves close to the lens."""
    mood, unit, dice = easel.mood, easel.unit, easel.shot_dice("front")
    green = mood.lit(lch(0.36, 0.09, 150))
    with easel.blurred(unit * 0.006):
        for side in (0.0, 1.0):
            inward = 1 - 2 * side
            for index in range(5):
                stem = (side * easel.width - inward * unit * 0.03, easel.height * (1.02 - 0.02 * index))
                paint_leaf(
                    easel,
                    stem,
                    unit * dice.uniform(0.24, 0.4),
                    inward * (8 + 17 * index),
                    green.mix(mood.shadow, dice.uniform(0.1, 0.5)),
                )
            for index in range(3):
                stem = (side * easel.width - inward * unit * 0.02, unit * 0.02)
                paint_leaf(
                    easel,
                    stem,
                    unit * dice.uniform(0.2, 0.32),
                    inward * (112 + 24 * index),
                    green.mix(mood.shadow, dice.uniform(0.3, 0.6)),
                )
