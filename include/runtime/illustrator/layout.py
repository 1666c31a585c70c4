"""Gives every thing its place: thirds, contrast of sizes, things in relation, nothing over one another."""

from __future__ import annotations

import random
from typing import NamedTuple

from include.runtime.illustrator.cast import Habit, faces_left, is_head, is_stemless, visits
from include.runtime.illustrator.copies import Copies
from include.runtime.illustrator.pairing import Pair
from include.runtime.illustrator.pinning import Ratio, pinned
from include.runtime.illustrator.places import (
    RIVER_SHARE,
    STEM_SHARE,
    Composition,
    Hold,
    Seat,
    Spot,
    ThingPlacement,
    clash,
)
from include.runtime.illustrator.planning import Participant, PicturePlan
from include.runtime.illustrator.settings import Distance, Perch, Setting
from include.runtime.illustrator.sizing import cameo_in_the_air, cameo_on_the_ground, share_of

_LEAD_SIZE = {Distance.WIDE: 0.34, Distance.MEDIUM: 0.47, Distance.CLOSE: 0.64}
_HABIT_SIZES = {
    Habit.BUILDS: 1.25,
    Habit.GROWS: 1.12,
    Habit.LIES: 1.0,
    Habit.BLOSSOMS: 0.8,
    Habit.PEEKS: 1.1,
    Habit.FLOATS: 1.1,
}
_STANDING_BEHIND = 1.5
"""How much larger people are drawn who stand behind a table, seen from the hips up."""
_STANDING_SUNK = 0.3
_HOST_SIZES = {Distance.WIDE: 1.1, Distance.MEDIUM: 1.05, Distance.CLOSE: 1.2}
"""How much larger a host is drawn than a lead without a guest."""
_MOST_HOST = 0.74
_HOVERING = (0.0, 0.1, 0.26)
"""How much higher than at its host's head a guest may be, as shares of the host's height."""
_MARGIN = 0.035
_SEATS = {Perch.BRANCH: 0.64, Perch.FENCE: 0.68, Perch.WALL: 0.68, Perch.ROCK: 0.74, Perch.LOG: 0.78}
"""How far down the upper edges of perches are, as shares of the picture's height."""
_EMPTY_SEAT = 0.1
"""How far below the horizon a perch begins on which nobody sits, as a share of the ground's height."""
_SQUARE_LIFT = 0.06
_OVER_A_SITTER = 0.12
"""Free space above a sitter, as a share of the picture's height."""
_FEET_SUNK, _HEAD_SUNK = 0.02, 0.12
"""Share of a sitter that is below the perch's upper edge."""


class Trial(NamedTuple):
    """A place and a size to try for a thing, in pixels."""

    x: float
    level: float
    """How high in the air or how near on the ground, 0 to 1."""
    width: float
    height: float


class Layout:
    """The placing of one shot's things, lead first."""

    def __init__(
        self,
        scene: Composition,
        plan: PicturePlan,
        ratio: Ratio,
        holds: dict[str, Hold],
        side: int,
        rolls: random.Random,
        river: tuple[Spot, ...],
    ) -> None:
        self.scene, self.plan, self.ratio, self.holds, self.side, self.rolls = scene, plan, ratio, holds, side, rolls
        self.river = river

    def run(self) -> None:
        """Place lead, guests at their hosts, the others, then copies of things named in the plural."""
        waiting = list(self.plan.roles)
        if self.plan.setting is Setting.PAGE:
            self.scene.placements += pinned(self.scene, self.plan, self.ratio, self.side, self.rolls)
            return
        pairs = ((a, b) for a in waiting for b in waiting if visits(a.thing, b.thing) and a.thing != self.plan.sitter)
        pair = next(pairs, None)
        if pair is not None:
            self._place_pair(*pair)
            waiting = [role for role in waiting if role not in pair]
        for role in waiting:
            self._place(role, len(self.scene.placements))
        self._set_seat()
        copies = Copies(self.scene, self.plan.setting, self.ratio, self.rolls, self.river)
        for role in self.plan.roles:
            if role.plural or role.habit is Habit.GROWS:
                copies.place(role)
        self.scene.placements.sort(key=lambda one: (one.hold is Hold.AIR, one.depth, one.foot))

    def _set_seat(self) -> None:
        """Put the perch under its sitter, or where it can be seen if nobody sits on it."""
        scene, perch = self.scene, self.plan.perch
        if perch is None:
            return
        sitter = next((one for one in scene.placements if one.hold is Hold.SEAT), None)
        x = sitter.x if sitter else scene.width * (0.5 + 0.22 * self.side)
        level = self._seat_level(perch) if sitter else scene.skyline + (scene.height - scene.skyline) * _EMPTY_SEAT
        scene.seat = Seat(perch, x, level, sitter.height if sitter else scene.unit * 0.25, taken=sitter is not None)

    def _seat_level(self, perch: Perch) -> float:
        """How far down a perch's upper edge is."""
        return self.scene.height * (_SEATS[perch] - (_SQUARE_LIFT if self.scene.width == self.scene.height else 0.0))

    def _size(self, role: Participant, rank: int) -> tuple[float, float]:
        """Width and height before perspective."""
        ratio = self.ratio(role.thing)
        if role.cameo:
            height = self.scene.unit * cameo_in_the_air(role.thing)
            return height * ratio, height
        upright = self.scene.height > self.scene.width
        size = self.scene.unit * _LEAD_SIZE[self.plan.distance] * _HABIT_SIZES.get(role.habit, 1.0)
        size *= (
            (1.45 if upright else 1.0)
            * (0.82 if is_head(role.thing) else 1.0)
            * share_of(role, rank, self.plan)
            * (1.3 if upright and self.holds[role.thing] is Hold.TABLE else 1.0)
        )
        height = size / max(1.0, ratio / 1.25)
        height = min(height, self.scene.width * 0.84 / ratio, self.scene.height * 0.72)
        return height * ratio, height

    def _place_pair(self, guest: Participant, host: Participant) -> None:
        """Place a host on a third, and its guest at its head."""
        _, height = self._size(host, 0)
        height = min(height * _HOST_SIZES[self.plan.distance], self.scene.height * _MOST_HOST)
        share = self.rolls.uniform(0.6, 0.72)
        ratio = self.ratio(host.thing)
        head = ratio * (1 - STEM_SHARE) if is_stemless(host.thing) else ratio
        pair = Pair(head, self.ratio(guest.thing) * share, self.side)
        height = pair.fitted(height, self.scene.width * (1 - 2.4 * _MARGIN))
        hold = self.holds[host.thing]
        foot, depth = self.scene.floor(hold, 0.86, height)
        if hold in (Hold.AIR, Hold.FREE):
            foot = (self.scene.height + height) / 2
        x, guest_x = pair.across(height, self.scene.width, self.scene.unit * _MARGIN)
        first = ThingPlacement(host.thing, hold, x, foot, height * pair.host, height, depth, lead=True)
        size = height * share
        lifted = foot - height * (0.66 + self.rolls.choice(_HOVERING)) + size * 0.38
        guest_foot = max(lifted, size + self.scene.unit * _MARGIN)
        guest_hold = Hold.FREE if hold is Hold.FREE else Hold.AIR
        mirrored = faces_left(guest.thing) and self.side < 0
        second = ThingPlacement(
            guest.thing, guest_hold, guest_x, guest_foot, height * pair.guest, size, 1.0, mirrored, lead=True
        )
        self.scene.placements += [first, second]

    def _place(self, role: Participant, rank: int) -> None:
        width, height = self._size(role, rank)
        hold = self.holds[role.thing]
        best: tuple[float, ThingPlacement] | None = None
        for shrink in (1.0, 0.84, 0.68, 0.54):
            for candidate in self._candidates(role, hold, width * shrink, height * shrink, rank):
                cost = self._cost(candidate, rank) + (1 - shrink) * 1.2
                if best is None or cost < best[0]:
                    best = (cost, candidate)
        if best is not None and (rank == 0 or best[0] < 6.0):
            self.scene.placements.append(best[1])

    def _candidates(
        self, role: Participant, hold: Hold, width: float, height: float, rank: int
    ) -> list[ThingPlacement]:
        scene, found = self.scene, []
        if hold is Hold.WATER and self.river:
            return [self._afloat(role, spot, width, height, rank) for spot in self.river]
        for step in range(13):
            x = scene.width * (0.08 + 0.84 * step / 12) + self.rolls.uniform(-0.01, 0.01) * scene.width
            for level in (0.0, 0.25, 0.5, 0.75, 1.0):
                mirrored = faces_left(role.thing) and x < scene.width * 0.48
                found.append(self._candidate(role, hold, Trial(x, level, width, height), rank, mirrored))
        return found

    def _candidate(self, role: Participant, hold: Hold, trial: Trial, rank: int, mirrored: bool) -> ThingPlacement:
        if hold is Hold.SEAT and self.plan.perch:
            return self._seated(role, self.plan.perch, trial, rank, mirrored)
        if hold in (Hold.AIR, Hold.FREE):
            return self._in_the_air(role, hold, trial, rank, mirrored)
        return self._standing(role, hold, trial, rank, mirrored)

    def _seated(self, role: Participant, perch: Perch, trial: Trial, rank: int, mirrored: bool) -> ThingPlacement:
        seat = self._seat_level(perch)
        room = seat - self.scene.height * _OVER_A_SITTER
        width, height = trial.width * min(1.0, room / trial.height), min(trial.height, room)
        foot = seat + height * (_HEAD_SUNK if is_head(role.thing) else _FEET_SUNK)
        return ThingPlacement(role.thing, Hold.SEAT, trial.x, foot, width, height, 1.0, mirrored, rank == 0)

    def _in_the_air(self, role: Participant, hold: Hold, trial: Trial, rank: int, mirrored: bool) -> ThingPlacement:
        top, low = (0.1, 0.62) if hold is Hold.AIR else (0.16, 0.84)
        if role.habit is Habit.HANGS:
            top, low = 0.08, 0.2
        foot = self.scene.height * (top + (low - top) * trial.level) + trial.height / 2
        return ThingPlacement(role.thing, hold, trial.x, foot, trial.width, trial.height, 1.0, mirrored, rank == 0)

    def _standing(self, role: Participant, hold: Hold, trial: Trial, rank: int, mirrored: bool) -> ThingPlacement:
        """On the ground, in water, on a table or behind a cover: the farther away, the smaller."""
        nearest = 0.8 if rank == 0 else 0.74
        depth = nearest - 0.5 * (1 - trial.level) if rank else nearest - 0.16 * (1 - trial.level)
        depth *= 0.7 if role.habit is Habit.BUILDS else 1.0
        depth *= 0.72 if hold is Hold.WATER else 1.0
        is_behind = hold is Hold.COVER and role.habit is Habit.WALKS
        grown = min(_STANDING_BEHIND, self.scene.height * 0.66 / trial.height) if is_behind else 1.0
        width, height = trial.width * grown, trial.height * grown
        foot, depth = self.scene.floor(hold, depth, height)
        if is_behind:
            foot += height * _STANDING_SUNK
        share = 1.0
        if hold in (Hold.GROUND, Hold.WATER):
            if role.cameo:
                share = self._cameo_height(role, foot) / height
            elif rank:
                share = 0.62 + 0.38 * min(1.0, depth / nearest)
        return ThingPlacement(
            role.thing, hold, trial.x, foot, width * share, height * share, depth, mirrored, rank == 0
        )

    def _afloat(self, role: Participant, spot: Spot, width: float, height: float, rank: int) -> ThingPlacement:
        """A thing on a river, no wider than the river is there."""
        x, foot, half = spot
        share = min(1.0, 2 * half * RIVER_SHARE / width)
        if role.cameo:
            share = min(share, self._cameo_height(role, foot) / height)
        depth = (foot - self.scene.skyline) / (self.scene.height - self.scene.skyline)
        mirrored = faces_left(role.thing) and x < self.scene.width * 0.48
        size = width * share, height * share
        return ThingPlacement(role.thing, Hold.WATER, x, foot, *size, depth, mirrored, rank == 0)

    def _cameo_height(self, role: Participant, foot: float) -> float:
        unit = self.scene.unit
        return unit * cameo_on_the_ground(role.thing, (foot - self.scene.skyline) / unit, self.plan.angle)

    def _cost(self, one: ThingPlacement, rank: int) -> float:
        """How badly a candidate sits: overlaps first, then the frame's edges, then thirds and balance."""
        scene, is_first = self.scene, rank == 0
        upright, is_free = scene.height > scene.width, one.hold in (Hold.AIR, Hold.FREE)
        cost = 80.0 * self._outside(one, is_free) / scene.unit
        cost += 14.0 * sum(clash(one, other) for other in scene.placements)
        cost += abs(one.x / scene.width - self._best_x(rank, upright)) * (1.5 if is_first else 0.8)
        if is_free:
            best_y = 0.42 if is_first else 0.34
            cost += abs((one.foot - one.height / 2) / scene.height - best_y) * (0.35 if upright else 0.9)
        if one.hold is Hold.WATER and self.river and is_first:
            cost += 6.0 * (1 - one.height / scene.height)
        return cost + self.rolls.random() * 0.12

    def _outside(self, one: ThingPlacement, is_free: bool) -> float:
        """How many pixels it reaches into the frame's margins; unless it is free, it may reach below the frame."""
        left, top, right, bottom = one.box
        margin = self.scene.unit * _MARGIN
        outside = max(0.0, margin - left) + max(0.0, right - self.scene.width + margin) + max(0.0, margin - top)
        return outside + (max(0.0, bottom - self.scene.height + margin) if is_free else 0.0)

    def _best_x(self, rank: int, upright: bool) -> float:
        """Share of the width at which it stands best: things alternate right and left of the middle."""
        side = (1 if rank % 2 else -1) * self.side
        if rank >= 2:
            return 0.5 - side * 0.32
        return 0.5 + side * (0.17 if not upright else 0.08 if rank == 0 else 0.16)
