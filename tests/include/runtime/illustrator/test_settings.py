from __future__ import annotations

import pytest

from include.runtime.illustrator.settings import SHORES, Landmark, Setting


def test_a_place_is_indoors_or_under_water_or_grassy_or_none_of_them() -> None:
    for setting in Setting:
        assert sum((setting.indoors, setting.submerged, setting.grassy)) <= 1, setting
        assert not (setting.indoors and (setting.has_water or setting.overlooked)), setting
        assert not (setting.submerged and setting.has_water), setting


def test_where_there_is_a_shore_ships_may_float() -> None:
    assert all(setting.has_water for setting in SHORES)
    assert all(0 < share < 1 for share in SHORES.values())
    assert Setting.SEA.has_water
    assert not Setting.MEADOW.has_water


@pytest.mark.parametrize("landmark", list(Landmark))
def test_a_landmark_is_drawn_where_it_is_at_home_and_in_no_room(landmark: Landmark) -> None:
    assert landmark.stands_in(landmark.home)
    assert not any(landmark.stands_in(setting) for setting in Setting if setting.indoors or setting.submerged)
    assert not landmark.stands_in(Setting.PAGE)


def test_what_stands_in_the_sea_stands_at_no_dry_place() -> None:
    for landmark in (Landmark.ISLAND, Landmark.LIGHTHOUSE):
        assert all(setting.has_water for setting in Setting if landmark.stands_in(setting))
    assert Landmark.PYRAMIDS.stands_in(Setting.DESERT)
    assert not Landmark.LIGHTHOUSE.stands_in(Setting.DESERT)
