from __future__ import annotations

import pytest

from include.contract.look import Light
from include.runtime.illustrator.cast import habit_of
from include.runtime.illustrator.holding import hold_of
from include.runtime.illustrator.pictograms import bare
from include.runtime.illustrator.places import Hold
from include.runtime.illustrator.planning import Participant, PicturePlan, Source
from include.runtime.illustrator.settings import Angle, Distance, Perch, Setting


def held(setting: Setting, *things: str, sitter: str | None = None) -> list[Hold]:
    """What each of `things` is held by when they are all there is."""
    roles = tuple(Participant(thing, habit_of(thing), plural=False) for thing in things)
    perch = Perch.WALL if sitter else None
    plan = PicturePlan(
        setting, None, Light.DAY, None, Source.PROMPT, roles, Distance.WIDE, Angle.EYE, perch=perch, sitter=sitter
    )
    return [hold_of(role, plan) for role in roles]


@pytest.mark.parametrize(
    ("setting", "thing", "hold"),
    [
        (Setting.MEADOW, "🐄", Hold.GROUND),
        (Setting.MEADOW, "🐝", Hold.AIR),
        (Setting.MEADOW, "🐻", Hold.COVER),
        (Setting.MEADOW, "🍞", Hold.TABLE),
        (Setting.SEA, "⛵", Hold.WATER),
        (Setting.MEADOW, "⛵", Hold.GROUND),
        (Setting.SEA, "🐬", Hold.WATER),
        (Setting.BEACH, "🦀", Hold.GROUND),
        (Setting.UNDERWATER, "🐠", Hold.FREE),
        (Setting.UNDERWATER, "🦀", Hold.GROUND),
        (Setting.UNDERWATER, "🏰", Hold.GROUND),
        (Setting.SPACE, "🚀", Hold.FREE),
        (Setting.SPACE, "🧑‍🚀", Hold.COVER),
        (Setting.PAGE, "🐻", Hold.FREE),
        (Setting.PAGE, "🐄", Hold.FREE),
        (Setting.ROOM, "🖼️", Hold.AIR),
        (Setting.STREET, "💡", Hold.GROUND),
    ],
)
def test_a_thing_alone_is_held_as_its_habit_and_place_say(setting: Setting, thing: str, hold: Hold) -> None:
    assert held(setting, bare(thing)) == [hold]


def test_who_sits_on_a_perch_is_held_by_it_and_by_nothing_else() -> None:
    assert held(Setting.MEADOW, "🐦", "🐝", sitter="🐦") == [Hold.SEAT, Hold.AIR]


def test_who_walks_in_a_room_stands_on_its_floor_or_behind_the_table_of_small_things() -> None:
    assert held(Setting.ROOM, "🐈") == [Hold.GROUND]
    assert held(Setting.ROOM, "🐈", "🍞") == [Hold.COVER, Hold.TABLE]
    assert held(Setting.KITCHEN, "🍞", "🧑‍🍳") == [Hold.TABLE, Hold.COVER]


def test_beside_a_cow_nobody_sets_a_table_outdoors() -> None:
    assert held(Setting.MEADOW, "🐄", "🍞") == [Hold.GROUND, Hold.GROUND]
    assert held(Setting.MEADOW, "🌻", "🍞") == [Hold.GROUND, Hold.TABLE]
