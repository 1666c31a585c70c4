"""Compositions of cut paper, for words that name no thing: shapes, light and colour carry them."""

from __future__ import annotations

import math
import random
from collections.abc import Callable

import skia

from include.runtime.illustrator.colours import Colour
from include.runtime.illustrator.easel import Easel, Point, dice, smooth
from include.runtime.illustrator.mood import WHITE


def paint_shapes(easel: Easel, text: str) -> None:
    """Paint one of four compositions; which one, and its turns, come from the text."""
    rolls = dice(easel.film_seed, f"shapes {text}")
    painters: list[Callable[[Easel, random.Random], None]] = [_cavern, _waves, _orbits, _bridge]
    rolls.choice(painters)(easel, rolls)


def _sheet(easel: Easel, shape: skia.Path, paint: skia.Paint, lift: float) -> None:
    """Lay a sheet of paper down with the shadow that its height throws."""
    shadow = easel.fill(easel.mood.shadow, 0.42)
    shadow.setMaskFilter(skia.MaskFilter.MakeBlur(skia.kNormal_BlurStyle, lift))
    with easel.moved(0, lift * 0.7):
        easel.canvas.drawPath(shape, shadow)
    easel.canvas.drawPath(shape, paint)


def _ramp(easel: Easel, rolls: random.Random) -> Callable[[float], Colour]:
    """Colours from the dark outside to the light inside, through the palette."""
    mood = easel.mood
    middle = rolls.choice((mood.second, mood.far, mood.accent)).mix(mood.far, 0.2)
    dark = middle.lit(0.5).mix(mood.shadow, 0.35)
    light = mood.accent.mix(mood.sun, 0.55)

    def at(share: float) -> Colour:
        return dark.mix(middle, share * 2) if share < 0.5 else middle.mix(light, share * 2 - 1)

    return at


def _cavern(easel: Easel, rolls: random.Random) -> None:
    """Sheet behind sheet, each with a hole, light at the bottom."""
    unit, ramp = easel.unit, _ramp(easel, rolls)
    centre = (easel.width * rolls.uniform(0.38, 0.62), easel.height * rolls.uniform(0.4, 0.58))
    core = easel.mood.sun.mix(WHITE, 0.3)
    easel.wash(easel.radiance(centre, unit * 0.7, [(core, 1.0), (ramp(1.0), 1.0)]))
    phases = [rolls.uniform(0, math.tau) for _ in range(4)]
    sheets = 8
    for index in range(sheets):
        share = 1 - (index + 1) / sheets
        reach_x, reach_y = easel.width * (0.13 + 0.5 * (index / sheets)), easel.height * (0.15 + 0.5 * (index / sheets))
        points = []
        for step in range(40):
            angle = step / 40 * math.tau
            wobble = (
                1
                + 0.11 * math.sin(3 * angle + phases[0] + index * 0.35)
                + 0.07 * math.sin(5 * angle + phases[1] - index * 0.5)
            )
            points.append(
                (centre[0] + math.cos(angle) * reach_x * wobble, centre[1] + math.sin(angle) * reach_y * wobble)
            )
        sheet = skia.Path()
        sheet.addRect(skia.Rect(-easel.width * 0.2, -easel.height * 0.2, easel.width * 1.2, easel.height * 1.2))
        sheet.addPath(smooth(points))
        sheet.setFillType(skia.PathFillType.kEvenOdd)
        colour = ramp(share)
        _sheet(
            easel,
            sheet,
            easel.fade((0, 0), (0, easel.height), [(colour.lit(1.08), 1.0), (colour.lit(0.9), 1.0)]),
            unit * 0.018,
        )
    easel.glow(centre, unit * 0.75, core, 0.35)


def _waves(easel: Easel, rolls: random.Random) -> None:
    """A disc of light over waves of paper."""
    unit, mood, ramp = easel.unit, easel.mood, _ramp(easel, rolls)
    easel.wash(
        easel.fade(
            (0, 0), (0, easel.height * 0.7), [(mood.sky[0], 1.0), (mood.sky[1], 1.0), (mood.sky[2], 1.0)], (0, 0.6, 1)
        )
    )
    disc = (easel.width * rolls.choice((0.33, 0.67)), easel.height * rolls.uniform(0.3, 0.4))
    easel.glow(disc, unit * 0.9, mood.sun, 0.55)
    for ring in range(4, 0, -1):
        easel.canvas.drawCircle(*disc, unit * 0.075 * (1 + ring * 0.62), easel.fill(mood.sun, 0.13))
    easel.canvas.drawCircle(*disc, unit * 0.1, easel.fill(mood.sun.mix(WHITE, 0.4)))
    sheets = 7
    start, tilt = rolls.uniform(0, math.tau), rolls.uniform(-0.12, 0.12)
    for index in range(sheets):
        share = 1 - index / (sheets - 1)
        base = easel.height * (0.46 + 0.085 * index)
        swell = unit * (0.05 + 0.009 * index)
        points = []
        for step in range(-2, 43):
            x = step / 40 * easel.width
            angle = step / 40 * math.tau * (0.8 + 0.09 * index) * easel.width / unit / 1.6 + start + index * 0.95
            points.append((x, base - swell * math.sin(angle) + tilt * (x - easel.width / 2) * 0.3))
        path = smooth(points, closed=False)
        path.lineTo(easel.width * 1.1, easel.height * 1.1)
        path.lineTo(-easel.width * 0.1, easel.height * 1.1)
        path.close()
        colour = ramp(share * 0.92)
        _sheet(
            easel,
            path,
            easel.fade((0, base - swell), (0, base + unit * 0.4), [(colour.lit(1.12), 1.0), (colour.lit(0.88), 1.0)]),
            unit * 0.014,
        )


def _orbits(easel: Easel, rolls: random.Random) -> None:
    """Discs on rings around a light, large and small."""
    unit, mood, ramp = easel.unit, easel.mood, _ramp(easel, rolls)
    easel.wash(
        easel.fade((0, 0), (easel.width, easel.height), [(ramp(0.05), 1.0), (ramp(0.36), 1.0), (ramp(0.12), 1.0)])
    )
    centre = (easel.width * rolls.uniform(0.36, 0.64), easel.height * rolls.uniform(0.42, 0.58))
    easel.glow(centre, unit * 0.95, mood.sun, 0.5)
    hues = (mood.accent, mood.second, mood.far, mood.ground, mood.wall)
    rings = [unit * (0.22 + 0.145 * index) for index in range(6)]
    for radius in rings:
        easel.canvas.drawCircle(*centre, radius, easel.line(mood.wall, unit * 0.0028, 0.4))
    _disc(easel, centre, unit * 0.12, mood.sun.mix(WHITE, 0.25))
    for index, radius in enumerate(rings):
        for turn in range(rolls.choice((1, 2)) if index else 1):
            angle = rolls.uniform(0, math.tau) + turn * math.pi
            place = (centre[0] + math.cos(angle) * radius, centre[1] + math.sin(angle) * radius)
            _disc(easel, place, unit * rolls.uniform(0.018, 0.075), hues[(index + turn * 2) % len(hues)])


def _disc(easel: Easel, centre: Point, radius: float, colour: Colour) -> None:
    path = skia.Path()
    path.addCircle(*centre, radius)
    light = (centre[0] - radius * 0.35, centre[1] - radius * 0.4)
    _sheet(
        easel,
        path,
        easel.radiance(
            light, radius * 1.5, [(colour.lit(1.16), 1.0), (colour, 1.0), (colour.lit(0.8), 1.0)], (0, 0.5, 1)
        ),
        radius * 0.16,
    )


def _bridge(easel: Easel, rolls: random.Random) -> None:
    """Arches within arches, standing on a line, their light inside."""
    unit, mood, ramp = easel.unit, easel.mood, _ramp(easel, rolls)
    easel.wash(easel.fade((0, 0), (0, easel.height), [(mood.sky[1].mix(mood.wall, 0.5), 1.0), (mood.sky[2], 1.0)]))
    floor = easel.height * (0.8 if easel.width >= easel.height else 0.74)
    slots = 3 if easel.width > easel.height else 2
    tall = rolls.randrange(slots)
    for slot in range(slots):
        middle = easel.width * ((slot + 0.5) / slots) + unit * rolls.uniform(-0.03, 0.03)
        radius = easel.width / slots * (0.47 if slot == tall else 0.36)
        rise = unit * (rolls.uniform(0.26, 0.34) if slot == tall else rolls.uniform(0.06, 0.2))
        count = 5
        for index in range(count):
            inner = radius * (1 - index / count * 0.86)
            path = skia.Path()
            path.moveTo(middle - inner, floor)
            path.lineTo(middle - inner, floor - rise * (1 - index * 0.08))
            path.arcTo(
                skia.Rect(
                    middle - inner,
                    floor - rise * (1 - index * 0.08) - inner,
                    middle + inner,
                    floor - rise * (1 - index * 0.08) + inner,
                ),
                180,
                180,
                False,
            )
            path.lineTo(middle + inner, floor)
            path.close()
            colour = ramp((index + 0.4) / count if slot % 2 == 0 else 1 - (index + 0.6) / count * 0.8)
            _sheet(
                easel,
                path,
                easel.fade((0, floor - rise - inner), (0, floor), [(colour.lit(1.08), 1.0), (colour.lit(0.94), 1.0)]),
                unit * 0.009,
            )
    sun = (easel.width * rolls.uniform(0.2, 0.8), floor - unit * 0.07)
    ground = ramp(0.22)
    base = skia.Path()
    base.addRect(skia.Rect(-10, floor, easel.width + 10, easel.height + 10))
    _sheet(
        easel, base, easel.fade((0, floor), (0, easel.height), [(ground.lit(1.25), 1.0), (ground, 1.0)]), unit * 0.01
    )
    _disc(easel, sun, unit * 0.07, mood.accent.mix(mood.sun, 0.35))
    easel.glow((sun[0], sun[1] - unit * 0.2), unit * 0.8, mood.sun, 0.25)
