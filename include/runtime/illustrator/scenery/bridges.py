"""A bridge over a river."""

from __future__ import annotations

import skia

from include.runtime.illustrator.colours import Colour, lch
from include.runtime.illustrator.easel import Easel, polygon
from include.runtime.illustrator.places import Composition
from include.runtime.illustrator.scenery.inland import fill_water, paint_shore, paint_shore_woods
from include.runtime.illustrator.scenery.land import ground_colour, paint_land
from include.runtime.illustrator.settings import Setting, Weather


def paint_bridge(easel: Easel, scene: Composition, weather: Weather | None) -> None:
    """Paint a stone bridge with round arches over a river, and its image in the water."""
    mood, unit, dice = easel.mood, easel.unit, easel.shot_dice("bridge")
    horizon, shore = scene.horizon, scene.shore or easel.height
    paint_land(easel, Setting.MEADOW, horizon, weather)
    coast = horizon + (shore - horizon) * 0.14
    paint_shore_woods(easel, coast, mood.lit(lch(0.46, 0.085, 148)).mix(mood.haze, 0.3), dice)
    water = skia.Path()
    water.addRect(skia.Rect(0, coast, easel.width, easel.height))
    fill_water(easel, water, coast, easel.height)
    foot = coast + (shore - coast) * 0.34
    deck = foot - unit * dice.uniform(0.19, 0.25)
    stone = mood.lit(lch(0.66, 0.045, dice.choice((60, 75, 30))))
    easel.canvas.save()
    easel.canvas.clipRect(skia.Rect(0, foot, easel.width, shore + unit * 0.02))
    easel.canvas.translate(0, foot * 1.55)
    easel.canvas.scale(1, -0.55)
    easel.canvas.saveLayerAlpha(None, 105)
    _paint_arches(easel, (deck, foot), stone.mix(mood.water, 0.3), scene.side)
    easel.canvas.restore()
    easel.canvas.restore()
    _paint_arches(easel, (deck, foot), stone, scene.side)
    paint_shore(easel, shore, ground_colour(easel, Setting.MEADOW))


def _paint_arches(easel: Easel, rows: tuple[float, float], stone: Colour, side: int) -> None:
    """Paint the bridge from edge to edge, its deck highest in the middle of its largest arch."""
    deck, foot = rows
    unit, width, mood = easel.unit, easel.width, easel.mood
    middle = width * (0.5 + 0.08 * side)

    def top(x: float) -> float:
        rise: float = min(1.0, abs(x - middle) / (unit * 0.9)) ** 1.6
        return deck + unit * 0.09 * rise

    spans = max(3, round(width / unit * 3.0))
    shape = polygon(
        [(-9, foot), *((width * step / 30, top(width * step / 30)) for step in range(31)), (width + 9, foot)]
    )
    holes = skia.Path()
    breadth = width / spans
    for index in range(-1, spans + 1):
        x = middle + (index - spans // 2) * breadth
        half = breadth * 0.38
        crown = top(x) + unit * 0.035
        hole = skia.Path()
        hole.moveTo(x - half, foot + unit * 0.03)
        hole.lineTo(x - half, crown + half)
        hole.arcTo(skia.Rect(x - half, crown, x + half, crown + 2 * half), 180, 180, False)
        hole.lineTo(x + half, foot + unit * 0.03)
        hole.close()
        holes.addPath(hole)
    easel.canvas.save()
    easel.canvas.clipPath(holes, skia.ClipOp.kDifference, True)
    easel.canvas.drawPath(shape, easel.fade((0, deck), (0, foot), [(stone.lit(1.08), 1.0), (stone.lit(0.78), 1.0)]))
    for row in range(1, 9):
        line = deck + (foot - deck) * row / 9
        easel.canvas.drawLine(0, line, width, line, easel.line(stone.lit(0.72), unit * 0.002, 0.4))
    easel.canvas.restore()
    ring = easel.line(stone.lit(0.62), unit * 0.008)
    easel.canvas.save()
    easel.canvas.clipRect(skia.Rect(0, 0, width, foot))
    easel.canvas.drawPath(holes, ring)
    easel.canvas.restore()
    rail = [(width * step / 30, top(width * step / 30) - unit * 0.012) for step in range(31)]
    easel.canvas.drawPath(polygon(rail, closed=False), easel.line(stone.lit(1.16).mix(mood.sun, 0.1), unit * 0.024))
