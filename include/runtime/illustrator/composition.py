"""Gives every thing its place: thirds, contrast of sizes, things in relation, nothing over one another."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import Enum

from include.runtime.illustrator.cast import Habit, faces_left, visits
from include.runtime.illustrator.easel import dice
from include.runtime.illustrator.planning import Angle, Distance, Plan, Role
from include.runtime.illustrator.settings import Setting

_LEAD_SIZE = {Distance.WIDE: 0.36, Distance.MEDIUM: 0.48, Distance.CLOSE: 0.64}
_SUPPORT_SHARES = (1.0, 0.66, 0.5, 0.42)
_HORIZONS = {Angle.LOW: 0.62, Angle.EYE: 0.54, Angle.HIGH: 0.42}
_HABIT_SIZES = {
    Habit.BUILDS: 1.25, Habit.GROWS: 1.12, Habit.LIES: 0.92, Habit.BLOSSOMS: 0.8, Habit.PEEKS: 1.1, Habit.FLOATS: 1.1,
}
_MARGIN = 0.035
_CAMEO_SHARE = 0.4


class Hold(Enum):
    """What a thing is held by."""

    GROUND = "ground"
    AIR = "air"
    WATER = "water"
    COVER = "cover"
    """Its lower part is hidden behind something in front."""
    TABLE = "table"
    FREE = "free"


@dataclass(frozen=True)
class Placement:
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
    placements: list[Placement] = field(default_factory=list)

    @property
    def unit(self) -> float:
        """The shorter side."""
        return min(self.width, self.height)


Ratio = Callable[[str], float]


def compose(plan: Plan, ratio: Ratio, width: float, height: float, seed: int) -> Composition:
    """Lay out one shot for a frame of `width` × `height`; `ratio` gives a thing's width to its height."""
    rolls = dice(seed, "composition")
    upright = height > width
    horizon = height * (_HORIZONS[plan.angle] + (0.05 if upright else 0.0))
    scene = Composition(width, height, horizon)
    holds = {role.thing: _hold(role, plan) for role in plan.roles}
    if Hold.TABLE in holds.values() or plan.setting.indoors and Hold.GROUND not in holds.values():
        scene.table = height * (0.74 if not upright else 0.70) - (0.04 * height if plan.angle is Angle.HIGH else 0)
    if Hold.COVER in holds.values() and scene.table is None:
        scene.cover = height * 0.86
    side = rolls.choice((-1, 1))
    _Layout(scene, plan, ratio, holds, side, rolls).run()
    return scene


def _hold(role: Role, plan: Plan) -> Hold:
    setting, habit = plan.setting, role.habit
    if setting in (Setting.SPACE, Setting.PAGE, Setting.SHAPES):
        return Hold.FREE
    if setting is Setting.UNDERWATER:
        return Hold.FREE if habit in (Habit.SWIMS, Habit.FLOATS, Habit.FLIES, Habit.ORBITS) and role.thing not in _CRAWLERS else Hold.GROUND
    if habit is Habit.PEEKS:
        return Hold.COVER
    if habit in (Habit.FLIES, Habit.HANGS, Habit.ORBITS, Habit.BLOSSOMS):
        return Hold.AIR
    if setting is Setting.SEA and habit in (Habit.FLOATS, Habit.SWIMS):
        return Hold.WATER
    return _standing(plan, habit)


def _standing(plan: Plan, habit: Habit) -> Hold:
    """Hold of what stands on something: a table indoors, when there are things for one."""
    small = [role.habit in (Habit.LIES, Habit.THINKS) for role in plan.roles]
    if plan.setting.indoors:
        if any(small) or not any(role.habit is Habit.WALKS for role in plan.roles):
            return Hold.COVER if habit is Habit.WALKS else Hold.TABLE
        return Hold.GROUND
    if all(small) and plan.setting is not Setting.STREET:
        return Hold.TABLE
    return Hold.GROUND


_CRAWLERS = frozenset("🦀🦞🐚🪸🦪⚓🦐")


class _Layout:
    """The placing of one shot's things, lead first."""

    def __init__(
        self, scene: Composition, plan: Plan, ratio: Ratio, holds: dict[str, Hold], side: int, rolls: random.Random
    ) -> None:
        self.scene, self.plan, self.ratio, self.holds, self.side, self.rolls = scene, plan, ratio, holds, side, rolls

    def run(self) -> None:
        """Place lead, guests at their hosts, the others, then copies of what is spoken of in the plural."""
        waiting = list(self.plan.roles)
        pair = next(((a, b) for a in waiting for b in waiting if visits(a.thing, b.thing)), None)
        if pair is not None:
            self._place_pair(*pair)
            waiting = [role for role in waiting if role not in pair]
        for role in waiting:
            self._place(role, len(self.scene.placements))
        for role in self.plan.roles:
            if role.plural or role.habit is Habit.GROWS:
                self._place_copies(role)
        self.scene.placements.sort(key=lambda one: (one.hold is Hold.AIR, one.depth, one.foot))

    def _size(self, role: Role, rank: int) -> tuple[float, float]:
        """Width and height before perspective."""
        upright = self.scene.height > self.scene.width
        size = self.scene.unit * _LEAD_SIZE[self.plan.distance] * _HABIT_SIZES.get(role.habit, 1.0)
        size *= (1.22 if upright else 1.0) * _SUPPORT_SHARES[min(rank, 3)] * (_CAMEO_SHARE / 0.66 if role.cameo else 1.0)
        ratio = self.ratio(role.thing)
        height = size / max(1.0, ratio / 1.25)
        height = min(height, self.scene.width * 0.84 / ratio, self.scene.height * 0.72)
        return height * ratio, height

    def _place_pair(self, guest: Role, host: Role) -> None:
        """Place a host on a third, and its guest at its head."""
        _, height = self._size(host, 0)
        height *= 1.3 if self.plan.distance is not Distance.CLOSE else 1.2
        height = min(height, self.scene.height * 0.66)
        width = height * self.ratio(host.thing)
        upright = self.scene.height > self.scene.width
        x = self.scene.width * (0.5 - self.side * (0.2 if not upright else 0.17))
        foot, depth = self._floor(self.holds[host.thing], 0.86, height)
        if self.holds[host.thing] in (Hold.AIR, Hold.FREE):
            foot = self.scene.height * 0.5 + height * 0.5
        first = Placement(host.thing, self.holds[host.thing], x, foot, width, height, depth, lead=True)
        self.scene.placements.append(first)
        size = height * self.rolls.uniform(0.6, 0.72)
        wide = size * self.ratio(guest.thing)
        gx = x + self.side * (width / 2 + wide / 2 - 0.09 * wide)
        gy = foot - height * 0.66 + size / 2 - size * 0.12
        mirrored = faces_left(guest.thing) and self.side < 0
        self.scene.placements.append(
            Placement(guest.thing, Hold.AIR if self.holds[guest.thing] is not Hold.FREE else Hold.FREE, gx, gy, wide, size, 1.0, mirrored, lead=True)
        )

    def _floor(self, hold: Hold, depth: float, height: float) -> tuple[float, float]:
        """Where the foot of a thing stands at `depth`, and its depth for haze."""
        scene = self.scene
        if hold is Hold.TABLE and scene.table is not None:
            return scene.table + (scene.height - scene.table) * (0.12 + 0.5 * depth), 1.0
        if hold is Hold.COVER:
            edge = scene.table if scene.table is not None else scene.cover or scene.height
            return edge + height * 0.1, 0.95
        if hold in (Hold.GROUND, Hold.WATER):
            near = scene.height * 0.93
            return scene.horizon + (near - scene.horizon) * (0.06 + 0.94 * depth), depth
        return scene.height, 1.0

    def _place(self, role: Role, rank: int) -> None:
        width, height = self._size(role, rank)
        hold = self.holds[role.thing]
        best: tuple[float, Placement] | None = None
        for shrink in (1.0, 0.84, 0.68, 0.54):
            for candidate in self._candidates(role, hold, width * shrink, height * shrink, rank):
                cost = self._cost(candidate, rank) + (1 - shrink) * 1.2
                if best is None or cost < best[0]:
                    best = (cost, candidate)
        if best is not None and (rank == 0 or best[0] < 6.0):
            self.scene.placements.append(best[1])

    def _candidates(self, role: Role, hold: Hold, width: float, height: float, rank: int) -> list[Placement]:
        scene, found = self.scene, []
        for step in range(13):
            x = scene.width * (0.08 + 0.84 * step / 12) + self.rolls.uniform(-0.01, 0.01) * scene.width
            for level in (0.0, 0.25, 0.5, 0.75, 1.0):
                mirrored = faces_left(role.thing) and x < scene.width * 0.48
                found.append(self._candidate(role, hold, x, level, width, height, rank, mirrored))
        return found

    def _candidate(
        self, role: Role, hold: Hold, x: float, level: float, width: float, height: float, rank: int, mirrored: bool
    ) -> Placement:
        scene = self.scene
        if hold in (Hold.AIR, Hold.FREE):
            top, low = (0.1, 0.62) if hold is Hold.AIR else (0.16, 0.84)
            if role.habit is Habit.HANGS:
                top, low = 0.08, 0.2
            middle = scene.height * (top + (low - top) * level)
            return Placement(role.thing, hold, x, middle + height / 2, width, height, 1.0, mirrored, rank == 0)
        nearest = 0.8 if rank == 0 else 0.74
        depth = nearest - 0.5 * (1 - level) if rank else nearest - 0.16 * (1 - level)
        if role.habit is Habit.BUILDS:
            depth *= 0.7
        if hold is Hold.WATER:
            depth *= 0.72
        foot, depth = self._floor(hold, depth, height)
        share = 0.5 + 0.5 * min(1.0, depth / nearest) if hold in (Hold.GROUND, Hold.WATER) and rank else 1.0
        return Placement(role.thing, hold, x, foot, width * share, height * share, depth, mirrored, rank == 0)

    def _cost(self, one: Placement, rank: int) -> float:
        """How badly a candidate sits: overlaps first, then the frame's edges, then thirds and balance."""
        scene = self.scene
        left, top, right, bottom = one.box
        margin = scene.unit * _MARGIN
        outside = max(0.0, margin - left) + max(0.0, right - scene.width + margin) + max(0.0, margin - top)
        if one.hold in (Hold.AIR, Hold.FREE):
            outside += max(0.0, bottom - scene.height + margin)
        cost = 9.0 * outside / scene.unit + 14.0 * sum(overlap(one, other, 0.06) for other in scene.placements)
        upright = scene.height > scene.width
        third = 0.5 + (1 if rank % 2 else -1) * self.side * (0.17 if not upright else 0.08 if rank == 0 else 0.16)
        if rank >= 2:
            third = 0.5 + (-1 if rank % 2 else 1) * self.side * 0.32
        cost += abs(one.x / scene.width - third) * (1.5 if rank == 0 else 0.8)
        if one.hold in (Hold.AIR, Hold.FREE):
            ideal = 0.42 if rank == 0 else 0.34
            cost += abs((one.foot - one.height / 2) / scene.height - ideal) * (0.9 if not upright else 0.35)
        return cost + self.rolls.random() * 0.12

    def _place_copies(self, role: Role) -> None:
        model = next((one for one in self.scene.placements if one.thing == role.thing), None)
        if model is None or role.cameo or model.hold is Hold.COVER:
            return
        count = {Habit.GROWS: 11, Habit.FLIES: 4, Habit.SWIMS: 6, Habit.BLOSSOMS: 6}.get(role.habit, 2)
        if self.plan.setting is Setting.PAGE or model.hold is Hold.TABLE:
            count = 2
        for _ in range(count):
            for _ in range(8):
                copy = self._copy(model)
                if self._fits(copy):
                    self.scene.placements.append(copy)
                    break

    def _copy(self, model: Placement) -> Placement:
        """Return the same thing again, elsewhere and smaller."""
        scene, rolls = self.scene, self.rolls
        x = scene.width * rolls.uniform(0.04, 0.96)
        mirrored = faces_left(model.thing) and rolls.random() < 0.4
        if model.hold in (Hold.AIR, Hold.FREE):
            share = rolls.uniform(0.2, 0.42)
            middle = scene.height * rolls.uniform(0.12, 0.66 if model.hold is Hold.AIR else 0.8)
            depth = 0.35 + share
            return replace(model, x=x, foot=middle, width=model.width * share, height=model.height * share,
                           depth=depth, mirrored=mirrored, lead=False, copy=True)
        if model.hold is Hold.TABLE:
            share = rolls.uniform(0.66, 0.82)
            return replace(model, x=x, foot=model.foot - scene.unit * 0.03, width=model.width * share,
                           height=model.height * share, lead=False, copy=True)
        depth = max(0.02, model.depth * rolls.uniform(0.05, 0.85))
        share = (0.12 + 0.6 * depth / max(model.depth, 0.1)) * rolls.uniform(0.85, 1.1)
        foot, depth = self._floor(model.hold, depth, model.height)
        return replace(model, x=x, foot=foot, width=model.width * share, height=model.height * share,
                       depth=depth, mirrored=mirrored, lead=False, copy=True)

    def _fits(self, copy: Placement) -> bool:
        left, top, right, bottom = copy.box
        if left < 0 or right > self.scene.width or top < 0 or (copy.hold is not Hold.GROUND and bottom > self.scene.height):
            return False
        return all(overlap(copy, other, 0.0) < (0.3 if other.copy and copy.hold is Hold.GROUND else 0.02)
                   for other in self.scene.placements)


def overlap(one: Placement, other: Placement, padding: float) -> float:
    """Shared area of two boxes as a share of the smaller; `padding` widens both, as a share of their size."""
    boxes = []
    for item in (one, other):
        left, top, right, bottom = item.box
        dx, dy = item.width * padding, item.height * padding
        boxes.append((left - dx, top - dy, right + dx, bottom + dy))
    (l1, t1, r1, b1), (l2, t2, r2, b2) = boxes
    area = max(0.0, min(r1, r2) - max(l1, l2)) * max(0.0, min(b1, b2) - max(t1, t2))
    return area / max(1.0, min((r1 - l1) * (b1 - t1), (r2 - l2) * (b2 - t2)))
