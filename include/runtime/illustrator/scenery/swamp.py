"""A swamp: dark standing water, drowned trees, reeds, lily pads."""

from __future__ import annotations

import random

import skia

from include.runtime.illustrator.colours import Colour, lch
from include.runtime.illustrator.easel import Easel, Point, polygon, smooth
from include.runtime.illustrator.mood import WHITE
from include.runtime.illustrator.places import Composition
from include.runtime.illustrator.scenery.inland import paint_shore
from include.runtime.illustrator.scenery.land import ground_colour, paint_land
from include.runtime.illustrator.scenery.water import paint_glitter
from include.runtime.illustrator.settings import Setting, Weather


def paint_swamp(easel: Easel, scene: Composition, weather: Weather | None) -> None:
    """Paint dark standing water with drowned trees, reeds, lily pads and low mist."""
    mood, unit, dice = easel.mood, easel.unit, easel.shot_dice("swamp")
    horizon, shore = scene.horizon, scene.shore or easel.height
    paint_land(easel, Setting.FOREST, horizon, weather or Weather.MIST)
    mud = mood.water.mix(mood.lit(lch(0.42, 0.06, 125)), 0.62)
    coast = horizon + (shore - horizon) * 0.12
    stops = [(mud.mix(mood.sky[2], 0.5), 1.0), (mud, 1.0), (mud.lit(0.66), 1.0)]
    easel.wash(easel.fade((0, coast), (0, easel.height), stops, (0, 0.35, 1)), coast)
    easel.canvas.save()
    easel.canvas.clipRect(skia.Rect(0, coast, easel.width, easel.height))
    paint_glitter(easel, coast)
    easel.canvas.restore()
    for row, fade in ((0, 0.55), (1, 0.32), (2, 0.08)):
        line = coast + (shore - coast) * (0.08, 0.3, 0.68)[row]
        bark = mood.lit(lch(0.36, 0.03, 70)).mix(mood.haze, fade)
        for _ in range((7, 4, 2)[row]):
            across = dice.uniform(0.0, 1.0)
            if row == 2 and abs(across - 0.5) < 0.27:
                across = 0.5 + (0.36 if across > 0.5 else -0.36)
            _paint_drowned_tree(
                easel,
                (across * easel.width, line + unit * dice.uniform(-0.01, 0.02)),
                unit * (0.3, 0.46, 0.8)[row],
                bark,
                dice,
            )
        haze = mood.haze.mix(WHITE, 0.1)
        easel.wash(
            easel.fade(
                (0, line - unit * 0.12), (0, line + unit * 0.04), [(haze, 0.0), (haze, 0.26), (haze, 0.0)], (0, 0.7, 1)
            ),
            line - unit * 0.12,
            line + unit * 0.04,
        )
    pad = mood.lit(lch(0.6, 0.12, 135))
    for _ in range(26):
        depth = dice.random() ** 0.7
        spot = (dice.random() * easel.width, coast + (shore - coast) * (0.15 + 0.85 * depth))
        half = unit * (0.008 + 0.034 * depth)
        easel.oval(spot, half, half * 0.3, easel.fill(pad.lit(dice.uniform(0.8, 1.1)).mix(mud, 0.2)))
        if dice.random() < 0.25 and depth > 0.3:
            easel.oval(
                (spot[0], spot[1] - half * 0.25), half * 0.3, half * 0.26, easel.fill(mood.second.mix(WHITE, 0.4))
            )
    paint_shore(easel, shore, ground_colour(easel, Setting.FOREST).mix(mud, 0.25))


def _paint_drowned_tree(easel: Easel, foot: Point, height: float, bark: Colour, dice: random.Random) -> None:
    """Paint a bare tree with a broad foot, moss hanging from its arms, and its image in the water."""
    x, y = foot
    half = height * 0.045
    for flip, alpha in ((-1, 0.3), (1, 1.0)):
        tall = height * flip * (1.0 if flip > 0 else 0.45)
        trunk = [
            (x - half * 2.4, y),
            (x - half, y - tall * 0.16),
            (x - half * 0.55, y - tall * 0.95),
            (x + half * 0.55, y - tall * 0.95),
            (x + half, y - tall * 0.16),
            (x + half * 2.4, y),
        ]
        easel.canvas.drawPath(polygon(trunk), easel.fill(bark, alpha))
    for index in range(6):
        side = -1 if index % 2 else 1
        start = y - height * (0.45 + 0.09 * index)
        reach = height * dice.uniform(0.14, 0.26)
        arm = [
            (x, start),
            (x + side * reach * 0.5, start - height * 0.06),
            (x + side * reach, start - height * dice.uniform(0.08, 0.16)),
        ]
        easel.canvas.drawPath(smooth(arm, closed=False), easel.line(bark, height * 0.018))
        for hang in (0.45, 0.7, 0.95):
            top = (x + side * reach * hang, start - height * (0.05 + 0.05 * hang))
            moss = easel.mood.lit(lch(0.56, 0.06, 130)).mix(bark, 0.35)
            easel.canvas.drawLine(
                *top, top[0], top[1] + height * dice.uniform(0.04, 0.11), easel.line(moss, height * 0.012, 0.8)
            )
