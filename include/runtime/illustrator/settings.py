"""Where a scene may take place, and what the weather may be."""

from __future__ import annotations

from enum import StrEnum


class Setting(StrEnum):
    """Where a scene takes place."""

    MEADOW = "meadow"
    FOREST = "forest"
    MOUNTAINS = "mountains"
    DESERT = "desert"
    SNOW = "snow"
    SEA = "sea"
    UNDERWATER = "underwater"
    SPACE = "space"
    STREET = "street"
    KITCHEN = "kitchen"
    LIBRARY = "library"
    LAB = "lab"
    WORKSHOP = "workshop"
    ROOM = "room"
    PAGE = "page"
    SHAPES = "shapes"

    @property
    def indoors(self) -> bool:
        """Whether it is a room with a table."""
        return self in _ROOMS

    @property
    def on_land(self) -> bool:
        """Whether there is open ground under a sky."""
        return self in _LANDS


_ROOMS = frozenset({Setting.KITCHEN, Setting.LIBRARY, Setting.LAB, Setting.WORKSHOP, Setting.ROOM})
_LANDS = frozenset({Setting.MEADOW, Setting.FOREST, Setting.MOUNTAINS, Setting.DESERT, Setting.SNOW})


class Weather(StrEnum):
    """What the sky does besides light."""

    RAIN = "rain"
    SNOWFALL = "snowfall"
    MIST = "mist"
    RAINBOW = "rainbow"
