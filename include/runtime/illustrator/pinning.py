"""Where pinned things lie on a page: the first is the largest, the others follow a path from it."""

from __future__ import annotations

import random
from collections.abc import Callable

from include.runtime.illustrator.places import Composition, Hold, ThingPlacement
from include.runtime.illustrator.planning import PicturePlan
from include.runtime.illustrator.settings import Distance

Ratio = Callable[[str], float]
"""A thing's width to its height."""
_SPOTS: dict[int, tuple[tuple[float, float, float], ...]] = {
    0: (),
    1: ((0.5, 0.5, 0.56),),
    2: ((0.33, 0.53, 0.52), (0.71, 0.44, 0.38)),
    3: ((0.24, 0.55, 0.48), (0.55, 0.4, 0.36), (0.82, 0.6, 0.32)),
    4: ((0.2, 0.56, 0.42), (0.43, 0.36, 0.31), (0.65, 0.62, 0.29), (0.86, 0.4, 0.26)),
}
"""By the number of things: where along the page's longer side, where across it, and how large."""
_SIZES = {Distance.WIDE: 0.78, Distance.MEDIUM: 0.96, Distance.CLOSE: 1.12}
_UPRIGHT, _SQUARE = 1.12, 0.8
"""How much larger things are on an upright page, and smaller on a square one."""


def pinned(
    scene: Composition, plan: PicturePlan, ratio: Ratio, side: int, rolls: random.Random
) -> list[ThingPlacement]:
    """The things of `plan` on a page, the path rising or falling by `side`."""
    upright, count = scene.height > scene.width, len(plan.roles)
    room = _UPRIGHT if upright else _SQUARE if scene.height == scene.width else 1.0
    room *= _SIZES[plan.distance] if count < 3 else 1.0
    reach = 0.13 if count == 1 else 0.02
    shift, found = rolls.uniform(-reach, reach), []
    for role, (spot, across, size) in zip(plan.roles, _SPOTS[count], strict=True):
        along = spot + shift
        if side > 0 and not upright:
            across = 1 - across
        right, down = (across, along) if upright else (along, across)
        height = scene.unit * size * room / max(1.0, ratio(role.thing) / 1.1)
        width, foot = height * ratio(role.thing), scene.height * down + height / 2
        lead = role is plan.roles[0]
        found.append(ThingPlacement(role.thing, Hold.FREE, scene.width * right, foot, width, height, 1.0, lead=lead))
    return found
