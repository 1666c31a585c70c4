"""The ground as the eye sees it: what lies on a plane, drawn smaller the farther it is."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import skia

from include.runtime.illustrator.colours import Colour
from include.runtime.illustrator.easel import Easel, Point, dice

Course = Callable[[float], float]
"""Share of a way, from the eye (0) to the horizon (1), to how far across the ground it is there; at 1, half
the picture's width from the middle."""

FARTHEST = 26.0
_STEPS = 46


@dataclass(frozen=True)
class Plane:
    """Level ground under a horizon. Distances are 1 at the picture's lower edge."""

    width: float
    height: float
    horizon: float
    vanishing: float = 0.5
    """Where straight ways ahead meet the horizon, from the left, as a share of the width."""

    def point(self, across: float, away: float) -> Point:
        """Where a point of the ground is in the picture; `across` is 1 half the width from the middle at `away` 1."""
        return (
            round(self.width * (self.vanishing + across / 2 / away), 2),
            round(self.horizon + (self.height - self.horizon) / away, 2),
        )


def plane_of(easel: Easel, horizon: float, vanishing: float = 0.5) -> Plane:
    """The ground of a picture."""
    return Plane(easel.width, easel.height, horizon, vanishing)


def distance_at(share: float, nearest: float) -> float:
    """How far away a share of the way is: every step covers as much of the picture as the one before."""
    return float(nearest * (FARTHEST / nearest) ** share)


def share_at(away: float, nearest: float) -> float:
    """The share of the way to what is `away`: the inverse of `distance_at`."""
    return math.log(away / nearest) / math.log(FARTHEST / nearest)


def receding(easel: Easel, horizon: float, colour: Colour, haze: float, near: float, middle: float) -> skia.Paint:
    """Paint of level ground: in `haze` at the horizon, of its colour at `middle`, lit as `near` says at the eye."""
    stops = [(colour.mix(easel.mood.haze, haze), 1.0), (colour, 1.0), (colour.lit(near), 1.0)]
    return easel.fade((0, horizon), (0, easel.height), stops, (0, middle, 1))


def ribbon(plane: Plane, course: Course, half_width: float, nearest: float = 1.0) -> list[Point]:
    """Outline of a way or a river of constant width along `course`, which starts `nearest` away."""
    middle = [(course(step / _STEPS), distance_at(step / _STEPS, nearest)) for step in range(_STEPS + 1)]
    left: list[Point] = []
    right: list[Point] = []
    for index, (x, z) in enumerate(middle):
        (x1, z1), (x2, z2) = middle[max(0, index - 1)], middle[min(_STEPS, index + 1)]
        length = math.hypot(x2 - x1, z2 - z1) or 1.0
        nx, nz = (z2 - z1) / length * half_width, -(x2 - x1) / length * half_width
        left.append(plane.point(x - nx, max(0.5, z - nz)))
        right.append(plane.point(x + nx, max(0.5, z + nz)))
    return [*left, *reversed(right)]


def meander(side: int, phase: float, bends: float, breadth: float, *, leaves_at: float) -> Course:
    """A river's course: out of the picture at `side` near the eye, in bends towards the horizon.

    :param leaves_at: how far from the middle it starts, as `Plane.point` counts.
    """

    def course(share: float) -> float:
        away = distance_at(share, 1.0)
        swing = math.sin(phase + bends * math.tau * share) * breadth * (1 - 0.62 * share)
        out = side * leaves_at * max(0.0, 1 - share / 0.24) ** 2
        return (swing * min(1.0, share / 0.16) + out) * away

    return course


RIVER_HALF_WIDTH = 0.84
"""Half a river's breadth, as `Plane.point` counts."""


def river_of(width: float, height: float, horizon: float, side: int, shot_seed: int) -> tuple[Plane, Course]:
    """The ground on which a shot's river lies, and its course: the same for its painter and for what floats on it."""
    rolls = dice(shot_seed, "river's course")
    course = meander(
        side, rolls.uniform(0, math.tau), rolls.uniform(1.25, 1.7), rolls.uniform(0.62, 0.85), leaves_at=3.4
    )
    return Plane(width, height, horizon, 0.5 - 0.13 * side), course


def aside(course: Course, across: float) -> Course:
    """A course beside another."""

    def beside(share: float) -> float:
        return course(share) + across

    return beside
