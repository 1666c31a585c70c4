from __future__ import annotations

import pytest

from include.runtime.illustrator.cast import (
    Habit,
    alike,
    company_in,
    faces_left,
    glows,
    habit_of,
    home_of,
    is_at_work,
    is_furniture,
    is_head,
    is_stemless,
    kinds_of,
    metres_of,
    visits,
)
from include.runtime.illustrator.data import load_table
from include.runtime.illustrator.pictograms import Pictograms, bare
from include.runtime.illustrator.settings import Setting


@pytest.mark.parametrize(
    ("thing", "habit", "home"),
    [
        ("🐝", Habit.FLIES, Setting.MEADOW),
        ("🐟", Habit.SWIMS, Setting.UNDERWATER),
        ("🚀", Habit.ORBITS, Setting.SPACE),
        ("🚗", Habit.ROLLS, Setting.ROAD),
        ("🚂", Habit.ROLLS, Setting.RAILWAY),
        ("💡", Habit.THINKS, Setting.PAGE),
    ],
)
def test_a_thing_behaves_and_is_at_home_as_its_kind_unless_the_table_says_where(
    thing: str, habit: Habit, home: Setting
) -> None:
    assert habit_of(thing) is habit
    assert home_of(thing) is home


def test_what_stands_nowhere_is_a_small_thing_for_a_table() -> None:
    unlisted = "\U0001f9ff"
    assert habit_of(unlisted) is Habit.LIES
    assert home_of(unlisted) is Setting.ROOM
    assert metres_of(unlisted) == 0.2


def test_sizes_are_the_table_s_and_else_those_of_the_habit() -> None:
    assert metres_of("🐝") < metres_of("🐇") < metres_of("🐘") < metres_of("balloon")
    assert metres_of("🧑‍🍳") == 1.6


@pytest.mark.parametrize("setting", list(Setting))
def test_every_place_has_company_that_can_be_drawn(setting: Setting, pictograms: Pictograms) -> None:
    company = company_in(setting)
    assert len(company) >= 2
    assert all(pictograms.has(thing) for thing in company)


@pytest.mark.parametrize("table", ["heads", "stemless", "glows", "furniture", "faces_left"])
def test_all_that_the_table_groups_can_be_drawn(table: str, pictograms: Pictograms) -> None:
    unknown = [thing for thing in load_table("things.yaml")[table].split() if not pictograms.has(bare(thing))]
    assert not unknown


def test_a_bee_is_drawn_at_a_flower_and_no_flower_at_a_bee() -> None:
    assert visits("🐝", "🌻")
    assert not visits("🌻", "🐝")
    assert not visits("🐄", "🌻")


def test_pictograms_of_one_thing_are_alike_both_ways() -> None:
    assert alike("🐈", "🐱")
    assert alike("🐱", "🐈")
    assert alike("🍞", "🍞")
    assert not alike("🐈", "🐕")


def test_a_cook_is_at_work_and_neither_a_head_nor_a_stove_is() -> None:
    assert is_at_work("🧑‍🍳")
    assert is_head("🐻")
    assert not is_at_work("🐻")
    assert is_furniture("stove")
    assert not is_at_work("stove")


def test_a_flower_that_names_no_kind_may_be_any_and_a_rose_is_a_rose() -> None:
    assert kinds_of("🌼")[0] == "🌼"
    assert "🌷" in kinds_of("🌼")
    assert kinds_of("🌹") == ("🌹",)


def test_looks_of_pictograms() -> None:
    assert faces_left("🐝")
    assert not faces_left("🌻")
    assert is_stemless("🌸")
    assert not is_stemless("🌻")
    assert glows("🔥")
    assert not glows("🐝")
