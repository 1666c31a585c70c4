"""Fresh water: a river that winds through the land, a lake between woods."""

from __future__ import annotations

import random

import skia

from include.runtime.illustrator.colours import Colour, lch
from include.runtime.illustrator.easel import Easel, Point, smooth
from include.runtime.illustrator.mood import WHITE
from include.runtime.illustrator.places import Composition
from include.runtime.illustrator.scenery.ground import RIVER_HALF_WIDTH, ribbon, river_of
from include.runtime.illustrator.scenery.growth import (
    hill_points,
    paint_below,
    paint_bush,
    paint_leafy,
    paint_pine,
    paint_reeds,
    paint_rock,
)
from include.runtime.illustrator.scenery.land import ground_colour, paint_grass, paint_land
from include.runtime.illustrator.scenery.water import paint_glitter, paint_waves
from include.runtime.illustrator.settings import Setting, Weather

_STONE = lch(0.56, 0.03, 250)


def fill_water(easel: Easel, shape: skia.Path, top: float, bottom: float) -> None:
    """Fill `shape` with water that mirrors the sky far away and is deep near by, with waves and the sun on it."""
    mood = easel.mood
    far, deep = mood.water.mix(mood.sky[2], 0.62), mood.water.lit(0.78).mix(mood.shadow, 0.12)
    easel.canvas.drawPath(
        shape,
        easel.fade(
            (0, top), (0, bottom), [(far, 1.0), (mood.water.mix(mood.sky[1], 0.25), 1.0), (deep, 1.0)], (0, 0.4, 1)
        ),
    )
    easel.canvas.save()
    easel.canvas.clipPath(shape, skia.ClipOp.kIntersect, True)
    paint_waves(easel, top, bottom, count=70)
    paint_glitter(easel, top)
    easel.canvas.restore()


def paint_river(easel: Easel, scene: Composition, weather: Weather | None) -> None:
    """Paint a river that comes from the horizon in bends and leaves the picture at the side."""
    mood, dice = easel.mood, easel.shot_dice("river")
    paint_land(easel, dice.choice((Setting.MEADOW, Setting.MEADOW, Setting.MOUNTAINS)), scene.horizon, weather)
    plane, course = river_of(easel.width, easel.height, scene.horizon, scene.side, easel.shot_seed)
    bank = ground_colour(easel, Setting.MEADOW).mix(mood.lit(lch(0.74, 0.07, 80)), 0.5).mix(mood.shadow, 0.14)
    easel.canvas.drawPath(smooth(ribbon(plane, course, 0.98, 2.3)), easel.fill(bank))
    outline = ribbon(plane, course, RIVER_HALF_WIDTH, 2.3)
    bottom = max(y for _, y in outline)
    fill_water(easel, smooth(outline), scene.horizon, bottom)
    _paint_banks(easel, outline, dice)


def _paint_banks(easel: Easel, outline: list[Point], dice: random.Random) -> None:
    """Set bushes, reeds and stones along a river's banks, the far ones first."""
    mood, unit = easel.mood, easel.unit
    far = min(y for _, y in outline)
    spots = sorted((outline[dice.randrange(len(outline))] for _ in range(26)), key=lambda spot: spot[1])
    for x, y in spots:
        near = (y - far) / (easel.height - far)
        size = unit * (0.012 + 0.16 * near)
        green = mood.ground.mix(mood.lit(lch(0.44, 0.09, 145)), 0.55).mix(mood.haze, 0.5 * (1 - near) ** 2)
        spot = (x + dice.uniform(-0.4, 0.4) * size, y)
        kind = dice.randrange(4)
        if kind == 0 and near > 0.1:
            paint_rock(easel, spot, size * 0.5, mood.lit(_STONE), dice)
        elif kind == 1 and near > 0.12:
            paint_reeds(easel, spot, size * 0.9, green, dice)
        else:
            paint_bush(easel, spot, size * 0.55, green, dice)


def paint_lake(easel: Easel, scene: Composition, weather: Weather | None) -> None:
    """Paint a lake between wooded hills that are mirrored in it, and the near shore."""
    mood, unit, dice = easel.mood, easel.unit, easel.shot_dice("lake")
    horizon, shore = scene.horizon, scene.shore or easel.height
    setting = Setting.MOUNTAINS if dice.random() < 0.6 else Setting.MEADOW
    paint_land(easel, setting, horizon, weather)
    coast = horizon + (shore - horizon) * 0.1
    wood = mood.lit(lch(0.42, 0.075, 155)).mix(mood.haze, 0.34)
    shots = easel.shot_dice("far shore")
    paint_shore_woods(easel, coast, wood, shots)
    water = skia.Path()
    water.addRect(skia.Rect(0, coast, easel.width, easel.height))
    fill_water(easel, water, coast, easel.height)
    reach = unit * 0.12
    easel.wash(
        easel.fade((0, coast), (0, coast + reach), [(wood, 0.62), (wood, 0.3), (wood, 0.0)], (0, 0.5, 1)),
        coast,
        coast + reach,
    )
    easel.wash(easel.fill(mood.sky[2].mix(WHITE, 0.3), 0.5), coast - unit * 0.0015, coast + unit * 0.0015)
    paint_shore(easel, shore, ground_colour(easel, Setting.MEADOW))


def paint_shore_woods(easel: Easel, coast: float, wood: Colour, dice: random.Random) -> None:
    """Paint the trees of a far shore, with a gap between them."""
    unit, x = easel.unit, -0.02 * easel.width
    gap = dice.uniform(0.25, 0.75) * easel.width
    while x < easel.width * 1.02:
        height = unit * dice.uniform(0.045, 0.095) * (0.35 + min(1.0, abs(x - gap) / unit))
        if dice.random() < 0.6:
            paint_pine(easel, (x, coast + unit * 0.002), height * 1.2, wood.lit(dice.uniform(0.92, 1.06)))
        else:
            paint_leafy(easel, (x, coast + unit * 0.004), height, wood.lit(dice.uniform(1.0, 1.14)), dice)
        x += height * dice.uniform(0.28, 0.55)


def paint_shore(easel: Easel, shore: float, ground: Colour) -> None:
    """Paint the near shore of a water: its foam, a strip of gravel, grass, and reeds at its edge."""
    mood, unit, dice = easel.mood, easel.unit, easel.shot_dice("shore")
    outline = hill_points(dice, easel, shore, unit * 0.022, shift=0.0, roughness=1.5)
    for lift, colour in (
        (0.010, WHITE.mix(mood.water, 0.35)),
        (0.005, mood.lit(lch(0.72, 0.05, 80)).mix(mood.shadow, 0.2)),
    ):
        paint_below(easel, [(x, y - unit * lift) for x, y in outline], easel.fill(colour, 0.85))
    stops = [
        (ground.mix(mood.sun, 0.16 if not mood.night else 0.06), 1.0),
        (ground, 1.0),
        (ground.lit(0.8).mix(mood.shadow, 0.12), 1.0),
    ]
    paint_below(easel, outline, easel.fade((0, shore), (0, easel.height), stops, (0, 0.3, 1)))
    if mood.snowy:
        return
    paint_grass(easel, outline, ground, 2)
    reed = ground.mix(mood.lit(lch(0.44, 0.09, 130)), 0.5)
    for _ in range(9):
        x, y = outline[dice.randrange(len(outline))]
        if abs(x / easel.width - 0.5) > 0.2:
            paint_reeds(easel, (x, y + unit * 0.004), unit * dice.uniform(0.08, 0.15), reed, dice)
