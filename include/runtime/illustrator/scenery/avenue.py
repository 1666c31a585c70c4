"""A street: its fronts across the picture, or houses on both sides of a road into the distance."""

from __future__ import annotations

import random

from include.runtime.illustrator.colours import Colour, lch
from include.runtime.illustrator.easel import Easel, Point, polygon
from include.runtime.illustrator.mood import LAMPLIGHT, WHITE
from include.runtime.illustrator.places import Composition
from include.runtime.illustrator.scenery.ground import Plane, plane_of, receding
from include.runtime.illustrator.scenery.sky import paint_sky
from include.runtime.illustrator.scenery.street import paint_street, plasters
from include.runtime.illustrator.settings import Weather


def paint_avenue(easel: Easel, scene: Composition, weather: Weather | None) -> None:
    """Paint a street: its fronts across a picture that is not upright, or houses along a road into the distance."""
    if easel.width >= easel.height and easel.shot_dice("street").random() < 0.45:
        paint_street(easel, scene.horizon, weather)
    else:
        _paint_deep_street(easel, scene, weather)


def _paint_deep_street(easel: Easel, scene: Composition, weather: Weather | None) -> None:
    mood, unit, horizon = easel.mood, easel.unit, scene.horizon
    paint_sky(easel, horizon, weather)
    dice = easel.film_dice("avenue")
    plane = plane_of(easel, horizon, 0.5 + 0.12 * scene.side)
    stone = mood.lit(lch(0.74, 0.02, 80)).mix(mood.wall, 0.2)
    easel.wash(receding(easel, horizon, stone, 0.5, 0.85, 0.4), horizon)
    road = mood.lit(lch(0.47, 0.02, 265))
    lane = [plane.point(-0.62, 40), plane.point(0.62, 40), plane.point(0.62, 0.7), plane.point(-0.62, 0.7)]
    easel.canvas.drawPath(polygon(lane), receding(easel, horizon, road, 0.5, 0.82, 0.4))
    for edge in (-0.64, 0.64):
        kerb = [
            plane.point(edge - 0.02, 40),
            plane.point(edge + 0.02, 40),
            plane.point(edge + 0.02, 0.7),
            plane.point(edge - 0.02, 0.7),
        ]
        easel.canvas.drawPath(polygon(kerb), easel.fill(stone.lit(1.1)))
    for step in range(14):
        near, far = 0.8 * 1.28**step, 0.8 * 1.28**step * 1.13
        easel.canvas.drawPath(
            polygon(
                [plane.point(-0.02, near), plane.point(0.02, near), plane.point(0.02, far), plane.point(-0.02, far)]
            ),
            easel.fill(WHITE.mix(mood.haze, 0.3), 0.75),
        )
    hues = plasters(mood)
    for side in (-1, 1):
        away, order = 24.0, dice.randrange(5)
        while away > 0.55:
            near = away / dice.uniform(1.24, 1.5)
            _paint_front(easel, plane, (side, near, away), hues[order % 5].mix(mood.haze, min(0.6, near * 0.05)), dice)
            away, order = near, order + dice.choice((1, 2, 3))
    for away in (9.0, 5.6, 3.5, 2.2, 1.4):
        for side in (-1, 1):
            _paint_post(easel, plane.point(side * 0.76, away), unit * 0.6 / away)


def _paint_front(
    easel: Easel, plane: Plane, wall: tuple[int, float, float], plaster: Colour, dice: random.Random
) -> None:
    """Paint one house seen along the street, from `near` to `far` away."""
    side, near, far = wall
    mood, unit = easel.mood, easel.unit
    tall, across = unit * dice.uniform(1.0, 1.5), side * 1.02

    def spot(away: float, up: float) -> Point:
        x, y = plane.point(across, away)
        return x, round(y - tall * up / away, 2)

    shade = 0.9 if side > 0 else 1.02
    face = [spot(near, 0), spot(near, 1), spot(far, 1), spot(far, 0)]
    easel.canvas.drawPath(
        polygon(face),
        easel.fade((0, face[1][1]), (0, face[0][1]), [(plaster.lit(shade), 1.0), (plaster.lit(shade * 0.84), 1.0)]),
    )
    roof = mood.lit(lch(0.48, 0.1, 35)).mix(mood.haze, min(0.6, near * 0.06))
    eave = [spot(near, 1), spot(near, 1.1), spot(far, 1.1), spot(far, 1)]
    easel.canvas.drawPath(polygon(eave), easel.fill(roof.lit(shade)))
    floors, columns = 4, 3
    for floor in range(floors):
        for column in range(columns):
            a, b = (
                near * (far / near) ** ((column + 0.22) / columns),
                near * (far / near) ** ((column + 0.78) / columns),
            )
            low, high = (floor + 0.28) / floors * 0.96, (floor + 0.82) / floors * 0.96
            lit = mood.dim and dice.random() < 0.55
            if floor == 0:
                low, high = 0.0 if column == 1 else 0.05, 0.17
            colour = LAMPLIGHT if lit else mood.sky[1].mix(plaster, 0.35).lit(0.8)
            easel.canvas.drawPath(
                polygon([spot(a, low), spot(a, high), spot(b, high), spot(b, low)]), easel.fill(colour, 0.9)
            )
    band = [spot(near, 0.19), spot(near, 0.235), spot(far, 0.235), spot(far, 0.19)]
    easel.canvas.drawPath(
        polygon(band), easel.fill(mood.second.mix(plaster, 0.25).mix(mood.haze, min(0.6, near * 0.05)))
    )


def _paint_post(easel: Easel, foot: Point, height: float) -> None:
    x, y = foot
    post = easel.mood.lit(lch(0.33, 0.02, 260))
    easel.canvas.drawLine(x, y, x, y - height, easel.line(post, height * 0.02))
    if easel.mood.dim:
        easel.glow((x, y - height * 1.03), height * 0.5, LAMPLIGHT, 0.6)
    easel.oval(
        (x, y - height * 1.03),
        height * 0.035,
        height * 0.05,
        easel.fill(LAMPLIGHT if easel.mood.dim else easel.mood.lit(lch(0.94, 0.02, 90))),
    )
