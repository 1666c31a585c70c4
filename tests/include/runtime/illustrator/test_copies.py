from __future__ import annotations

import random

import pytest

from include.runtime.illustrator.cast import habit_of
from include.runtime.illustrator.copies import Copies
from include.runtime.illustrator.places import Composition, Hold, Spot, ThingPlacement, overlap
from include.runtime.illustrator.planning import Participant
from include.runtime.illustrator.settings import Setting

RIVER: tuple[Spot, ...] = ((200.0, 250.0, 20.0), (320.0, 300.0, 60.0), (500.0, 260.0, 30.0))


def copied(
    thing: str,
    hold: Hold,
    seed: int,
    *,
    setting: Setting = Setting.MEADOW,
    kinds: tuple[str, ...] = (),
    cameo: bool = False,
    river: tuple[Spot, ...] = (),
    size: float = 90,
) -> tuple[ThingPlacement, list[ThingPlacement]]:
    """A thing of which there are several, and its copies."""
    one = ThingPlacement(thing, hold, 320, 280, size, size, 0.8, lead=True)
    scene = Composition(640, 360, 190, table=270, pivot=(320, 190), placements=[one])
    role = Participant(thing, habit_of(thing), True, cameo, kinds)
    Copies(scene, setting, lambda each: 1.0, random.Random(seed), river).place(role)
    first, *copies = scene.placements
    assert first is one
    return one, copies


@pytest.mark.parametrize(("thing", "most"), [("🐝", 4), ("🌳", 11), ("🐄", 2)])
def test_there_are_as_many_as_its_habit_has_all_smaller_and_in_the_frame(thing: str, most: int) -> None:
    hold = Hold.AIR if thing == "🐝" else Hold.GROUND
    counts = []
    for seed in range(12):
        one, copies = copied(thing, hold, seed)
        counts.append(len(copies))
        for each in copies:
            assert each.copy
            assert not each.lead
            assert each.height < one.height
            assert 0 <= each.box[0] < each.box[2] <= 640
    assert 0 < max(counts) <= most


def test_a_copy_is_over_nothing_though_a_wood_is_dense() -> None:
    for seed in range(12):
        one, trees = copied("🌳", Hold.GROUND, seed)
        _, cows = copied("🐄", Hold.GROUND, seed)
        assert all(overlap(each, other, 0) < 0.3 for each in trees for other in (one, *trees) if each is not other)
        assert all(overlap(each, other, 0) < 0.02 for each in cows for other in (one, *cows) if each is not other)


def test_a_copy_may_be_of_any_of_its_kinds() -> None:
    found = {each.thing for seed in range(12) for each in copied("🐝", Hold.AIR, seed, kinds=("🐝", "🦋"))[1]}
    assert found == {"🐝", "🦋"}


def test_a_table_and_a_page_have_room_for_two() -> None:
    for seed in range(12):
        assert len(copied("🌻", Hold.TABLE, seed, size=40)[1]) <= 2
        assert len(copied("🌳", Hold.GROUND, seed, setting=Setting.PAGE)[1]) <= 2


@pytest.mark.parametrize("hold", [Hold.COVER, Hold.SEAT])
def test_who_sits_or_is_half_hidden_stays_one(hold: Hold) -> None:
    assert copied("🐿", hold, 1)[1] == []
    assert copied("🐄", Hold.GROUND, 1, cameo=True)[1] == []


def test_boats_lie_on_their_river_and_are_no_wider() -> None:
    widths = {(x, y): 2 * half for x, y, half in RIVER}
    boats = [each for seed in range(12) for each in copied("🛶", Hold.WATER, seed, river=RIVER, size=40)[1]]
    assert boats
    assert all(each.width <= widths[each.x, each.foot] for each in boats)
