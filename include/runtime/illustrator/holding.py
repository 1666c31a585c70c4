"""What holds each thing in a shot: ground, air, water, a table, or something to hide behind."""

from __future__ import annotations

from include.runtime.illustrator.cast import Habit
from include.runtime.illustrator.places import Hold
from include.runtime.illustrator.planning import Participant, PicturePlan
from include.runtime.illustrator.settings import Setting

_CRAWLERS = frozenset("🦀🦞🐚🪸🦪⚓🦐")


def hold_of(role: Participant, plan: PicturePlan) -> Hold:
    """Return what holds `role`."""
    setting, habit = plan.setting, role.habit
    if role.thing == plan.sitter:
        return Hold.SEAT
    if setting is Setting.PAGE:
        return Hold.FREE
    if setting is Setting.SPACE:
        return Hold.COVER if habit is Habit.PEEKS else Hold.FREE
    if setting.submerged:
        return (
            Hold.FREE
            if habit in (Habit.SWIMS, Habit.FLOATS, Habit.FLIES, Habit.ORBITS) and role.thing not in _CRAWLERS
            else Hold.GROUND
        )
    if habit is Habit.PEEKS:
        return Hold.COVER
    if habit in (Habit.FLIES, Habit.HANGS, Habit.ORBITS, Habit.BLOSSOMS):
        return Hold.AIR
    if setting.has_water and habit in (Habit.FLOATS, Habit.SWIMS) and role.thing not in _CRAWLERS:
        return Hold.WATER
    return _standing(plan, habit)


def _standing(plan: PicturePlan, habit: Habit) -> Hold:
    """What holds a standing thing: indoors a table, if there are things to put on one."""
    small = [role.habit in (Habit.LIES, Habit.THINKS) for role in plan.roles]
    if plan.setting.indoors:
        if any(small) or not any(role.habit is Habit.WALKS for role in plan.roles):
            return Hold.COVER if habit is Habit.WALKS else Hold.TABLE
        return Hold.GROUND
    if any(role.habit in (Habit.WALKS, Habit.BUILDS, Habit.ROLLS) for role in plan.roles):
        return Hold.GROUND
    return Hold.TABLE if habit is Habit.LIES or (all(small) and plan.setting is not Setting.STREET) else Hold.GROUND
