from __future__ import annotations

import pytest

from include.runtime.illustrator.cast import metres_of
from include.runtime.illustrator.planning import plan_shot
from include.runtime.illustrator.settings import Angle
from include.runtime.illustrator.sizing import cameo_in_the_air, cameo_on_the_ground, share_of
from include.runtime.illustrator.vocabulary import Vocabulary
from tests.include.runtime.illustrator.parts import look


def test_what_is_far_or_seen_from_high_above_is_small() -> None:
    near, far = (cameo_on_the_ground("🐇", down, Angle.EYE) for down in (0.3, 0.1))
    assert near == pytest.approx(3 * far, rel=0.4)
    assert cameo_on_the_ground("🐇", 0.3, Angle.ABOVE) < near
    assert cameo_on_the_ground("🐘", 0.1, Angle.EYE) > 2 * far


def test_nothing_that_is_seen_is_a_dot_or_a_giant() -> None:
    for thing in ("🐝", "🦢", "🚢", "🎈"):
        assert 0.06 < cameo_in_the_air(thing) < 0.15
        for down in (0.01, 0.2, 0.6):
            assert 0.03 < cameo_on_the_ground(thing, down, Angle.LOW) <= 0.2


def test_a_lead_leaves_room_for_what_is_larger(vocabulary: Vocabulary) -> None:
    mouse, alone = (
        plan_shot(prompt, look(prompt), "en", 1, vocabulary) for prompt in ("A mouse under a tree", "A mouse")
    )
    assert share_of(mouse.roles[0], 0, mouse) < share_of(alone.roles[0], 0, alone) == 1.0
    assert share_of(mouse.roles[1], 1, mouse) > 1.0


def test_a_habit_gives_a_size_to_what_has_none_of_its_own() -> None:
    assert metres_of("🕯") == 0.2
    assert metres_of("🐝") < metres_of("🐇") < metres_of("🐄") < metres_of("🌳")
