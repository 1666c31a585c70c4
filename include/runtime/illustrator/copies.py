"""Copies of things named in the plural, and of plants: smaller, elsewhere, and covering nothing."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

from include.runtime.illustrator.cast import Habit, faces_left
from include.runtime.illustrator.pinning import Ratio
from include.runtime.illustrator.places import RIVER_SHARE, Composition, Hold, Spot, ThingPlacement, overlap
from include.runtime.illustrator.planning import Participant
from include.runtime.illustrator.settings import Setting


@dataclass(frozen=True)
class Copies:
    """Places copies in a shot whose other things are already placed."""

    scene: Composition
    setting: Setting
    ratio: Ratio
    rolls: random.Random
    river: tuple[Spot, ...]

    def place(self, role: Participant) -> None:
        """Place as many copies as there is room for, up to its habit's limit; a copy may be of another kind."""
        model = next((one for one in self.scene.placements if one.thing == role.thing), None)
        if model is None or role.cameo or model.hold in (Hold.COVER, Hold.SEAT):
            return
        count = {Habit.GROWS: 11, Habit.FLIES: 4, Habit.SWIMS: 4, Habit.BLOSSOMS: 6}.get(role.habit, 2)
        if self.setting is Setting.PAGE or model.hold is Hold.TABLE:
            count = 2
        for _ in range(max(1, count - self.rolls.randrange(3))):
            for _ in range(8):
                copy = self._copy(model, role.kinds)
                if self._fits(copy, crowded=role.habit is Habit.GROWS):
                    self.scene.placements.append(copy)
                    break

    def _copy(self, model: ThingPlacement, kinds: tuple[str, ...]) -> ThingPlacement:
        """Return the same thing again, or one of its `kinds`, elsewhere and smaller."""
        scene, rolls = self.scene, self.rolls
        kind = rolls.choice(kinds or (model.thing,))
        model = replace(model, thing=kind, width=model.height * self.ratio(kind))
        x = scene.width * rolls.uniform(0.04, 0.96)
        mirrored = faces_left(model.thing) and rolls.random() < 0.4
        if model.hold in (Hold.AIR, Hold.FREE):
            share = rolls.uniform(0.2, 0.42)
            foot = scene.height * rolls.uniform(0.12, 0.66 if model.hold is Hold.AIR else 0.8)
            depth = 0.35 + share
        elif model.hold is Hold.TABLE:
            share = rolls.uniform(0.66, 0.82)
            foot, depth, mirrored = model.foot - scene.unit * 0.03, model.depth, model.mirrored
        elif model.hold is Hold.WATER and self.river:
            x, foot, half = rolls.choice(self.river)
            share = min(rolls.uniform(0.5, 0.8), 2 * half * RIVER_SHARE / model.width)
            depth = (foot - scene.skyline) / (scene.height - scene.skyline)
        else:
            depth = max(0.02, model.depth * rolls.uniform(0.05, 0.85))
            share = (0.12 + 0.6 * depth / max(model.depth, 0.1)) * rolls.uniform(0.85, 1.1)
            foot, depth = scene.floor(model.hold, depth, model.height)
        return replace(
            model,
            x=x,
            foot=foot,
            width=model.width * share,
            height=model.height * share,
            depth=depth,
            mirrored=mirrored,
            lead=False,
            copy=True,
        )

    def _fits(self, copy: ThingPlacement, *, crowded: bool) -> bool:
        left, top, right, bottom = copy.box
        if (
            left < 0
            or right > self.scene.width
            or top < 0
            or (copy.hold is not Hold.GROUND and bottom > self.scene.height)
        ):
            return False
        return all(
            overlap(copy, other, 0.0) < (0.3 if crowded and other.thing == copy.thing else 0.02)
            for other in self.scene.placements
        )
