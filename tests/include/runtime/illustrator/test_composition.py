from __future__ import annotations

import pytest

from include.runtime.illustrator.composition import compose
from include.runtime.illustrator.places import Hold, Placement, overlap
from include.runtime.illustrator.planning import plan_shot
from include.runtime.illustrator.vocabulary import Vocabulary
from tests.include.runtime.illustrator.parts import look

PROMPTS = ("A bee at a flower", "Cow, horse, sheep and pig", "A cook with bread and soup", "Democracy and justice",
           "A boat, a whale and an island", "A tram, a bus and a cyclist", "An astronaut and a rocket")  # fmt: skip
FRAMES = ((640, 360), (360, 640), (360, 360))


def placed(vocabulary: Vocabulary, prompt: str, frame: tuple[int, int], seed: int) -> list[Placement]:
    plan = plan_shot(prompt, look(prompt), "en", seed, vocabulary)
    return compose(plan, lambda thing: 1.1, *frame, seed).placements


def meant_to_touch(one: Placement, other: Placement) -> bool:
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
        bee, flower = things["🐝"], things["🌼"]
        gap = abs(bee.x - flower.x) - (bee.width + flower.width) / 2
        assert -0.3 * bee.width < gap < 0.05 * bee.width
        assert bee.foot < flower.foot


def test_who_has_no_lower_part_is_held_by_a_cover(vocabulary: Vocabulary) -> None:
    for seed in range(6):
        cook = next(one for one in placed(vocabulary, "A cook with bread", FRAMES[0], seed) if one.thing == "🧑‍🍳")
        assert cook.hold is Hold.COVER
