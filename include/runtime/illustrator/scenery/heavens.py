"""Above everything: the sky over the clouds, the sky at night."""

from __future__ import annotations

import random

import skia

from include.runtime.illustrator.colours import Colour, lch
from include.runtime.illustrator.easel import Easel, Point
from include.runtime.illustrator.mood import WHITE
from include.runtime.illustrator.places import Composition
from include.runtime.illustrator.scenery.growth import hill_points, paint_below, paint_pine
from include.runtime.illustrator.scenery.sky import paint_sky
from include.runtime.illustrator.settings import Weather


def paint_clouds(easel: Easel, scene: Composition, weather: Weather | None) -> None:
    """Paint a sea of clouds under an open sky, bank behind bank, lit from above."""
    mood, unit, horizon = easel.mood, easel.unit, scene.horizon
    paint_sky(easel, horizon * 1.1, None if weather is Weather.RAIN else weather)
    dice = easel.shot_dice("cloud sea")
    bright = mood.sky[2].mix(WHITE, 0.75 if not mood.dim else 0.2)
    shade = mood.sky[0].mix(mood.sky[1], 0.45).mix(WHITE, 0.3 if not mood.dim else 0.06)
    rows = 6
    for row in range(rows):
        near = row / (rows - 1)
        line = horizon + (easel.height - horizon) * (0.02 + 0.78 * near**1.2)
        swell = unit * (0.03 + 0.15 * near)
        _paint_bank(
            easel, line, swell, (bright.mix(mood.haze, 0.4 * (1 - near)), shade.mix(mood.haze, 0.5 * (1 - near))), dice
        )


def _paint_bank(easel: Easel, line: float, swell: float, colours: tuple[Colour, Colour], dice: random.Random) -> None:
    bright, shade = colours
    for colour, lift, size in ((shade, 0.0, 1.0), (bright, 0.2, 0.9)):
        heap, x = skia.Path(), -swell
        rolls = random.Random(dice.getrandbits(32) if lift == 0.0 else 7)
        while x < easel.width + swell:
            radius = swell * rolls.uniform(0.45, 1.0) * size
            heap.addCircle(x, line - swell * lift + swell * rolls.uniform(-0.35, 0.3), radius)
            x += radius * 0.85
        heap.addRect(skia.Rect(-9, line + swell * 0.2, easel.width + 9, easel.height + 9))
        easel.canvas.drawPath(
            heap,
            easel.fade(
                (0, line - swell),
                (0, line + swell * 1.6),
                [
                    (colour, 1.0),
                    (colour.mix(shade, 0.6), 1.0 if lift == 0.0 else 0.75),
                    (shade, 1.0 if lift == 0.0 else 0.0),
                ],
                (0, 0.5, 1),
            ),
        )


def paint_night_sky(easel: Easel, scene: Composition, weather: Weather | None) -> None:
    """Paint the night sky over a dark ridge: the Milky Way, stars of all sizes, a falling one."""
    mood, unit, dice = easel.mood, easel.unit, easel.shot_dice("night sky")
    ridge = easel.height * 0.86
    top, middle, low = lch(0.2, 0.06, 270), lch(0.3, 0.085, 262), lch(0.5, 0.09, 235).mix(mood.far, 0.25)
    easel.wash(easel.fade((0, 0), (0, ridge), [(top, 1.0), (middle, 1.0), (low, 1.0)], (0, 0.55, 1)))
    lean = scene.side * dice.uniform(0.35, 0.8)
    _paint_milky_way(easel, ridge, lean, dice)
    for _ in range(300):
        x, y = dice.random() * easel.width, dice.random() * ridge
        size = dice.random() ** 5
        radius = unit * (0.0009 + 0.0026 * size)
        easel.canvas.drawCircle(
            x,
            y,
            radius,
            easel.fill(
                WHITE.mix(dice.choice((lch(0.9, 0.08, 85), lch(0.85, 0.08, 245))), 0.4), 0.4 + 0.6 * dice.random()
            ),
        )
        if size > 0.75:
            easel.glow((x, y), radius * 8, WHITE, 0.6)
    _paint_moon(
        easel, (easel.width * (0.5 - scene.side * dice.uniform(0.22, 0.38)), ridge * dice.uniform(0.2, 0.5)), dice
    )
    x, y = easel.width * (0.5 - scene.side * dice.uniform(0.0, 0.2)), ridge * dice.uniform(0.1, 0.24)
    tail = (x + scene.side * unit * 0.22, y - unit * 0.1)
    easel.canvas.drawLine(x, y, *tail, _streak(easel, (x, y), tail))
    _paint_dark_ridges(easel, ridge)


def _paint_moon(easel: Easel, place: Point, dice: random.Random) -> None:
    """Paint the moon in one of its phases."""
    unit, (x, y) = easel.unit, place
    radius = unit * dice.uniform(0.032, 0.048)
    easel.glow(place, radius * 6, lch(0.92, 0.04, 95), 0.5)
    disc, dark = skia.Path(), skia.Path()
    disc.addCircle(x, y, radius)
    dark.addCircle(x + radius * dice.choice((-1, 1)) * dice.uniform(0.5, 2.2), y - radius * 0.3, radius * 1.02)
    easel.canvas.save()
    easel.canvas.clipPath(dark, skia.ClipOp.kDifference, True)
    easel.canvas.drawPath(disc, easel.fill(lch(0.96, 0.035, 95)))
    easel.canvas.restore()


def _streak(easel: Easel, head: tuple[float, float], tail: tuple[float, float]) -> skia.Paint:
    paint = easel.fade(head, tail, [(WHITE, 0.95), (WHITE, 0.0)])
    paint.setStyle(skia.Paint.kStroke_Style)
    paint.setStrokeWidth(easel.unit * 0.004)
    return paint


def _paint_milky_way(easel: Easel, ridge: float, lean: float, dice: random.Random) -> None:
    unit, mood = easel.unit, easel.mood
    middle = easel.width * 0.5
    hues = (lch(0.6, 0.09, 300), lch(0.65, 0.07, 260), mood.accent.lit(0.8), lch(0.75, 0.05, 60))
    for index in range(20):
        along = index / 19
        place = (middle + (along - 0.5) * lean * unit * 2.2 + unit * dice.gauss(0, 0.03), ridge * (1 - along))
        easel.glow(place, unit * dice.uniform(0.13, 0.24), dice.choice(hues), dice.uniform(0.14, 0.26))
    for _ in range(420):
        along = dice.random()
        x = middle + (along - 0.5) * lean * unit * 2.2 + unit * dice.gauss(0, 0.075)
        easel.canvas.drawCircle(
            x,
            ridge * (1 - along) + unit * dice.gauss(0, 0.04),
            unit * dice.uniform(0.0006, 0.0015),
            easel.fill(WHITE, dice.uniform(0.2, 0.8)),
        )


def _paint_dark_ridges(easel: Easel, ridge: float) -> None:
    mood, unit = easel.mood, easel.unit
    for index, tone in enumerate((0.3, 0.2, 0.13)):
        dice = easel.film_dice(f"dark ridge {index}")
        outline = hill_points(
            dice, easel, ridge + unit * 0.035 * index, unit * (0.05 - 0.012 * index), shift=0.2 * index, roughness=1.0
        )
        colour = lch(tone, 0.045, 262).mix(mood.far.lit(0.35), 0.25)
        paint_below(easel, outline, easel.fill(colour))
        if index == 1:
            at = dice.randrange(3)
            while at < len(outline):
                height = unit * dice.uniform(0.05, 0.13)
                paint_pine(easel, (outline[at][0], outline[at][1] + unit * 0.012), height, colour)
                at += dice.choice((1, 1, 2, 2, 3, 12, 20))
