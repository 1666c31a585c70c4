"""A page of a notebook, for what cannot be photographed: paper, cut-out shapes, pencil marks."""

from __future__ import annotations

import math
import random

import skia

from include.runtime.illustrator.colours import Colour, lch
from include.runtime.illustrator.easel import Easel, Point, smooth
from include.runtime.illustrator.mood import WHITE

_PENCIL = lch(0.4, 0.02, 270)


def paper_colour(easel: Easel) -> Colour:
    """Colour of the page: paper in the palette's tint, in the film's light."""
    mood = easel.mood
    return (
        lch(0.965, 0.016, 88).mix(mood.wall, 0.3).mix(mood.tint, mood.tint_share * 0.45).lit(0.6 + 0.4 * mood.exposure)
    )


def paint_page(easel: Easel, centres: list[Point], radii: list[float]) -> None:
    """Paint the page, and a cut-out shape behind each of `centres`, somewhat larger than its radius of `radii`."""
    unit, paper = easel.unit, paper_colour(easel)
    easel.wash(easel.fill(paper))
    dot = easel.fill(paper.mix(_PENCIL, 0.32), 0.6)
    step = unit * 0.045
    for row in range(int(easel.height / step) + 1):
        for column in range(int(easel.width / step) + 1):
            easel.canvas.drawCircle((column + 0.5) * step, (row + 0.5) * step, unit * 0.0016, dot)
    _paint_cutouts(easel, centres, radii)


def _blob(centre: Point, radius: float, easel: Easel, purpose: str) -> skia.Path:
    dice = easel.shot_dice(purpose)
    points = []
    for index in range(11):
        angle = index / 11 * math.tau
        reach = radius * dice.uniform(0.88, 1.12)
        points.append((centre[0] + math.cos(angle) * reach, centre[1] + math.sin(angle) * reach * 0.94))
    return smooth(points)


def _paint_cutouts(easel: Easel, centres: list[Point], radii: list[float]) -> None:
    mood, unit, paper = easel.mood, easel.unit, paper_colour(easel)
    hues = (mood.accent, mood.far, mood.second, mood.ground)
    first = easel.film_dice("cutouts").randrange(4)
    corner = easel.shot_dice("corner shape").choice((0.0, 1.0))
    big = _blob((easel.width * corner, easel.height * (1.0 if corner else 0.98)), unit * 0.52, easel, "big")
    _paint_cut(easel, big, hues[(first + 2) % 4].mix(paper, 0.62))
    other = _blob((easel.width * (1 - corner), 0.0), unit * 0.34, easel, "other")
    _paint_cut(easel, other, hues[(first + 1) % 4].mix(paper, 0.66))
    for index, (centre, radius) in enumerate(zip(centres, radii, strict=True)):
        _paint_cut(
            easel,
            _blob(centre, radius * 1.16, easel, f"blob {index}"),
            hues[(first + index) % 4].mix(paper, 0.42 if index == 0 else 0.52),
        )


def _paint_cut(easel: Easel, shape: skia.Path, colour: Colour) -> None:
    """Paint one piece of cut paper with its shadow."""
    unit = easel.unit
    shadow = easel.fill(easel.mood.shadow, 0.22)
    shadow.setMaskFilter(skia.MaskFilter.MakeBlur(skia.kNormal_BlurStyle, unit * 0.006))
    with easel.moved(unit * 0.004, unit * 0.008):
        easel.canvas.drawPath(shape, shadow)
    easel.canvas.drawPath(shape, easel.fill(colour))


def paint_links(easel: Easel, centres: list[Point], radii: list[float]) -> None:
    """Draw dashed pencil arrows from the first of `centres` to the others, and marks around."""
    unit, dice = easel.unit, easel.shot_dice("links")
    pencil = easel.line(_PENCIL.mix(paper_colour(easel), 0.25), unit * 0.0055, 0.9)
    for index in range(1, len(centres)):
        (x1, y1), (x2, y2) = centres[index - 1], centres[index]
        length = math.hypot(x2 - x1, y2 - y1)
        start, stop = radii[index - 1] * 1.06, length - radii[index] * 1.1
        if stop - start < unit * 0.06:
            continue
        dx, dy = (x2 - x1) / length, (y2 - y1) / length
        bend = unit * 0.07 * (1 if index % 2 else -1)
        a, b = (x1 + dx * start, y1 + dy * start), (x1 + dx * stop, y1 + dy * stop)
        middle = ((a[0] + b[0]) / 2 - dy * bend, (a[1] + b[1]) / 2 + dx * bend)
        path = skia.Path()
        path.moveTo(*a)
        path.quadTo(*middle, *b)
        dashed = skia.Paint(pencil)
        dashed.setPathEffect(skia.DashPathEffect.Make([unit * 0.016, unit * 0.014], 0))
        easel.canvas.drawPath(path, dashed)
        angle = math.atan2(b[1] - middle[1], b[0] - middle[0])
        for turn in (2.6, -2.6):
            easel.canvas.drawLine(
                *b, b[0] + math.cos(angle + turn) * unit * 0.026, b[1] + math.sin(angle + turn) * unit * 0.026, pencil
            )
    _paint_marks(easel, centres, radii, dice.getrandbits(32))


def _paint_marks(easel: Easel, centres: list[Point], radii: list[float], seed: int) -> None:
    unit, dice, mood = easel.unit, random.Random(seed), easel.mood
    for _ in range(30):
        x, y = dice.uniform(0.05, 0.95) * easel.width, dice.uniform(0.06, 0.94) * easel.height
        if any(math.hypot(x - cx, y - cy) < radius * 1.35 for (cx, cy), radius in zip(centres, radii, strict=True)):
            continue
        size, colour = unit * dice.uniform(0.008, 0.018), dice.choice((mood.accent, mood.second, mood.far, _PENCIL))
        paint = easel.line(colour, unit * 0.0048, 0.85)
        kind = dice.randrange(3)
        if kind == 0:
            easel.canvas.drawLine(x - size, y, x + size, y, paint)
            easel.canvas.drawLine(x, y - size, x, y + size, paint)
        elif kind == 1:
            easel.canvas.drawCircle(x, y, size, paint)
        else:
            easel.canvas.drawCircle(x, y, size * 0.4, easel.fill(WHITE.mix(colour, 0.85)))
