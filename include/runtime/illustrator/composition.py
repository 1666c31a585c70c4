"""A shot's frame: horizon, table, shore and camera, before things find their places in it."""

from __future__ import annotations

import random

from include.runtime.illustrator.easel import dice
from include.runtime.illustrator.holding import hold_of
from include.runtime.illustrator.layout import Layout
from include.runtime.illustrator.pinning import Ratio
from include.runtime.illustrator.places import Composition, Hold, Spot
from include.runtime.illustrator.planning import PicturePlan
from include.runtime.illustrator.scenery.ground import RIVER_HALF_WIDTH, distance_at, river_of
from include.runtime.illustrator.settings import SHORES, Angle, Body, Distance, Setting

_HORIZONS = {Angle.LOW: 0.64, Angle.EYE: 0.54, Angle.HIGH: 0.41, Angle.ABOVE: 0.26}
_ZOOMS = {Distance.WIDE: 1.0, Distance.MEDIUM: 1.16, Distance.CLOSE: 1.36}
_SKY_ZOOM = 1.06
"""The most that the camera may zoom in where sun or moon have to be seen."""
_SHORE_BEHIND_THE_EYE = 1.06
"""Where a lake's near shore is, as a share of the height, when its subject floats near the eye."""


def compose(plan: PicturePlan, ratio: Ratio, width: float, height: float, seed: int) -> Composition:
    """Lay out one shot for a frame of `width` × `height`; `ratio` gives a thing's width to its height."""
    rolls = dice(seed, "composition")
    upright = height > width
    horizon = height * (_HORIZONS[plan.angle] + (0.05 if upright else 0.0) + rolls.uniform(-0.03, 0.03))
    scene = Composition(width, height, horizon)
    holds = {role.thing: hold_of(role, plan) for role in plan.roles}
    if Hold.TABLE in holds.values() or plan.setting.indoors and Hold.GROUND not in holds.values():
        scene.table = height * (0.74 if not upright else 0.76) - (
            0.04 * height if plan.angle in (Angle.HIGH, Angle.ABOVE) else 0
        )
    if Hold.COVER in holds.values() and scene.table is None:
        scene.cover = height * 0.86
    side = rolls.choice((-1, 1))
    scene.side = rolls.choice((-1, 1)) if plan.landmark is None else side
    _set_ground(scene, plan, holds)
    _set_camera(scene, plan, rolls)
    river = _river_spots(scene, seed) if plan.setting is Setting.RIVER else ()
    Layout(scene, plan, ratio, holds, side, rolls, river).run()
    return scene


def _river_spots(scene: Composition, seed: int) -> tuple[Spot, ...]:
    """Where the river is seen, from the eye to the distance: its middle, and half its width."""
    plane, course = river_of(scene.width, scene.height, scene.horizon, scene.side, seed)
    (middle, level), spots = scene.pivot, []
    for step in range(12):
        share = 0.26 + 0.04 * step
        away = distance_at(share, 2.3)
        x, y = plane.point(course(share), away)
        half = RIVER_HALF_WIDTH * scene.width / 2 / away * scene.zoom
        spots.append((middle + (x - middle) * scene.zoom, level + (y - level) * scene.zoom, half))
    return tuple(spots)


def _set_ground(scene: Composition, plan: PicturePlan, holds: dict[str, Hold]) -> None:
    """Set where the near shore is, in places that have one."""
    floats_alone = set(holds.values()) == {Hold.WATER} and not all(role.cameo for role in plan.roles)
    if plan.setting is Setting.LAKE and floats_alone:
        scene.shore = scene.height * _SHORE_BEHIND_THE_EYE
    elif plan.setting in SHORES:
        scene.shore = scene.horizon + (scene.height - scene.horizon) * SHORES[plan.setting]
    elif plan.setting is Setting.NIGHT_SKY:
        scene.shore = scene.height * 0.9
    elif plan.setting.has_water and any(hold in (Hold.GROUND, Hold.COVER) for hold in holds.values()):
        scene.shore = scene.height * 0.76


def _set_camera(scene: Composition, plan: PicturePlan, rolls: random.Random) -> None:
    """Set how near the camera stands, and to which side of the place; rooms and pages have their own rules."""
    low, high = (-0.1, 0.3) if plan.landmark is None else (0.14, 0.3)
    across = scene.width * (0.5 + scene.side * rolls.uniform(low, high))
    scene.pivot = (across, scene.shore if scene.shore is not None else scene.horizon)
    if not plan.setting.indoors and plan.setting is not Setting.PAGE:
        scene.zoom = max(1.0, _ZOOMS[plan.distance] * rolls.uniform(0.95, 1.06))
    if plan.bodies & {Body.SUN, Body.MOON}:
        scene.zoom = min(scene.zoom, _SKY_ZOOM)
