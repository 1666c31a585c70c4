from __future__ import annotations

import random

import pytest

from include.contract.look import Light
from include.runtime.illustrator.cast import habit_of
from include.runtime.illustrator.holding import hold_of
from include.runtime.illustrator.layout import Layout
from include.runtime.illustrator.places import Composition, Hold, Spot, ThingPlacement
from include.runtime.illustrator.planning import Participant, PicturePlan, Source
from include.runtime.illustrator.settings import Angle, Distance, Perch, Setting

FRAMES = ((640, 360), (360, 640), (360, 360))
WIDE = FRAMES[0]


def role(thing: str, *, plural: bool = False, cameo: bool = False, kinds: tuple[str, ...] = ()) -> Participant:
    return Participant(thing, habit_of(thing), plural, cameo, kinds)


def laid(
    *roles: Participant,
    setting: Setting = Setting.MEADOW,
    frame: tuple[int, int] = WIDE,
    seed: int = 1,
    distance: Distance = Distance.WIDE,
    perch: Perch | None = None,
    sitter: str | None = None,
    side: int = 1,
    shore: float | None = None,
    river: tuple[Spot, ...] = (),
) -> Composition:
    width, height = frame
    scene = Composition(width, height, height * 0.54, shore=shore, pivot=(width / 2, height * 0.54))
    plan = PicturePlan(
        setting, None, Light.DAY, None, Source.PROMPT, roles, distance, Angle.EYE, perch=perch, sitter=sitter
    )
    holds = {one.thing: hold_of(one, plan) for one in roles}
    if Hold.TABLE in holds.values():
        scene.table = height * 0.74
    Layout(scene, plan, lambda thing: 1.1, holds, side, random.Random(seed), river).run()
    return scene


def named(scene: Composition, thing: str) -> ThingPlacement:
    return next(one for one in scene.placements if one.thing == thing and not one.copy)


@pytest.mark.parametrize("frame", FRAMES)
@pytest.mark.parametrize("side", [-1, 1])
def test_the_first_thing_leads_at_its_side_and_the_second_stands_smaller_at_the_other(
    frame: tuple[int, int], side: int
) -> None:
    for seed in range(4):
        scene = laid(role("🐄"), role("🐎"), frame=frame, side=side, seed=seed)
        cow, horse = named(scene, "🐄"), named(scene, "🐎")
        assert cow.lead
        assert not horse.lead
        assert cow.height > horse.height
        assert (cow.x - horse.x) * side < 0


@pytest.mark.parametrize("frame", FRAMES)
def test_the_closer_the_camera_the_larger_the_lead_though_never_out_of_the_frame(frame: tuple[int, int]) -> None:
    sizes = [named(laid(role("🐄"), frame=frame, distance=one), "🐄").height for one in Distance]
    assert sizes == sorted(sizes)
    assert sizes[0] < sizes[-1] <= 0.72 * frame[1]


def test_what_stands_on_the_ground_has_its_feet_below_the_horizon_and_what_flies_is_drawn_last() -> None:
    scene = laid(role("🐝"), role("🐄"), role("🏠"))
    assert all(one.foot > scene.horizon for one in scene.placements if one.hold is Hold.GROUND)
    assert scene.placements[-1].thing == "🐝"
    grounded = [one.depth for one in scene.placements if one.hold is Hold.GROUND]
    assert grounded == sorted(grounded)


@pytest.mark.parametrize("side", [-1, 1])
def test_a_bird_flies_at_the_head_of_its_tree_and_looks_at_it(side: int) -> None:
    scene = laid(role("🐦"), role("🌳"), side=side)
    bird, tree = named(scene, "🐦"), named(scene, "🌳")
    assert bird.lead
    assert tree.lead
    assert (bird.x - tree.x) * side > 0
    assert bird.foot < tree.foot - tree.height * 0.3
    assert bird.mirrored == (side < 0)


@pytest.mark.parametrize("perch", list(Perch))
def test_a_sitter_sits_on_its_perch_with_room_over_it(perch: Perch) -> None:
    scene = laid(role("🐿"), perch=perch, sitter="🐿", distance=Distance.CLOSE)
    sitter = named(scene, "🐿")
    assert scene.seat is not None
    assert (scene.seat.perch, scene.seat.x, scene.seat.taken) == (perch, sitter.x, True)
    assert 0 < sitter.foot - scene.seat.y < 0.13 * sitter.height
    assert sitter.box[1] > 0.1 * scene.height


def test_a_perch_for_nobody_waits_beside_the_middle_below_the_skyline() -> None:
    scene = laid(role("🐄"), perch=Perch.FENCE)
    assert scene.seat is not None
    assert not scene.seat.taken
    assert scene.seat.x == pytest.approx(0.72 * scene.width)
    assert scene.skyline < scene.seat.y < scene.height


def test_a_plural_is_drawn_more_than_once_smaller_and_of_any_of_its_kinds() -> None:
    for seed in range(6):
        alone, many = laid(role("🐝"), seed=seed), laid(role("🐝", plural=True, kinds=("🐝", "🦋")), seed=seed)
        assert [one.copy for one in alone.placements] == [False]
        copies = [one for one in many.placements if one.copy]
        assert copies
        assert {one.thing for one in copies} <= {"🐝", "🦋"}
        assert all(one.height < named(many, "🐝").height and not one.lead for one in copies)
        assert all(one.box[0] >= 0 and one.box[2] <= many.width for one in copies)


def test_one_cook_in_the_plural_stays_one() -> None:
    scene = laid(role("🧑‍🍳", plural=True), role("🍞"), setting=Setting.KITCHEN)
    assert not any(one.copy for one in scene.placements if one.thing == "🧑‍🍳")


def test_what_floats_on_a_river_lies_in_it_and_is_no_wider() -> None:
    river = ((200.0, 250.0, 20.0), (320.0, 300.0, 60.0))
    scene = laid(role("🛶", plural=True), setting=Setting.RIVER, river=river, shore=320)
    assert scene.placements
    for one in scene.placements:
        halves = {(x, y): half for x, y, half in river}
        assert one.width <= 2 * halves[one.x, one.foot]


def test_at_a_shore_ships_are_on_the_water_and_cows_on_land() -> None:
    scene = laid(role("⛵"), role("🐄"), setting=Setting.LAKE, shore=290)
    assert named(scene, "⛵").foot < 290 < named(scene, "🐄").foot


def test_the_film_s_hero_in_a_scene_about_something_else_is_small() -> None:
    scene = laid(role("🏠"), role("🐄", cameo=True))
    assert named(scene, "🐄").height < 0.21 * scene.unit


def test_a_shot_is_laid_out_by_its_seed_alone() -> None:
    roles = (role("🌻", plural=True), role("🐄"), role("🐎"))
    assert laid(*roles, seed=5).placements == laid(*roles, seed=5).placements
    assert laid(*roles, seed=5).placements != laid(*roles, seed=6).placements
