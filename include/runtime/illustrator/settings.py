"""Where a scene may take place, what may stand there, how it is seen, and what the weather may be."""

from __future__ import annotations

from enum import StrEnum


class Setting(StrEnum):
    """Where a scene takes place."""

    MEADOW = "meadow"
    FIELD = "field"
    GARDEN = "garden"
    PARK = "park"
    ROAD = "road"
    RAILWAY = "railway"
    FOREST = "forest"
    JUNGLE = "jungle"
    SAVANNA = "savanna"
    DESERT = "desert"
    MOUNTAINS = "mountains"
    CANYON = "canyon"
    CAVE = "cave"
    SNOW = "snow"
    TUNDRA = "tundra"
    GLACIER = "glacier"
    RIVER = "river"
    WATERFALL = "waterfall"
    LAKE = "lake"
    SWAMP = "swamp"
    BRIDGE = "bridge"
    SEA = "sea"
    BEACH = "beach"
    CLIFF = "cliff"
    HARBOUR = "harbour"
    UNDERWATER = "underwater"
    REEF = "reef"
    DEEP_SEA = "deep sea"
    SKY = "sky"
    NIGHT_SKY = "night sky"
    SPACE = "space"
    STREET = "street"
    CITY = "city"
    MARKET = "market"
    KITCHEN = "kitchen"
    LIBRARY = "library"
    LAB = "lab"
    WORKSHOP = "workshop"
    ROOM = "room"
    PAGE = "page"

    @property
    def indoors(self) -> bool:
        """Whether it is a room with a table."""
        return self in _ROOMS

    @property
    def grassy(self) -> bool:
        """Whether grass grows where the eye is."""
        return self in _GRASSY

    @property
    def has_water(self) -> bool:
        """Whether ships float there, and things may stand at a shore."""
        return self in SHORES or self in _OPEN_WATER

    @property
    def submerged(self) -> bool:
        """Whether the eye is under water."""
        return self in _SUBMERGED

    @property
    def overlooked(self) -> bool:
        """Whether it shows more from far above."""
        return self in _OVERLOOKED

    @property
    def vague(self) -> bool:
        """Whether a word for it says little, so that a later word for another place overrides it."""
        return self in (Setting.MEADOW, Setting.ROOM, Setting.SKY, Setting.SNOW)


_ROOMS = frozenset({Setting.KITCHEN, Setting.LIBRARY, Setting.LAB, Setting.WORKSHOP, Setting.ROOM})
_GRASSY = frozenset(
    {Setting.MEADOW, Setting.FIELD, Setting.GARDEN, Setting.PARK, Setting.ROAD, Setting.FOREST, Setting.MOUNTAINS}
    | {Setting.RIVER, Setting.LAKE, Setting.BRIDGE, Setting.WATERFALL, Setting.RAILWAY}
)
_OVERLOOKED = frozenset(
    {Setting.MEADOW, Setting.FIELD, Setting.GARDEN, Setting.PARK, Setting.ROAD, Setting.RAILWAY, Setting.RIVER}
    | {Setting.LAKE, Setting.SEA, Setting.BEACH, Setting.DESERT, Setting.SAVANNA, Setting.TUNDRA, Setting.SNOW}
    | {Setting.HARBOUR, Setting.CITY, Setting.CANYON}
)
_OPEN_WATER = frozenset({Setting.SEA, Setting.CLIFF})
_SUBMERGED = frozenset({Setting.UNDERWATER, Setting.REEF, Setting.DEEP_SEA})

SHORES = {
    Setting.RIVER: 0.62,
    Setting.WATERFALL: 0.7,
    Setting.LAKE: 0.64,
    Setting.SWAMP: 0.7,
    Setting.BRIDGE: 0.66,
    Setting.GLACIER: 0.62,
    Setting.BEACH: 0.64,
    Setting.HARBOUR: 0.62,
    Setting.CITY: 0.64,
    Setting.CAVE: 0.66,
}
"""Where the ground under the viewer starts, as a share of the way from the horizon down."""


class Landmark(StrEnum):
    """What stands far away in a landscape if a prompt names it."""

    CASTLE = "castle"
    VILLAGE = "village"
    FARM = "farm"
    MILL = "mill"
    LIGHTHOUSE = "lighthouse"
    VOLCANO = "volcano"
    ISLAND = "island"
    PYRAMIDS = "pyramids"
    OASIS = "oasis"
    CABIN = "cabin"

    @property
    def home(self) -> Setting:
        """Where it stands unless the prompt says."""
        return _HOMES.get(self, Setting.MEADOW)

    def stands_in(self, setting: Setting) -> bool:
        """Whether it is drawn in `setting`."""
        return setting in (_SEASIDE if self in (Landmark.ISLAND, Landmark.LIGHTHOUSE) else _OPEN_LAND)


_HOMES = {
    Landmark.FARM: Setting.FIELD,
    Landmark.MILL: Setting.FIELD,
    Landmark.LIGHTHOUSE: Setting.SEA,
    Landmark.ISLAND: Setting.SEA,
    Landmark.PYRAMIDS: Setting.DESERT,
    Landmark.OASIS: Setting.DESERT,
    Landmark.CABIN: Setting.MOUNTAINS,
}
_SEASIDE = frozenset({Setting.SEA, Setting.BEACH, Setting.LAKE, Setting.HARBOUR, Setting.CLIFF})
_OPEN_LAND = frozenset(
    {Setting.MEADOW, Setting.FIELD, Setting.ROAD, Setting.RAILWAY, Setting.MOUNTAINS, Setting.DESERT, Setting.SNOW}
    | {Setting.SAVANNA, Setting.TUNDRA, Setting.RIVER, Setting.LAKE, Setting.SEA, Setting.BEACH, Setting.GARDEN}
    | {Setting.NIGHT_SKY}
)


class Distance(StrEnum):
    """How far the camera stands."""

    WIDE = "wide"
    MEDIUM = "medium"
    CLOSE = "close"


class Angle(StrEnum):
    """How high the camera stands."""

    LOW = "low"
    EYE = "eye"
    HIGH = "high"
    ABOVE = "above"
    """So high that open land lies below it like a map."""


class Weather(StrEnum):
    """What the sky does besides light."""

    RAIN = "rain"
    SNOWFALL = "snowfall"
    MIST = "mist"
    RAINBOW = "rainbow"


class Body(StrEnum):
    """What stands in the sky, and is clearly visible if a prompt names it."""

    SUN = "sun"
    MOON = "moon"
    STARS = "stars"


class Perch(StrEnum):
    """What small animals sit on if a prompt names it."""

    BRANCH = "branch"
    FENCE = "fence"
    WALL = "wall"
    ROCK = "rock"
    LOG = "log"
