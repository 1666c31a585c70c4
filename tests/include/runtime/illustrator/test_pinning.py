from __future__ import annotations

import random

import pytest

from include.runtime.illustrator.pinning import pinned
from include.runtime.illustrator.places import Composition, Hold, overlap
from include.runtime.illustrator.planning import plan_shot
from include.runtime.illustrator.vocabulary import Vocabulary
from tests.include.runtime.illustrator.parts import look


@pytest.mark.parametrize("frame", [(640, 360), (360, 640), (360, 360)])
def test_things_lie_apart_on_the_page_the_first_the_largest(vocabulary: Vocabulary, frame: tuple[int, int]) -> None:
    for seed in range(6):
        plan = plan_shot("inflation, justice and democracy", look("Money"), "en", seed, vocabulary)
        for side in (-1, 1):
            found = pinned(Composition(*frame, frame[1] / 2), plan, lambda thing: 1.1, side, random.Random(seed))
            assert [one.thing for one in found] == [role.thing for role in plan.roles]
            assert [one.lead for one in found] == [True, *[False] * (len(found) - 1)]
            assert found[0].height == max(one.height for one in found)
            assert all(one.hold is Hold.FREE and one.box[0] >= 0 and one.box[2] <= frame[0] for one in found)
            pairs = [(one, other) for index, one in enumerate(found) for other in found[:index]]
            assert all(overlap(one, other, 0.0) < 0.25 for one, other in pairs)
