from __future__ import annotations

import pytest

from include.runtime.illustrator.composition import compose
from include.runtime.illustrator.places import Composition, Hold, ThingPlacement, overlap
from include.runtime.illustrator.planning import plan_shot
from include.runtime.illustrator.scenery.ground import RIVER_HALF_WIDTH, river_of, share_at
from include.runtime.illustrator.vocabulary import Vocabulary
from tests.include.runtime.illustrator.parts import look

PROMPTS = ("A bee at a flower", "Cow, horse, sheep and pig", "A cook with bread and soup", "Democracy and justice",
           "A boat, a whale and an island", "A tram, a bus and a cyclist", "An astronaut and a rocket")  # fmt: skip
FRAMES = ((640, 360), (360, 640), (360, 360))


def placed(vocabulary: Vocabulary, prompt: str, frame: tuple[int, int], seed: int) -> list[ThingPlacement]:
    plan = plan_shot(prompt, look(prompt), "en", seed, vocabulary)
    return compose(plan, lambda thing: 1.1, *frame, seed).placements


def meant_to_touch(one: ThingPlacement, other: ThingPlacement) -> bool:
    """A guest at its host, and what lies on a table before who sits behind it."""
    return (one.lead and other.lead) or {one.hold, other.hold} == {Hold.TABLE, Hold.COVER}


@pytest.mark.parametrize("frame", FRAMES)
@pytest.mark.parametrize("prompt", PROMPTS)
def test_things_lie_inside_the_frame_and_not_on_one_another(
    vocabulary: Vocabulary, prompt: str, frame: tuple[int, int]
) -> None:
    for seed in range(8):
        things = [one for one in placed(vocabulary, prompt, frame, seed) if not one.copy]
        assert things
        for index, one in enumerate(things):
            left, top, right, _ = one.box
            assert left >= -0.03 * frame[0]
            assert top >= -0.03 * frame[1]
            assert right <= 1.03 * frame[0]
            for other in things[index + 1 :]:
                if not meant_to_touch(one, other):
                    assert overlap(one, other, 0.0) < 0.25, (seed, one.thing, other.thing)


@pytest.mark.parametrize("frame", FRAMES)
def test_the_bee_is_at_the_flower(vocabulary: Vocabulary, frame: tuple[int, int]) -> None:
    for seed in range(8):
        things = {one.thing: one for one in placed(vocabulary, "A bee at a flower", frame, seed) if not one.copy}
        bee, flower = things.pop("🐝"), next(iter(things.values()))
        gap = abs(bee.x - flower.x) - (bee.width + flower.width) / 2
        assert -0.3 * bee.width < gap < 0.05 * bee.width
        assert bee.foot < flower.foot


def test_who_has_no_lower_part_is_held_by_a_cover(vocabulary: Vocabulary) -> None:
    for seed in range(6):
        cook = next(one for one in placed(vocabulary, "A cook with bread", FRAMES[0], seed) if one.thing == "🧑‍🍳")
        assert cook.hold is Hold.COVER


def sizes(vocabulary: Vocabulary, prompt: str, seed: int) -> dict[str, float]:
    return {one.thing: one.height for one in placed(vocabulary, prompt, FRAMES[0], seed) if not one.copy}


@pytest.mark.parametrize(
    ("prompt", "large", "small"),
    [
        ("A mouse under a tree", "🌳", "🐁"),
        ("An elephant and a bird in the savanna", "🐘", "🐦"),
        ("A dog at a church on a meadow", "⛪", "🐕"),
    ],
)
def test_things_are_as_large_beside_one_another_as_in_the_world(
    vocabulary: Vocabulary, prompt: str, large: str, small: str
) -> None:
    for seed in range(6):
        found = sizes(vocabulary, prompt, seed)
        assert found[large] > 1.2 * found[small], (seed, found)


def cameos(vocabulary: Vocabulary, prompt: str, frame: tuple[int, int]) -> list[tuple[Composition, ThingPlacement]]:
    plans = [(seed, plan_shot(prompt, look(prompt), "en", seed, vocabulary)) for seed in range(40)]
    scenes = [compose(plan, lambda thing: 1.1, *frame, seed) for seed, plan in plans if plan.roles]
    return [(scene, scene.placements[0]) for scene in scenes if scene.placements]


@pytest.mark.parametrize("frame", FRAMES)
def test_company_is_as_small_as_it_is_far(vocabulary: Vocabulary, frame: tuple[int, int]) -> None:
    found = cameos(vocabulary, "A lake", frame)
    assert {one.thing for _, one in found} >= {"🦆", "🦢"}
    for scene, one in found:
        assert one.height <= 0.2 * scene.unit
        if one.thing == "🦆" and one.height > 0.036 * scene.unit:
            assert one.height < 0.7 * (one.foot - scene.skyline)


@pytest.mark.parametrize("frame", FRAMES)
@pytest.mark.parametrize("prompt", ["A duck on a river", "Boats on the river", "The river"])
def test_what_floats_on_a_river_is_on_it_and_no_wider(
    vocabulary: Vocabulary, prompt: str, frame: tuple[int, int]
) -> None:
    floating = 0
    for seed in range(8):
        plan = plan_shot(prompt, look(prompt), "en", seed, vocabulary)
        scene = compose(plan, lambda thing: 1.1, *frame, seed)
        plane, course = river_of(*frame, scene.horizon, scene.side, seed)
        (across, down), zoom = scene.pivot, scene.zoom
        for one in scene.placements:
            if one.hold is Hold.WATER:
                away = (frame[1] - scene.horizon) / ((one.foot - down) / zoom + down - scene.horizon)
                middle, _ = plane.point(course(share_at(away, 2.3)), away)
                half = RIVER_HALF_WIDTH * frame[0] / 2 / away * zoom
                assert abs(across + (middle - across) * zoom - one.x) < 0.02 * frame[0]
                assert one.width <= 2 * half
                floating += 1
    assert floating


def test_a_square_pictures_title_has_its_room(vocabulary: Vocabulary) -> None:
    for prompt in ("An owl in the forest", "A dog and a cat", "The lake"):
        feet = [one.foot for seed in range(10) for one in placed(vocabulary, prompt, FRAMES[2], seed)]
        assert max(feet) <= 0.81 * FRAMES[2][1]


@pytest.mark.parametrize("frame", FRAMES)
@pytest.mark.parametrize(
    "prompt", ["an owl on a branch", "a robin on a fence", "a cat on a wall", "a frog on a rock", "a squirrel on a log"]
)
def test_a_sitters_feet_are_at_the_edge_of_its_perch(
    vocabulary: Vocabulary, prompt: str, frame: tuple[int, int]
) -> None:
    for seed in range(6):
        plan = plan_shot(prompt, look("Ineffable"), "en", seed, vocabulary)
        scene = compose(plan, lambda thing: 1.1, *frame, seed)
        (sitter,) = [one for one in scene.placements if one.hold is Hold.SEAT]
        assert scene.seat is not None
        assert scene.seat.taken
        assert scene.seat.x == sitter.x
        assert 0 <= sitter.foot - scene.seat.y <= 0.13 * sitter.height


def test_a_perch_without_a_sitter_is_behind_the_things(vocabulary: Vocabulary) -> None:
    for seed in range(6):
        plan = plan_shot("a bicycle by a wall", look("Ineffable"), "en", seed, vocabulary)
        scene = compose(plan, lambda thing: 1.1, *FRAMES[0], seed)
        assert scene.seat is not None
        assert not scene.seat.taken
        assert scene.seat.y < min(one.foot for one in scene.placements if not one.copy)


def test_what_floats_on_a_lake_near_the_eye_has_no_shore_before_it(vocabulary: Vocabulary) -> None:
    for seed in range(6):
        for prompt, is_near in (("a swan on a lake", True), ("a lake", False), ("a dog at a lake", False)):
            plan = plan_shot(prompt, look("Ineffable"), "en", seed, vocabulary)
            scene = compose(plan, lambda thing: 1.1, *FRAMES[0], seed)
            assert scene.shore is not None
            assert (scene.shore > scene.height) is is_near


def test_bees_at_flowers_are_not_all_one_picture(vocabulary: Vocabulary) -> None:
    shots = [placed(vocabulary, "A bee at a flower", FRAMES[0], seed)[-2:] for seed in range(20)]
    hosts = [next(one for one in shot if one.thing != "🐝") for shot in shots]
    guests = [next(one for one in shot if one.thing == "🐝") for shot in shots]
    assert len({host.thing for host in hosts}) >= 4
    assert max(host.height for host in hosts) > 1.5 * min(host.height for host in hosts)
    over = [(host.foot - guest.foot) / host.height for host, guest in zip(hosts, guests, strict=True)]
    assert max(over) - min(over) > 0.2


def test_flowers_of_no_named_kind_are_of_many(vocabulary: Vocabulary) -> None:
    many = {one.thing for one in placed(vocabulary, "flowers in a garden", FRAMES[0], 3)}
    tulips = {one.thing for one in placed(vocabulary, "tulips in a garden", FRAMES[0], 3)}
    assert len(many) >= 3
    assert tulips == {"🌷"}


def test_the_camera_stays_away_where_the_sky_has_to_be_seen(vocabulary: Vocabulary) -> None:
    zooms = []
    for prompt in ("a close-up of a horse in the meadow", "a close-up of a horse in the meadow in the sun"):
        plans = [(seed, plan_shot(prompt, look("Ineffable"), "en", seed, vocabulary)) for seed in range(12)]
        zooms.append(max(compose(plan, lambda thing: 1.1, *FRAMES[0], seed).zoom for seed, plan in plans))
    assert zooms[0] > 1.3
    assert zooms[1] < 1.1
