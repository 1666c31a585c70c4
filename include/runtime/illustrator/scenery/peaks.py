"""Mountains: rows of peaks with a lit and a shaded face, and snow on top."""

from __future__ import annotations

import random

import skia

from include.runtime.illustrator.colours import Colour, lch
from include.runtime.illustrator.easel import Easel, Point
from include.runtime.illustrator.scenery.sky import sun_place

SNOW = lch(0.96, 0.015, 250)
FAR_PEAKS = ((0.72, 0.42, 5), (0.5, 0.3, 5))
HIGH_PEAKS = ((0.66, 0.46, 4), (0.44, 0.5, 3), (0.22, 0.36, 4))
"""Rows of peaks from the farthest: how much they fade, how high they are, and their number."""


def paint_peaks(easel: Easel, horizon: float, pan: float, rows: tuple[tuple[float, float, int], ...]) -> None:
    """Paint rows of peaks that stand on `horizon`, and the haze at their feet."""
    mood, dice, unit = easel.mood, easel.film_dice("peaks"), easel.unit
    for layer, (fade, rise, count) in enumerate(rows):
        rock = mood.lit(lch(0.55, 0.045, 265)).mix(mood.haze, fade)
        for index in range(count):
            across = (index + dice.uniform(0.1, 0.9)) / count * 1.3 - 0.15 - pan * (0.2 + 0.2 * layer)
            height = unit * dice.uniform(0.58, 1.0) * rise
            paint_peak(easel, (across * easel.width, horizon + unit * 0.03), height, rock, dice)
    easel.wash(
        easel.fade((0, horizon - unit * 0.16), (0, horizon), [(mood.haze, 0.0), (mood.haze, 0.75)]),
        horizon - unit * 0.16,
        horizon + unit * 0.04,
    )


def paint_peak(easel: Easel, foot: Point, height: float, rock: Colour, dice: random.Random) -> None:
    """Paint one mountain: a lit and a shaded face, and a cap of snow with a ragged hem."""
    x, y = foot
    left, right, lean = (
        height * dice.uniform(0.75, 1.1),
        height * dice.uniform(0.75, 1.1),
        height * dice.uniform(-0.1, 0.1),
    )
    top = (x, y - height)
    snow = easel.mood.lit(SNOW).mix(easel.mood.haze, 0.25)
    sun_left = sun_place(easel, y)[0] < x
    faces = ([top, (x - left, y), (x + lean, y)], [top, (x + lean, y), (x + right, y)])
    for face, lit in zip(faces, (sun_left, not sun_left), strict=True):
        shade = 1.06 if lit else 0.9
        path = skia.Path()
        path.addPoly([skia.Point(round(px, 2), round(py, 2)) for px, py in face], True)
        easel.canvas.drawPath(path, easel.fill(rock.lit(shade)))
        hem = 0.36
        a = (top[0] + (face[1][0] - top[0]) * hem, top[1] + height * hem)
        b = (top[0] + (face[2][0] - top[0]) * hem, top[1] + height * hem)
        ragged = [top, a]
        for step in range(1, 5):
            ragged.append(
                (
                    a[0] + (b[0] - a[0]) * step / 5,
                    a[1] + height * (0.06 if step % 2 else -0.05) * dice.uniform(0.6, 1.3),
                )
            )
        ragged.append(b)
        cap = skia.Path()
        cap.addPoly([skia.Point(round(px, 2), round(py, 2)) for px, py in ragged], True)
        easel.canvas.drawPath(cap, easel.fill(snow.lit(1.0 if lit else 0.88)))
