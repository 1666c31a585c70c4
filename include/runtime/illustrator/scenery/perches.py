"""What small animals sit on: a branch, a fence, a wall, a rock, a log. Their feet are at its upper edge."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping

import skia

from include.runtime.illustrator.colours import Colour, lch
from include.runtime.illustrator.easel import Easel, smooth
from include.runtime.illustrator.places import Seat
from include.runtime.illustrator.scenery.growth import paint_leaf, paint_rock
from include.runtime.illustrator.scenery.peaks import SNOW
from include.runtime.illustrator.settings import Perch

_BARK, _PLANK, _STONE = lch(0.42, 0.05, 55), lch(0.66, 0.06, 68), lch(0.6, 0.025, 70)
_LEAF = lch(0.5, 0.12, 138)


def paint_perch(easel: Easel, seat: Seat) -> None:
    """Paint a perch, taken or empty."""
    _PAINTERS[seat.perch](easel, seat, easel.shot_dice("perch"))


def _paint_branch(easel: Easel, seat: Seat, dice: random.Random) -> None:
    """Paint a bough that comes in from the nearer edge, with leaves that do not cover its sitter."""
    unit, side = easel.unit, -1 if seat.x < easel.width / 2 else 1
    outer, tip = easel.width * (0.5 + side * 0.56), seat.x - side * (seat.sitter_height * 0.6 + unit * 0.16)
    spine = []
    for step in range(17):
        x = outer + (tip - outer) * step / 16
        aside = (x - seat.x) * side
        lift = aside * 0.1 + unit * 0.012 * math.sin(aside / unit * 7)
        spine.append((x, seat.y + lift, unit * (0.036 - 0.02 * step / 16)))
    over = [(x, y) for x, y, _ in spine]
    under = [(x, y + half * 2) for x, y, half in spine]
    bark = easel.mood.lit(_BARK)
    for step in (3, 6, 12, 14):
        x, y, half = spine[step]
        _paint_twig(easel, (x, y + half), dice.choice((58, 70, 110, 122)), unit * dice.uniform(0.1, 0.16), dice)
    shades = [(bark.lit(1.25), 1.0), (bark, 1.0), (bark.lit(0.65), 1.0)]
    paint = easel.fade((0, seat.y - unit * 0.02), (0, seat.y + unit * 0.09), shades, (0, 0.4, 1))
    easel.canvas.drawPath(smooth([*over, *reversed(under)]), paint)
    _paint_twig(easel, over[-1], 90 - side * 70, unit * 0.14, dice)
    if easel.mood.snowy:
        easel.canvas.drawPath(smooth(over, closed=False), easel.line(easel.mood.lit(SNOW), unit * 0.016))


def _paint_twig(easel: Easel, start: tuple[float, float], degrees: float, length: float, dice: random.Random) -> None:
    """Paint a twig with its leaves, bare in snow."""
    bark, green = easel.mood.lit(_BARK), easel.mood.lit(_LEAF).mix(easel.mood.ground, 0.3)
    turn = math.radians(degrees)
    end = (start[0] + math.cos(turn) * length, start[1] + math.sin(turn) * length)
    easel.canvas.drawLine(*start, *end, easel.line(bark.lit(0.85), easel.unit * 0.007))
    if easel.mood.snowy:
        return
    for index in range(9):
        share = 0.35 + 0.65 * index / 8
        spot = (start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share)
        paint_leaf(
            easel, spot, easel.unit * dice.uniform(0.045, 0.07), degrees + 90 + dice.uniform(-75, 75),
            green.lit(dice.uniform(0.85, 1.3)),
        )  # fmt: skip


def _paint_fence(easel: Easel, seat: Seat, dice: random.Random) -> None:
    """Paint a fence of rails and posts across the picture, one of the posts under the sitter."""
    unit, gap, plank = easel.unit, easel.unit * 0.3, easel.mood.lit(_PLANK)
    for drop in (0.045, 0.15):
        top = seat.y + unit * drop
        easel.wash(
            easel.fade((0, top), (0, top + unit * 0.042), [(plank.lit(1.1), 1.0), (plank.lit(0.8), 1.0)]),
            top, top + unit * 0.042,
        )  # fmt: skip
    first = -math.ceil(seat.x / gap)
    for index in range(first, first + math.ceil(easel.width / gap) + 2):
        x, half = seat.x + index * gap, unit * 0.03
        box = skia.Rect(x - half, seat.y, x + half, seat.y + unit * 0.31)
        tone = plank.lit(dice.uniform(0.92, 1.06))
        sides = [(tone.lit(1.12), 1.0), (tone.lit(0.78), 1.0)]
        easel.canvas.drawRoundRect(box, unit * 0.008, unit * 0.008, easel.fade((x - half, 0), (x + half, 0), sides))
        if easel.mood.snowy:
            cap = skia.Rect(x - half * 1.15, seat.y - unit * 0.006, x + half * 1.15, seat.y + unit * 0.02)
            easel.canvas.drawRoundRect(cap, unit * 0.012, unit * 0.012, easel.fill(easel.mood.lit(SNOW)))


def _paint_wall(easel: Easel, seat: Seat, dice: random.Random) -> None:
    """Paint a dry stone wall across the picture."""
    unit, stone = easel.unit, easel.mood.lit(_STONE)
    easel.wash(easel.fill(stone.lit(0.55)), seat.y + unit * 0.012, seat.y + unit * 0.33)
    for row in range(5):
        top, height, x = seat.y + unit * 0.065 * row, unit * 0.062, -unit * dice.uniform(0.0, 0.1)
        while x < easel.width:
            width = unit * dice.uniform(0.09, 0.17)
            box = skia.Rect(x, top, x + width - unit * 0.005, top + height)
            tone = stone.lit(dice.uniform(0.85, 1.1))
            shades = [(tone.lit(1.12), 1.0), (tone.lit(0.85), 1.0)]
            easel.canvas.drawRoundRect(box, unit * 0.016, unit * 0.016, easel.fade((0, top), (0, top + height), shades))
            x += width
    if easel.mood.snowy:
        easel.wash(easel.fill(easel.mood.lit(SNOW)), seat.y - unit * 0.008, seat.y + unit * 0.016)


def _paint_rock(easel: Easel, seat: Seat, dice: random.Random) -> None:
    height = easel.unit * 0.2
    paint_rock(easel, (seat.x, seat.y + height * 0.9), height, easel.mood.lit(_STONE), dice)


def _paint_log(easel: Easel, seat: Seat, dice: random.Random) -> None:
    """Paint a trunk that lies on the ground, its cut end at one side."""
    unit, bark = easel.unit, easel.mood.lit(_BARK)
    half, thick, side = unit * 0.46, unit * 0.13, dice.choice((-1, 1))
    easel.oval((seat.x, seat.y + thick), half * 1.05, thick * 0.16, easel.fill(easel.mood.shadow, 0.3))
    shades = [(bark.lit(1.3), 1.0), (bark, 1.0), (bark.lit(0.6), 1.0)]
    body = skia.Rect(seat.x - half, seat.y, seat.x + half, seat.y + thick)
    easel.canvas.drawRoundRect(
        body, thick * 0.3, thick / 2, easel.fade((0, seat.y), (0, seat.y + thick), shades, (0, 0.4, 1))
    )
    for _ in range(14):
        x, y = seat.x + half * dice.uniform(-0.85, 0.85), seat.y + thick * dice.uniform(0.15, 0.85)
        easel.canvas.drawLine(
            x, y, x + unit * dice.uniform(0.02, 0.08), y, easel.line(bark.lit(0.7), unit * 0.004, 0.7)
        )
    _paint_rings(easel, (seat.x + side * half * 0.96, seat.y + thick / 2), thick / 2, bark.lit(1.7))


def _paint_rings(easel: Easel, centre: tuple[float, float], radius: float, wood: Colour) -> None:
    for share, tone in ((1.0, 0.7), (0.88, 1.0), (0.55, 0.9), (0.45, 1.0), (0.2, 0.85)):
        easel.oval(centre, radius * 0.5 * share, radius * share, easel.fill(wood.lit(tone)))


_PAINTERS: Mapping[Perch, Callable[[Easel, Seat, random.Random], None]] = {
    Perch.BRANCH: _paint_branch,
    Perch.FENCE: _paint_fence,
    Perch.WALL: _paint_wall,
    Perch.ROCK: _paint_rock,
    Perch.LOG: _paint_log,
}
