"""The sea from above and from below."""

from __future__ import annotations

import math

import skia

from include.runtime.illustrator.colours import lch
from include.runtime.illustrator.easel import Easel, smooth
from include.runtime.illustrator.mood import WHITE
from include.runtime.illustrator.scenery.growth import hill_points, paint_below
from include.runtime.illustrator.scenery.sky import paint_sky, sun_place
from include.runtime.illustrator.settings import Weather


def paint_sea(easel: Easel, horizon: float, weather: Weather | None, shore: float | None) -> None:
    """Paint sky, a far coast, water with the sun's path, and a beach below `shore`."""
    paint_sky(easel, horizon, weather)
    mood, unit = easel.mood, easel.unit
    pan = easel.shot_dice("pan").uniform(-0.2, 0.2)
    for index, (lift, fade) in enumerate(((0.012, 0.72), (-0.004, 0.5))):
        dice = easel.film_dice(f"coast {index}")
        outline = hill_points(
            dice, easel, horizon - unit * lift, unit * 0.045, shift=pan * (0.4 + 0.3 * index), roughness=0.9
        )
        colour = mood.far.mix(mood.haze, fade)
        paint_below(
            easel,
            outline,
            easel.fade((0, horizon - unit * 0.1), (0, horizon), [(colour, 1.0), (colour.mix(mood.haze, 0.5), 1.0)]),
        )
    far, deep = mood.water.mix(mood.haze, 0.5), mood.water.lit(0.72).mix(mood.shadow, 0.18)
    stops = [(far, 1.0), (mood.water, 1.0), (deep, 1.0)]
    easel.wash(easel.fade((0, horizon), (0, easel.height), stops, (0.0, 0.3, 1.0)), horizon)
    paint_glitter(easel, horizon)
    paint_waves(easel, horizon, easel.height, count=120)
    if shore is not None:
        _paint_beach(easel, shore)


def paint_glitter(easel: Easel, horizon: float) -> None:
    """Paint the sun's path on water that starts at `horizon`."""
    mood, unit, dice = easel.mood, easel.unit, easel.shot_dice("glitter")
    x, _ = sun_place(easel, horizon)
    easel.glow((x, horizon), unit * 0.6, mood.sun, 0.3)
    depth = easel.height - horizon
    for _ in range(130):
        down = dice.random() ** 1.4
        spread = unit * (0.03 + 0.2 * down)
        half = unit * (0.006 + 0.03 * down) * dice.uniform(0.6, 1.4)
        y = horizon + depth * down * 0.8 + unit * 0.004
        easel.oval(
            (x + dice.gauss(0, 0.55) * spread, y),
            half,
            unit * (0.0012 + 0.003 * down),
            easel.fill(mood.sun, 0.5 * (1 - 0.6 * down)),
        )


def paint_waves(easel: Easel, horizon: float, bottom: float, *, count: int) -> None:
    """Paint `count` waves between `horizon` and `bottom`, the nearer the larger."""
    mood, unit, dice = easel.mood, easel.unit, easel.shot_dice("waves")
    depth = bottom - horizon
    for index in range(count):
        down = ((index + dice.random()) / count) ** 1.5
        y = horizon + depth * down
        half = unit * (0.012 + 0.075 * down) * dice.uniform(0.5, 1.3)
        x = dice.uniform(-0.05, 1.05) * easel.width
        light = dice.random() < 0.5
        colour = mood.sky[2].mix(WHITE, 0.3) if light else mood.water.lit(0.7).mix(mood.shadow, 0.3)
        lens = unit * (0.0012 + 0.0042 * down)
        path = skia.Path()
        path.moveTo(x - half, y)
        path.quadTo(x - half * 0.4, y - lens * 2.4, x, y)
        path.quadTo(x + half * 0.4, y + lens * 2.0, x + half, y)
        path.quadTo(x + half * 0.4, y + lens * 3.2, x, y + lens)
        path.quadTo(x - half * 0.4, y - lens, x - half, y)
        easel.canvas.drawPath(path, easel.fill(colour, 0.26 if light else 0.3))


def paint_waterline(easel: Easel, x: float, line: float, width: float) -> None:
    """Paint the water before something that lies in it: waves from `line` downwards, and their foam."""
    mood, unit = easel.mood, easel.unit
    dice = easel.shot_dice(f"line {round(x)}")
    start, half, wave = dice.uniform(0, math.tau), width * 0.64, width * 0.022
    top = [(x - half + half * index / 12, line + wave * math.sin(start + index * 1.05)) for index in range(25)]
    body = smooth(
        [*top, (x + half * 0.8, line + width * 0.16), (x, line + width * 0.22), (x - half * 0.8, line + width * 0.16)]
    )
    colour = mood.water.lit(0.86).mix(mood.shadow, 0.06)
    easel.canvas.drawPath(
        body,
        easel.fade(
            (0, line - wave), (0, line + width * 0.22), [(colour, 0.96), (colour, 0.9), (colour, 0.0)], (0, 0.35, 1)
        ),
    )
    foam = mood.sky[2].mix(WHITE, 0.6)
    for drop, alpha in ((0.0, 0.75), (width * 0.05, 0.35), (width * 0.095, 0.2)):
        reach = 1.0 - drop / width * 3
        line_points = [(x + (px - x) * reach, py + drop) for px, py in top]
        easel.canvas.drawPath(
            smooth(line_points, closed=False), easel.line(foam, unit * 0.0035 * (1 - drop / width * 4), alpha)
        )


def _paint_beach(easel: Easel, shore: float) -> None:
    mood, unit = easel.mood, easel.unit
    outline = hill_points(easel.film_dice("beach"), easel, shore, unit * 0.02, shift=0.0, roughness=1.6)
    sand = mood.lit(lch(0.86, 0.06, 82))
    foam = [(x, y - unit * 0.006) for x, y in outline]
    paint_below(easel, foam, easel.fill(WHITE.mix(mood.water, 0.2), 0.8))
    paint_below(
        easel,
        outline,
        easel.fade(
            (0, shore - unit * 0.02),
            (0, easel.height),
            [(sand.lit(0.86), 1.0), (sand, 1.0), (sand.lit(0.9).mix(mood.shadow, 0.1), 1.0)],
            (0, 0.2, 1),
        ),
    )
    dice = easel.film_dice("sand")
    for _ in range(90):
        x, y = dice.random() * easel.width, shore + (easel.height - shore) * (0.15 + 0.85 * dice.random())
        easel.oval((x, y), unit * 0.003, unit * 0.0015, easel.fill(sand.mix(mood.shadow, 0.4), 0.5))


def paint_underwater(easel: Easel) -> None:
    """Paint the sea from below: light from above, a floor with weeds, bubbles."""
    mood = easel.mood
    bright = lch(0.86, 0.085, 200).lit(mood.exposure).mix(mood.sky[2], 0.2)
    middle = lch(0.6, 0.105, 222).lit(mood.exposure).mix(mood.water, 0.35)
    deep = lch(0.34, 0.09, 245).lit(mood.exposure).mix(mood.shadow, 0.15)
    easel.wash(easel.fade((0, 0), (0, easel.height), [(bright, 1.0), (middle, 1.0), (deep, 1.0)], (0, 0.42, 1)))
    _paint_rays(easel)
    pan = easel.shot_dice("pan").uniform(-0.4, 0.4)
    for index, fade in enumerate((0.62, 0.34, 0.0)):
        dice = easel.film_dice(f"floor {index}")
        base = easel.height * (0.76, 0.84, 0.92)[index]
        floor = mood.lit(lch(0.72, 0.06, 90)).mix(deep, 0.3).mix(middle.mix(deep, 0.6), fade)
        outline = hill_points(dice, easel, base, easel.unit * 0.03, shift=pan + 0.1 * index, roughness=1.1)
        _paint_weeds(easel, index, base, fade, deep)
        paint_below(
            easel,
            outline,
            easel.fade(
                (0, base - easel.unit * 0.05), (0, easel.height), [(floor.lit(1.08), 1.0), (floor.mix(deep, 0.6), 1.0)]
            ),
        )
    dice = easel.shot_dice("bubbles")
    for _ in range(46):
        x, y, size = dice.random() * easel.width, dice.random() * easel.height * 0.9, dice.random() ** 2.4
        radius = easel.unit * (0.003 + 0.015 * size)
        easel.canvas.drawCircle(
            x, y, radius, easel.radiance((x, y), radius, [(WHITE, 0.03), (WHITE, 0.12), (WHITE, 0.5)], (0, 0.7, 1))
        )
        easel.canvas.drawCircle(x - radius * 0.35, y - radius * 0.35, radius * 0.22, easel.fill(WHITE, 0.7))


def _paint_rays(easel: Easel) -> None:
    dice = easel.film_dice("rays")
    source = easel.width * (dice.uniform(0.35, 0.65) + easel.shot_dice("pan").uniform(-0.25, 0.25))
    with easel.blurred(easel.unit * 0.012):
        for _ in range(8):
            lean, half = dice.uniform(-0.55, 0.55), easel.unit * dice.uniform(0.02, 0.07)
            x, bottom = source + lean * easel.width * 0.5, source + lean * easel.width * 1.35
            path = skia.Path()
            path.addPoly(
                [
                    skia.Point(round(px, 1), round(py, 1))
                    for px, py in (
                        (x - half * 0.4, -10),
                        (x + half * 0.4, -10),
                        (bottom + half * 2, easel.height * 0.85),
                        (bottom - half * 2, easel.height * 0.85),
                    )
                ],
                True,
            )
            easel.canvas.drawPath(
                path,
                easel.fade((0, 0), (0, easel.height * 0.85), [(WHITE, 0.28), (WHITE, 0.08), (WHITE, 0.0)], (0, 0.5, 1)),
            )
    easel.glow((source, -easel.unit * 0.1), easel.unit * 0.8, WHITE, 0.5)


def _paint_weeds(easel: Easel, index: int, base: float, fade: float, deep: object) -> None:
    mood, unit, dice = easel.mood, easel.unit, easel.shot_dice(f"weeds {index}")
    hues = (lch(0.55, 0.12, 150), lch(0.5, 0.1, 175), mood.accent, mood.second, lch(0.6, 0.14, 10))
    water = lch(0.45, 0.1, 235).lit(mood.exposure)
    for _ in range((9, 10, 9)[index]):
        x = dice.random() * easel.width
        if index == 2 and 0.25 < x / easel.width < 0.75:
            continue
        colour = mood.lit(dice.choice(hues)).mix(water, 0.35 + fade * 0.7)
        height = unit * dice.uniform(0.08, 0.2) * (0.7 + 0.35 * index)
        sway, width = dice.uniform(0, math.tau), unit * dice.uniform(0.006, 0.012)
        for blade in range(dice.randint(2, 4)):
            foot = x + (blade - 1.5) * unit * 0.018
            spine = [
                (
                    foot + math.sin(sway + step * 0.9 + blade) * unit * 0.012 * step / 3,
                    base + unit * 0.03 - height * step / 8 * (1 - 0.14 * blade),
                )
                for step in range(9)
            ]
            easel.canvas.drawPath(smooth(spine, closed=False), easel.line(colour, width * (1 - 0.15 * blade)))
