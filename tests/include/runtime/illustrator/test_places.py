from __future__ import annotations

import pytest

from include.runtime.illustrator.places import Composition, Hold, ThingPlacement, clash, overlap


def thing(x: float, *, hold: Hold = Hold.GROUND, size: float = 10, foot: float = 20) -> ThingPlacement:
    return ThingPlacement("🐄", hold, x, foot, size, size, 1.0)


def test_a_thing_s_box_stands_on_its_foot() -> None:
    assert ThingPlacement("🐄", Hold.GROUND, 50, 80, 20, 30, 1.0).box == (40, 50, 60, 80)


@pytest.mark.parametrize(("apart", "share"), [(0, 1), (5, 0.5), (10, 0), (30, 0)])
def test_an_overlap_is_the_shared_part_of_the_smaller(apart: float, share: float) -> None:
    assert overlap(thing(50), thing(50 + apart), 0) == pytest.approx(share)


def test_a_small_thing_before_a_large_one_is_all_over_it_and_padding_brings_neighbours_together() -> None:
    large = thing(50, size=40, foot=40)
    assert overlap(thing(50), large, 0) == overlap(large, thing(50), 0) == 1
    assert overlap(thing(50), thing(60.5), 0) == 0
    assert overlap(thing(50), thing(60.5), 0.1) > 0


def test_what_lies_on_a_table_may_stand_a_little_before_who_sits_behind_it() -> None:
    cup, cook, near, over = (
        thing(50, hold=Hold.TABLE),
        thing(50, hold=Hold.COVER),
        thing(57, hold=Hold.COVER),
        thing(52, hold=Hold.COVER),
    )
    assert clash(cup, near) == clash(near, cup) == pytest.approx(0.3 * overlap(cup, near, 0.06))
    assert clash(cup, over) == overlap(cup, over, 0.06)
    assert clash(cup, cook) == pytest.approx(1)
    assert clash(thing(50), thing(57)) == overlap(thing(50), thing(57), 0.06)


def test_the_nearer_the_camera_the_farther_the_skyline_from_what_stays() -> None:
    assert Composition(160, 90, 50, pivot=(80, 60)).skyline == 50
    assert Composition(160, 90, 50, zoom=1.5, pivot=(80, 60)).skyline == 45
    assert Composition(90, 160, 50).unit == 90


def test_what_stands_near_stands_low_and_a_cover_s_title_is_left_free() -> None:
    for hold in (Hold.GROUND, Hold.WATER):
        feet = [Composition(160, 90, 50).floor(hold, depth, 10)[0] for depth in (0, 0.5, 1)]
        assert 50 < feet[0] < feet[1] < feet[2] < 90
        assert Composition(90, 90, 50).floor(hold, 1.0, 10) == (72, 1.0)


def test_a_shore_parts_what_swims_from_what_stands() -> None:
    beach = Composition(160, 90, 50, shore=70)
    for depth in (0, 0.5, 1):
        assert 50 < beach.floor(Hold.WATER, depth, 10)[0] < 70 < beach.floor(Hold.GROUND, depth, 10)[0] < 90


def test_a_table_carries_what_lies_on_it_and_hides_who_is_behind_it() -> None:
    kitchen = Composition(160, 90, 50, table=60)
    assert 60 < kitchen.floor(Hold.TABLE, 0, 10)[0] < kitchen.floor(Hold.TABLE, 1, 10)[0] < 90
    behind, depth = kitchen.floor(Hold.COVER, 0.5, 40)
    assert 60 < behind < 70
    assert depth < 1
    assert kitchen.floor(Hold.AIR, 0.5, 10) == (90, 1.0)
