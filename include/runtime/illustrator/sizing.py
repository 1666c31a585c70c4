"""How large things are drawn: in proportion as in the world, but with smaller differences, and small if far away."""

from __future__ import annotations

from include.runtime.illustrator.cast import Habit, is_at_work, is_furniture, metres_of
from include.runtime.illustrator.planning import Participant, PicturePlan
from include.runtime.illustrator.settings import Angle, Setting

_SUPPORT_SHARES = (1.0, 0.66, 0.5, 0.42)
_AT_WORK = 0.85
_TALL_SHARE = 0.8
"""The least share of the lead's size that something taller has, whatever its rank."""
_SIZE_POWER = 0.35
"""How much of the difference between real sizes shows: all of it would reduce one thing to a dot beside another."""
_ROOM_POWER = 0.16
"""How much a lead shrinks to leave room for something larger."""
_SHARES = (0.2, 2.2)
"""Smallest and largest size of another thing, as shares of the lead's."""
_ASIDE_INDOORS = 0.55
"""Size of what flies about in a room, relative to a thing on its table."""
_EYE_METRES = {Angle.LOW: 1.0, Angle.EYE: 1.6, Angle.HIGH: 2.6, Angle.ABOVE: 6.0}
"""Height of the eye above the ground, which is the horizon's, so that sizes on the ground follow from it."""
_CAMEO_GROWTH = 1.6
"""How much larger than true to scale a cameo is drawn, so that it can be seen."""
_CAMEO_SIZES = (0.035, 0.2)
"""Least and most height of a cameo on the ground or the water, as shares of the picture's shorter side."""
_FLYING_CAMEO, _FLYING_CAMEO_SIZES, _FLYING_POWER = 0.1, (0.065, 0.14), 0.15
"""The same in the air: the height of a thing of half a metre, the least and most, and how real size counts."""


def share_of(role: Participant, rank: int, plan: PicturePlan) -> float:
    """Size of a thing other than a cameo, relative to a lead alone; people at work and furniture stay large."""
    share = _SUPPORT_SHARES[min(rank, 3)]
    if plan.setting.indoors and rank and role.habit is Habit.FLIES:
        return share * _ASIDE_INDOORS
    if is_at_work(role.thing) or is_furniture(role.thing):
        return max(share, _AT_WORK)
    if plan.setting.indoors or plan.setting in (Setting.PAGE, Setting.SPACE):
        return share
    sizes = [metres_of(one.thing) for one in plan.roles if not one.cameo]
    lead = sizes[0] if rank else metres_of(role.thing)
    real: float = (metres_of(role.thing) / lead) ** _SIZE_POWER
    share = max(share, _TALL_SHARE) if real > 1.0 else share
    room: float = (lead / max(sizes)) ** _ROOM_POWER
    return min(1.0, room) * _within(share * real, _SHARES)


def cameo_in_the_air(thing: str) -> float:
    """Height of a cameo, as a share of the picture's shorter side."""
    return _within(_FLYING_CAMEO * (metres_of(thing) / 0.5) ** _FLYING_POWER, _FLYING_CAMEO_SIZES)


def cameo_on_the_ground(thing: str, below_horizon: float, angle: Angle) -> float:
    """The same for one on the ground: at its foot, `below_horizon` (the same measure) is as tall as the eye is high."""
    return _within(_CAMEO_GROWTH * below_horizon * metres_of(thing) / _EYE_METRES[angle], _CAMEO_SIZES)


def _within(value: float, limits: tuple[float, float]) -> float:
    least, most = limits
    return max(least, min(most, value))
