from __future__ import annotations

import pytest

from include.runtime.illustrator.scenery.ground import (
    FARTHEST,
    Plane,
    aside,
    distance_at,
    meander,
    ribbon,
    share_at,
)

PLANE = Plane(640, 360, 200)


def test_what_is_farther_lies_nearer_to_the_horizon_and_to_where_ways_end() -> None:
    assert PLANE.point(0, 1) == (320, 360)
    assert PLANE.point(1, 1) == (640, 360)
    assert PLANE.point(1, 2) == (480, 280)
    assert PLANE.point(1, 1e6) == (320, 200)
    assert Plane(640, 360, 200, vanishing=0.25).point(0, 3)[0] == 160


def test_a_way_starts_where_it_is_told_and_ends_far_away() -> None:
    assert distance_at(0, 1.5) == pytest.approx(1.5)
    assert distance_at(1, 1.5) == pytest.approx(FARTHEST)


@pytest.mark.parametrize("away", [0.8, 1.0, 7.0, FARTHEST])
def test_a_share_of_a_way_is_told_by_how_far_away_it_is(away: float) -> None:
    assert distance_at(share_at(away, 0.8), 0.8) == pytest.approx(away)


def test_a_straight_way_is_a_ribbon_that_narrows() -> None:
    outline = ribbon(PLANE, lambda share: 0.0, 0.5)
    left, right = outline[: len(outline) // 2], outline[len(outline) // 2 :][::-1]
    widths = [ends[0] - starts[0] for starts, ends in zip(left, right, strict=True)]
    assert widths == sorted(widths, reverse=True)
    assert widths[0] == pytest.approx(320)


@pytest.mark.parametrize("side", [-1, 1])
def test_a_river_leaves_the_picture_at_its_side(side: int) -> None:
    course = meander(side, 0.0, 1.5, 0.5, leaves_at=3.4)
    assert course(0) * side > 2
    assert abs(course(1)) < FARTHEST


def test_a_way_beside_another_keeps_its_distance() -> None:
    course = meander(1, 0.0, 1.5, 0.5, leaves_at=3.4)
    assert aside(course, 0.25)(0.4) - course(0.4) == pytest.approx(0.25)
