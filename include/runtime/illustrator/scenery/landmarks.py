"""What stands far away in a landscape and says where we are: a castle, a village, a volcano and their like."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping

from include.runtime.illustrator.easel import Easel, Point
from include.runtime.illustrator.scenery.buildings import paint_castle, paint_village
from include.runtime.illustrator.scenery.countryside import paint_cabin, paint_farm, paint_lighthouse, paint_mill
from include.runtime.illustrator.scenery.far_land import paint_island, paint_oasis, paint_pyramids, paint_volcano
from include.runtime.illustrator.settings import Landmark

Painter = Callable[[Easel, Point, float, random.Random], None]
"""Paints a landmark on its foot, so many pixels high."""


def paint_landmark(easel: Easel, landmark: Landmark, foot: Point, height: float) -> None:
    """Paint `landmark` standing on `foot`, about `height` pixels high."""
    _PAINTERS[landmark](easel, foot, height, easel.film_dice(landmark.value))


_PAINTERS: Mapping[Landmark, Painter] = {
    Landmark.CASTLE: paint_castle,
    Landmark.VILLAGE: paint_village,
    Landmark.FARM: paint_farm,
    Landmark.MILL: paint_mill,
    Landmark.LIGHTHOUSE: paint_lighthouse,
    Landmark.VOLCANO: paint_volcano,
    Landmark.ISLAND: paint_island,
    Landmark.PYRAMIDS: paint_pyramids,
    Landmark.OASIS: paint_oasis,
    Landmark.CABIN: paint_cabin,
}
