"""Which painter paints which place, and where its landmark stands."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from include.runtime.illustrator.easel import Easel, Point
from include.runtime.illustrator.places import Composition
from include.runtime.illustrator.planning import PicturePlan
from include.runtime.illustrator.scenery.avenue import paint_avenue
from include.runtime.illustrator.scenery.bridges import paint_bridge
from include.runtime.illustrator.scenery.coasts import paint_beach, paint_cliff, paint_coast, paint_harbour
from include.runtime.illustrator.scenery.cold import paint_glacier, paint_tundra
from include.runtime.illustrator.scenery.depths import paint_deep_sea, paint_reef, paint_sea_from_below
from include.runtime.illustrator.scenery.falls import paint_waterfall
from include.runtime.illustrator.scenery.heavens import paint_clouds, paint_night_sky
from include.runtime.illustrator.scenery.inland import paint_lake, paint_river
from include.runtime.illustrator.scenery.land import paint_open_land
from include.runtime.illustrator.scenery.landmarks import paint_landmark
from include.runtime.illustrator.scenery.rock import paint_canyon, paint_cave
from include.runtime.illustrator.scenery.sky import paint_mist, paint_sun, sun_place
from include.runtime.illustrator.scenery.space import paint_outer_space
from include.runtime.illustrator.scenery.swamp import paint_swamp
from include.runtime.illustrator.scenery.tilled import (
    paint_field,
    paint_garden,
    paint_park,
    paint_railway,
    paint_road,
)
from include.runtime.illustrator.scenery.towns import paint_city, paint_market
from include.runtime.illustrator.scenery.wilds import paint_dunes, paint_jungle, paint_savanna
from include.runtime.illustrator.settings import Body, Landmark, Setting, Weather

Painter = Callable[[Easel, Composition, Weather | None], None]

PAINTERS: Mapping[Setting, Painter] = {
    Setting.MEADOW: paint_open_land(Setting.MEADOW),
    Setting.FOREST: paint_open_land(Setting.FOREST),
    Setting.MOUNTAINS: paint_open_land(Setting.MOUNTAINS),
    Setting.SNOW: paint_open_land(Setting.SNOW),
    Setting.FIELD: paint_field,
    Setting.GARDEN: paint_garden,
    Setting.PARK: paint_park,
    Setting.ROAD: paint_road,
    Setting.RAILWAY: paint_railway,
    Setting.JUNGLE: paint_jungle,
    Setting.SAVANNA: paint_savanna,
    Setting.DESERT: paint_dunes,
    Setting.CANYON: paint_canyon,
    Setting.CAVE: paint_cave,
    Setting.TUNDRA: paint_tundra,
    Setting.GLACIER: paint_glacier,
    Setting.RIVER: paint_river,
    Setting.WATERFALL: paint_waterfall,
    Setting.LAKE: paint_lake,
    Setting.SWAMP: paint_swamp,
    Setting.BRIDGE: paint_bridge,
    Setting.SEA: paint_coast,
    Setting.BEACH: paint_beach,
    Setting.CLIFF: paint_cliff,
    Setting.HARBOUR: paint_harbour,
    Setting.UNDERWATER: paint_sea_from_below,
    Setting.REEF: paint_reef,
    Setting.DEEP_SEA: paint_deep_sea,
    Setting.SKY: paint_clouds,
    Setting.NIGHT_SKY: paint_night_sky,
    Setting.SPACE: paint_outer_space,
    Setting.STREET: paint_avenue,
    Setting.CITY: paint_city,
    Setting.MARKET: paint_market,
}
"""Painters of all places outdoors."""

_WOODS = frozenset({Setting.FOREST, Setting.JUNGLE})
"""Where trees hide the sky, but for a sun or a moon that the prompt names: those shine through."""
_FAR_SHARE = 0.045
"""How far below the horizon a landmark stands, as a share of the ground's height."""
_HEIGHTS = {
    Landmark.VOLCANO: 0.5,
    Landmark.CASTLE: 0.42,
    Landmark.LIGHTHOUSE: 0.44,
    Landmark.PYRAMIDS: 0.34,
    Landmark.MILL: 0.36,
    Landmark.ISLAND: 0.24,
    Landmark.VILLAGE: 0.24,
    Landmark.FARM: 0.24,
    Landmark.OASIS: 0.22,
    Landmark.CABIN: 0.22,
}
"""Heights in shares of the picture's shorter side."""


def paint_place(easel: Easel, plan: PicturePlan, scene: Composition) -> None:
    """Paint a place outdoors with its landmark and its mist, everything but the things."""
    PAINTERS[plan.setting](easel, scene, plan.weather)
    if plan.landmark is not None:
        foot = landmark_foot(easel, plan.setting, scene)
        height = min(easel.unit * _HEIGHTS[plan.landmark], scene.skyline * 0.8 / scene.zoom)
        paint_landmark(easel, plan.landmark, foot, height)
    if plan.setting in _WOODS and plan.bodies & {Body.SUN, Body.MOON}:
        paint_sun(easel, sun_place(easel, scene.horizon))
    if plan.weather is Weather.MIST:
        paint_mist(easel, scene.horizon)


def landmark_foot(easel: Easel, setting: Setting, scene: Composition) -> Point:
    """Where the landmark of `setting` stands."""
    across = easel.width * (0.5 + scene.side * (0.2 if easel.width >= easel.height else 0.08))
    if setting is Setting.NIGHT_SKY:
        return across, easel.height * 0.925
    if setting is Setting.BEACH:
        return easel.width - across, scene.horizon + easel.unit * 0.012
    if setting is Setting.LAKE:
        return across, scene.horizon + ((scene.shore or easel.height) - scene.horizon) * 0.1
    return across, scene.horizon + (easel.height - scene.horizon) * _FAR_SHARE
