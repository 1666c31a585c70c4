"""What stands close to the lens at the picture's edge and leads the eye in: a branch, a bush, rocks."""

from __future__ import annotations

import math
import random
from collections.abc import Callable

from include.runtime.illustrator.colours import Colour, lch
from include.runtime.illustrator.easel import Easel, smooth
from include.runtime.illustrator.mood import WHITE
from include.runtime.illustrator.scenery.growth import paint_bush, paint_leaf, paint_rock
from include.runtime.illustrator.scenery.land import ground_colour
from include.runtime.illustrator.settings import Setting

_SOUTHERN = frozenset({Setting.BEACH, Setting.SEA, Setting.DESERT, Setting.SAVANNA})
_LEAFY = frozenset({Setting.SWAMP, Setting.BRIDGE, Setting.CANYON, Setting.WATERFALL})


def paint_frame(easel: Easel, setting: Setting, side: int) -> None:
    """Paint nothing, or one of the things that frame a view of `setting`, at `side` (-1 left, 1 right)."""
    dice = easel.shot_dice("frame")
    choices: list[Callable[[Easel, Setting, int, random.Random], None]] = []
    if setting.grassy or setting in _LEAFY:
        choices = [_paint_branch, _paint_bushes, _paint_trunk, _paint_boulders]
    elif setting in (Setting.BEACH, Setting.SEA):
        choices = [_paint_frond]
    elif setting in (Setting.DESERT, Setting.SAVANNA, Setting.TUNDRA, Setting.GLACIER, Setting.SNOW, Setting.CLIFF):
        choices = [_paint_boulders]
    if dice.random() < min(0.62, 0.3 * len(choices)):
        with easel.blurred(easel.unit * 0.0022):
            dice.choice(choices)(easel, setting, side, dice)


def _dark_green(easel: Easel, setting: Setting) -> Colour:
    return ground_colour(easel, setting).mix(easel.mood.lit(lch(0.42, 0.12, 142)), 0.75).mix(easel.mood.shadow, 0.12)


def _paint_branch(easel: Easel, setting: Setting, side: int, dice: random.Random) -> None:
    """Paint a bough in full leaf that hangs into the picture from above."""
    unit, outer = easel.unit, easel.width * (0.5 + side * 0.53)
    bark, green = easel.mood.lit(lch(0.34, 0.04, 60)), _dark_green(easel, setting)
    for bough in range(3):
        reach, start = unit * dice.uniform(0.34, 0.56) * (1 - 0.2 * bough), unit * (-0.03 + 0.065 * bough)
        spine = [
            (outer - side * reach * step / 8, start + reach * 0.24 * math.sin(step / 8 * 1.7)) for step in range(9)
        ]
        easel.canvas.drawPath(smooth(spine, closed=False), easel.line(bark, unit * 0.01))
        for index in range(54):
            at = dice.randrange(9)
            x, y = spine[at]
            spread = unit * (0.055 - 0.003 * at)
            spot = (x + dice.uniform(-1, 1) * spread, y + dice.uniform(-0.9, 0.6) * spread)
            turn = 180 + side * dice.uniform(-95, 40)
            tone = green.lit(dice.uniform(0.8, 1.4)).mix(easel.mood.sun, 0.05 * (index % 3))
            paint_leaf(easel, spot, unit * dice.uniform(0.06, 0.1), turn, tone)


def _paint_bushes(easel: Easel, setting: Setting, side: int, dice: random.Random) -> None:
    """Paint bushes in the lower corner."""
    unit = easel.unit
    green = _dark_green(easel, setting)
    for index in range(4):
        foot = (easel.width * (0.5 + side * 0.5) - side * unit * (0.02 + 0.09 * index), easel.height + unit * 0.03)
        height = unit * (0.26 - 0.05 * index) * dice.uniform(0.85, 1.1)
        paint_bush(easel, foot, height, green.lit(0.9 + 0.1 * index), dice)
        for _ in range(9):
            spot = (foot[0] + height * dice.uniform(-0.6, 0.6), foot[1] - height * dice.uniform(0.35, 0.85))
            petal = easel.mood.lit(WHITE) if index % 2 else easel.mood.second
            easel.canvas.drawCircle(*spot, unit * 0.006, easel.fill(petal, 0.9))


def _paint_trunk(easel: Easel, setting: Setting, side: int, dice: random.Random) -> None:
    """Paint a tree's trunk along the edge, with a bough over the view."""
    unit, outer = easel.unit, easel.width * (0.5 + side * 0.5)
    bark = easel.mood.lit(lch(0.36, 0.045, 55)).mix(easel.mood.shadow, 0.2)
    half = unit * dice.uniform(0.05, 0.075)
    edge = outer - side * half
    shape = [
        (outer + side * unit * 0.2, easel.height + 9), (edge - side * half * 1.3, easel.height + 9),
        (edge - side * half * 0.4, easel.height * 0.82), (edge - side * half * 0.2, easel.height * 0.4),
        (edge - side * half * 0.5, -9), (outer + side * unit * 0.2, -9),
    ]  # fmt: skip
    easel.canvas.drawPath(
        smooth(shape), easel.fade((edge - side * half, 0), (outer, 0), [(bark.lit(1.25), 1.0), (bark.lit(0.7), 1.0)])
    )
    _paint_branch(easel, setting, side, dice)


def _paint_boulders(easel: Easel, setting: Setting, side: int, dice: random.Random) -> None:
    """Paint rocks in the lower corner."""
    unit = easel.unit
    warm = setting in _SOUTHERN or setting is Setting.CANYON
    stone = easel.mood.lit(lch(0.58, 0.07, 50) if warm else lch(0.5, 0.025, 250))
    for index in range(3):
        foot = (easel.width * (0.5 + side * 0.5) - side * unit * (0.0 + 0.13 * index), easel.height + unit * 0.03)
        paint_rock(easel, foot, unit * (0.22 - 0.055 * index) * dice.uniform(0.85, 1.15), stone.lit(0.9), dice)


def _paint_frond(easel: Easel, setting: Setting, side: int, dice: random.Random) -> None:
    """Paint palm leaves that hang in from above."""
    unit, corner = easel.unit, (easel.width * (0.5 + side * 0.53), -easel.unit * 0.03)
    green = easel.mood.lit(lch(0.42, 0.1, 145)).mix(easel.mood.shadow, 0.25)
    for index in range(4):
        reach, turn = unit * dice.uniform(0.4, 0.56), math.radians(12 + 21 * index + dice.uniform(-6, 6))
        tip = (corner[0] - side * math.cos(turn) * reach, corner[1] + math.sin(turn) * reach)
        easel.canvas.drawLine(*corner, *tip, easel.line(green.lit(0.8), unit * 0.006))
        for step in range(3, 17):
            share = step / 16
            spot = (corner[0] + (tip[0] - corner[0]) * share, corner[1] + (tip[1] - corner[1]) * share)
            along = -90 - side * math.degrees(turn) if side > 0 else 90 + math.degrees(turn)
            for flip in (-1, 1):
                paint_leaf(easel, spot, unit * 0.1 * (1.15 - share), along + flip * 38, green.lit(0.85 + 0.2 * share))
