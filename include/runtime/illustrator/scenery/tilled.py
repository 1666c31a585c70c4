"""Land that people keep: a field in rows, a garden, a park, a road, a railway."""

from __future__ import annotations

import math

import skia

from include.runtime.illustrator.colours import Colour, lch
from include.runtime.illustrator.easel import Easel, Point, polygon, smooth
from include.runtime.illustrator.mood import LAMPLIGHT, WHITE
from include.runtime.illustrator.places import Composition
from include.runtime.illustrator.scenery.ground import (
    Course,
    Plane,
    aside,
    distance_at,
    plane_of,
    receding,
    ribbon,
    share_at,
)
from include.runtime.illustrator.scenery.growth import paint_bush, paint_flowers, paint_leafy, paint_pine
from include.runtime.illustrator.scenery.land import paint_land
from include.runtime.illustrator.settings import Setting, Weather

_CROPS = (lch(0.8, 0.13, 85), lch(0.62, 0.14, 130), lch(0.58, 0.12, 305), lch(0.84, 0.15, 100))
"""Ripe corn, young green, lavender, rape."""
_ROWS = 17


def paint_field(easel: Easel, scene: Composition, weather: Weather | None) -> None:
    """Paint a field whose rows run to one point on the horizon."""
    horizon = scene.horizon
    paint_land(easel, Setting.MEADOW, horizon, weather)
    mood, unit, dice = easel.mood, easel.unit, easel.film_dice("field")
    crop = mood.lit(dice.choice(_CROPS)).mix(mood.ground, 0.12)
    earth = mood.lit(lch(0.5, 0.06, 60)).mix(crop, 0.25)
    shots = easel.shot_dice("rows")
    plane = plane_of(easel, horizon + unit * 0.012, 0.5 + scene.side * shots.uniform(0.05, 0.3))
    far = plane.point(0, 60)[1]
    easel.wash(
        easel.fade(
            (0, far),
            (0, easel.height),
            [(crop.mix(mood.haze, 0.45), 1.0), (earth, 1.0), (earth.lit(0.85), 1.0)],
            (0, 0.35, 1),
        ),
        far,
    )
    for row in range(-_ROWS, _ROWS + 1):
        across, half = row * 0.36, 0.12
        furrow = [
            plane.point(across - half, 60),
            plane.point(across + half, 60),
            plane.point(across + half, 0.9),
            plane.point(across - half, 0.9),
        ]
        body = crop.lit(1.0 if row % 2 else 0.95)
        easel.canvas.drawPath(
            polygon(furrow),
            receding(easel, far, body, 0.5, 0.9, 0.3),
        )
        for step in range(40):
            away = distance_at(1 - step / 39, 0.92)
            x, y = plane.point(across + shots.uniform(-0.07, 0.07), away)
            if away < 12 and -unit * 0.1 < x < easel.width + unit * 0.1:
                size = unit * 0.052 / away
                tone = body.mix(mood.sun, 0.22) if shots.random() < 0.45 else body.mix(mood.shadow, 0.2)
                easel.oval(
                    (x, y - size * 0.35),
                    size * 0.4,
                    size * 0.72,
                    easel.fill(tone.mix(mood.haze, min(0.5, away * 0.03)), 0.85),
                )


def _winding(side: int, phase: float) -> Course:
    def course(share: float) -> float:
        swing: float = 0.5 * math.sin(phase + share * 5.0) * (1 - share) * distance_at(share, 1.0) ** 0.92
        return side * swing

    return course


def _paint_way(easel: Easel, plane: Plane, course: Course, half: float, colour: Colour) -> None:
    """Paint a path with a darker edge."""
    horizon, mood = plane.horizon, easel.mood
    easel.canvas.drawPath(
        smooth(ribbon(plane, course, half * 1.14, 0.8)), easel.fill(colour.lit(0.76).mix(mood.ground, 0.3))
    )
    easel.canvas.drawPath(smooth(ribbon(plane, course, half, 0.8)), receding(easel, horizon, colour, 0.4, 0.88, 0.3))


def paint_garden(easel: Easel, scene: Composition, weather: Weather | None) -> None:
    """Paint a garden: a hedge and a fence, a winding path, beds full of flowers on both sides."""
    mood, unit, horizon = easel.mood, easel.unit, scene.horizon
    paint_land(easel, Setting.MEADOW, horizon, weather)
    dice = easel.shot_dice("garden")
    green = mood.lit(lch(0.48, 0.1, 142)).mix(mood.ground, 0.3)
    line = horizon + unit * 0.05
    for index in range(9):
        across = (index + dice.uniform(0.1, 0.9)) / 9
        if index % 3 == 0:
            paint_leafy(
                easel, (across * easel.width, line), unit * dice.uniform(0.2, 0.34), green.mix(mood.haze, 0.25), dice
            )
        else:
            paint_bush(
                easel, (across * easel.width, line), unit * dice.uniform(0.06, 0.11), green.mix(mood.haze, 0.2), dice
            )
    _paint_fence(easel, line)
    plane = plane_of(easel, horizon, 0.5 + 0.16 * scene.side)
    course = _winding(scene.side, dice.uniform(0, math.tau))
    _paint_way(easel, plane, course, 0.2, mood.lit(lch(0.8, 0.045, 75)))
    petals = (
        mood.accent,
        mood.second,
        mood.lit(WHITE),
        mood.lit(lch(0.7, 0.17, 350)),
        mood.lit(lch(0.62, 0.15, 300)),
        mood.lit(lch(0.85, 0.16, 95)),
    )
    for step in range(15, -1, -1):
        share = 0.02 + step / 15 * 0.5
        away = distance_at(share, 1.0)
        for edge in (-1, 1):
            for _ in range(3):
                x, y = plane.point(course(share) + edge * dice.uniform(0.3, 0.95), away)
                paint_flowers(easel, (x, y), unit * 0.13 / away, green, dice.choice(petals), dice)


def _paint_fence(easel: Easel, line: float) -> None:
    mood, unit = easel.mood, easel.unit
    paint = easel.fill(mood.lit(WHITE).mix(mood.haze, 0.18))
    for rail in (0.028, 0.052):
        easel.wash(paint, line - unit * rail, line - unit * (rail - 0.007))
    x = unit * 0.01
    while x < easel.width:
        picket = [
            (x, line),
            (x, line - unit * 0.068),
            (x + unit * 0.008, line - unit * 0.08),
            (x + unit * 0.016, line - unit * 0.068),
            (x + unit * 0.016, line),
        ]
        easel.canvas.drawPath(polygon(picket), paint)
        x += unit * 0.03


def paint_park(easel: Easel, scene: Composition, weather: Weather | None) -> None:
    """Paint a park: lawns, an avenue of trees along a path, lamps, benches, the town behind."""
    mood, unit, horizon = easel.mood, easel.unit, scene.horizon
    paint_land(easel, Setting.MEADOW, horizon, weather)
    dice = easel.shot_dice("park")
    green = mood.lit(lch(0.5, 0.11, 138)).mix(mood.ground, 0.3)
    x = -unit * 0.1
    while x < easel.width + unit * 0.1:
        paint_leafy(
            easel, (x, horizon + unit * 0.03), unit * dice.uniform(0.12, 0.22), green.mix(mood.haze, 0.42), dice
        )
        x += unit * dice.uniform(0.07, 0.15)
    plane = plane_of(easel, horizon, 0.5 + 0.1 * scene.side)
    course = _winding(scene.side, dice.uniform(0, math.tau))
    _paint_way(easel, plane, course, 0.26, mood.lit(lch(0.82, 0.04, 80)))
    for step, away in enumerate((7.0, 4.6, 3.0, 2.0, 1.45)):
        share = share_at(away, 1.0)
        for edge in (-1, 1):
            near = course(share) + edge * 0.42
            spot = plane.point(near + edge * 0.5, away)
            size = unit * 0.95 / away
            easel.oval((spot[0], spot[1]), size * 0.3, size * 0.03, easel.fill(mood.shadow, 0.25))
            paint_leafy(easel, spot, size * dice.uniform(0.85, 1.1), green.mix(mood.haze, min(0.4, away * 0.05)), dice)
            if (step + edge) % 2:
                _paint_lamp(easel, plane.point(near, away), unit * 0.42 / away)
            elif away < 4:
                _paint_bench(easel, plane.point(near + edge * 0.06, away), unit * 0.3 / away)


def _paint_lamp(easel: Easel, foot: Point, height: float) -> None:
    x, y = foot
    post = easel.mood.lit(lch(0.33, 0.03, 250))
    easel.canvas.drawLine(x, y, x, y - height, easel.line(post, height * 0.03))
    if easel.mood.dim:
        easel.glow((x, y - height * 1.06), height * 0.6, LAMPLIGHT, 0.6)
    easel.oval(
        (x, y - height * 1.06),
        height * 0.06,
        height * 0.075,
        easel.fill(LAMPLIGHT if easel.mood.dim else easel.mood.lit(lch(0.94, 0.03, 95))),
    )


def _paint_bench(easel: Easel, foot: Point, width: float) -> None:
    x, y = foot
    wood, iron = easel.mood.lit(lch(0.55, 0.09, 60)), easel.mood.lit(lch(0.33, 0.02, 250))
    easel.oval((x, y), width * 0.55, width * 0.05, easel.fill(easel.mood.shadow, 0.25))
    for leg in (-0.4, 0.4):
        easel.canvas.drawLine(x + leg * width, y, x + leg * width, y - width * 0.5, easel.line(iron, width * 0.035))
    for up, thick in ((0.22, 0.06), (0.36, 0.07), (0.48, 0.07)):
        easel.canvas.drawRect(
            skia.Rect(x - width * 0.5, y - width * (up + thick), x + width * 0.5, y - width * up),
            easel.fill(wood.lit(0.85 + up * 0.4)),
        )


def paint_road(easel: Easel, scene: Composition, weather: Weather | None) -> None:
    """Paint a country road in bends, with its white line."""
    mood, unit, horizon = easel.mood, easel.unit, scene.horizon
    paint_land(easel, Setting.MEADOW, horizon, weather)
    dice = easel.shot_dice("road")
    plane = plane_of(easel, horizon + unit * 0.005, 0.5 + 0.14 * scene.side)
    course = _winding(-scene.side, dice.uniform(0, math.tau))
    asphalt = mood.lit(lch(0.48, 0.015, 260))
    easel.canvas.drawPath(smooth(ribbon(plane, course, 0.5, 0.75)), easel.fill(mood.lit(lch(0.7, 0.05, 80))))
    easel.canvas.drawPath(
        smooth(ribbon(plane, course, 0.43, 0.75)),
        receding(easel, horizon, asphalt, 0.4, 0.85, 0.35),
    )
    for edge in (-0.37, 0.37):
        easel.canvas.drawPath(
            smooth(ribbon(plane, aside(course, edge), 0.012, 0.75)),
            easel.fill(mood.lit(WHITE), 0.85),
        )
    for step in range(0, 40, 2):
        near, far = distance_at(step / 40, 0.85), distance_at((step + 0.9) / 40, 0.85)
        dash = [
            plane.point(course(step / 40) - 0.014, near),
            plane.point(course(step / 40) + 0.014, near),
            plane.point(course((step + 0.9) / 40) + 0.014, far),
            plane.point(course((step + 0.9) / 40) - 0.014, far),
        ]
        easel.canvas.drawPath(polygon(dash), easel.fill(mood.lit(WHITE), 0.85))
    wood = mood.lit(lch(0.46, 0.1, 145)).mix(mood.ground, 0.3)
    for away in (9.0, 6.0, 4.2, 2.9, 2.1):
        share = share_at(away, 1.0)
        for edge in (-1, 1):
            if dice.random() < 0.75:
                spot = plane.point(course(share) + edge * dice.uniform(0.8, 1.3), away)
                paint_leafy(
                    easel,
                    spot,
                    unit * 0.6 / away * dice.uniform(0.8, 1.2),
                    wood.mix(mood.haze, min(0.5, away * 0.06)),
                    dice,
                )


def paint_railway(easel: Easel, scene: Composition, weather: Weather | None) -> None:
    """Paint a railway line that runs into the distance, with its sleepers, gravel and masts."""
    mood, unit, horizon = easel.mood, easel.unit, scene.horizon
    paint_land(easel, Setting.MEADOW, horizon, weather)
    dice = easel.shot_dice("railway")
    plane = plane_of(easel, horizon, 0.5 + scene.side * dice.uniform(0.1, 0.24))
    bend = dice.uniform(-1.0, 1.0) * 0.6

    def course(share: float) -> float:
        return -scene.side * 0.25 + bend * share**2 * distance_at(share, 0.8) * 0.3

    gravel = mood.lit(lch(0.62, 0.02, 60))
    easel.canvas.drawPath(
        smooth(ribbon(plane, course, 0.52, 0.8)),
        receding(easel, horizon, gravel, 0.4, 0.8, 0.3),
    )
    wood = mood.lit(lch(0.4, 0.04, 60))
    steps = 64
    for step in range(steps, -1, -1):
        share = share_at(0.8 * (1 + step * 0.22), 0.8)
        if share >= 1:
            continue
        away, middle = distance_at(share, 0.8), course(share)
        bar = [
            plane.point(middle - 0.36, away + 0.052),
            plane.point(middle + 0.36, away + 0.052),
            plane.point(middle + 0.36, away),
            plane.point(middle - 0.36, away),
        ]
        easel.canvas.drawPath(polygon(bar), easel.fill(wood.mix(mood.haze, min(0.6, away * 0.04))))
    for edge in (-0.23, 0.23):
        for breadth, colour in ((0.026, lch(0.34, 0.02, 250)), (0.012, lch(0.86, 0.01, 250))):
            rail = ribbon(plane, aside(course, edge), breadth, 0.8)
            easel.canvas.drawPath(smooth(rail), easel.fill(mood.lit(colour)))
    mast = mood.lit(lch(0.36, 0.02, 250))
    tips = []
    for away in (8.0, 5.2, 3.4, 2.2, 1.4):
        share = share_at(away, 0.8)
        x, y = plane.point(course(share) + scene.side * 0.72, away)
        tall = unit * 0.95 / away
        colour = mast.mix(mood.haze, min(0.6, away * 0.06))
        easel.canvas.drawLine(x, y, x, y - tall, easel.line(colour, unit * 0.016 / away))
        easel.canvas.drawLine(
            x, y - tall * 0.9, x - scene.side * tall * 0.3, y - tall * 0.96, easel.line(colour, unit * 0.01 / away)
        )
        tips.append((x - scene.side * tall * 0.3, y - tall * 0.96))
    for (x1, y1), (x2, y2) in zip(tips, tips[1:], strict=False):
        wire = skia.Path()
        wire.moveTo(x1, y1)
        wire.quadTo((x1 + x2) / 2, (y1 + y2) / 2 + abs(x2 - x1) * 0.06, x2, y2)
        easel.canvas.drawPath(wire, easel.line(mast, unit * 0.0022, 0.8))
    for _ in range(4):
        spot = (easel.width * (0.5 - scene.side * dice.uniform(0.2, 0.5)), horizon + unit * dice.uniform(0.03, 0.08))
        paint_pine(easel, spot, unit * dice.uniform(0.12, 0.24), mood.lit(lch(0.42, 0.08, 150)).mix(mood.haze, 0.25))
