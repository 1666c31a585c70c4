"""Where things are in a shot, and how much they are in each other's way."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from include.runtime.illustrator.settings import Perch

STEM_SHARE = 0.3
"""The added stem's share of a flower that has none of its own."""
Spot = tuple[float, float, float]
"""A place on a river: across and down, and half the river's width there."""
RIVER_SHARE = 0.8
"""Share of a river's width that a thing floating on it takes."""
_TITLE_FREE = 0.8
"""How far down things may stand in a square picture, as a share of its height: a cover has its title below."""


class Hold(Enum):
    """What holds a thing."""

    GROUND = "ground"
    AIR = "air"
    WATER = "water"
    COVER = "cover"
    """Its lower part is hidden behind something in front."""
    TABLE = "table"
    SEAT = "seat"
    """A perch."""
    FREE = "free"


@dataclass(frozen=True)
class ThingPlacement:
    """Where one thing is drawn. Pixels; `depth` is 0 at the horizon and 1 at the eye."""

    thing: str
    hold: Hold
    x: float
    foot: float
    width: float
    height: float
    depth: float
    mirrored: bool = False
    lead: bool = False
    copy: bool = False

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom."""
        return self.x - self.width / 2, self.foot - self.height, self.x + self.width / 2, self.foot


@dataclass(frozen=True)
class Seat:
    """A perch in the picture: where its upper edge is, and how tall its sitter is."""

    perch: Perch
    x: float
    y: float
    sitter_height: float
    taken: bool
    """Whether somebody sits there; an empty one is behind the things."""


@dataclass
class Composition:
    """A shot with every thing in its place."""

    width: float
    height: float
    horizon: float
    table: float | None = None
    """Upper edge of a table top, when there is one."""
    cover: float | None = None
    """Upper edge of the mound in front, when something has to be hidden behind it."""
    shore: float | None = None
    """Where the water ends and the beach starts, when something stands on one."""
    side: int = 1
    """Where the place's own landmark is: -1 left, 1 right of the middle."""
    zoom: float = 1.0
    """How much nearer the camera stands than the place is painted for."""
    pivot: tuple[float, float] = (0.0, 0.0)
    """The point that stays in place when the camera comes nearer."""
    seat: Seat | None = None
    placements: list[ThingPlacement] = field(default_factory=list)

    @property
    def unit(self) -> float:
        """The shorter side."""
        return min(self.width, self.height)

    @property
    def skyline(self) -> float:
        """Where the horizon appears from where the camera stands."""
        return self.pivot[1] + (self.horizon - self.pivot[1]) * self.zoom

    def floor(self, hold: Hold, depth: float, height: float) -> tuple[float, float]:
        """Where the foot of a thing stands at `depth`, and its depth for haze."""
        if hold is Hold.TABLE and self.table is not None:
            return self.table + (self.height - self.table) * (0.12 + 0.5 * depth), 1.0
        if hold is Hold.COVER:
            edge = self.table if self.table is not None else self.cover or self.height
            return edge + height * (0.05 if height < self.unit * 0.3 else 0.07), 0.95
        if hold in (Hold.GROUND, Hold.WATER):
            near = self.height * (0.93 if self.width != self.height else _TITLE_FREE)
            if self.table is not None:
                near = self.table + height * 0.06
            far = self.skyline
            if self.shore is not None:
                far, near = (self.shore, near) if hold is Hold.GROUND else (far, self.shore * 0.98)
            return far + (near - far) * (0.06 + 0.94 * depth), depth
        return self.height, 1.0


def clash(one: ThingPlacement, other: ThingPlacement) -> float:
    """How much two things are in each other's way: what lies on a table may cover whoever sits behind it."""
    shared = overlap(one, other, 0.06)
    if {one.hold, other.hold} == {Hold.TABLE, Hold.COVER}:
        return shared * 0.3 if shared < 0.5 else shared
    return shared


def overlap(one: ThingPlacement, other: ThingPlacement, padding: float) -> float:
    """Shared area of two boxes as a share of the smaller; `padding` widens both, as a share of their size."""
    boxes = []
    for item in (one, other):
        left, top, right, bottom = item.box
        dx, dy = item.width * padding, item.height * padding
        boxes.append((left - dx, top - dy, right + dx, bottom + dy))
    (l1, t1, r1, b1), (l2, t2, r2, b2) = boxes
    area = max(0.0, min(r1, r2) - max(l1, l2)) * max(0.0, min(b1, b2) - max(t1, t2))
    return area / max(1.0, min((r1 - l1) * (b1 - t1), (r2 - l2) * (b2 - t2)))
