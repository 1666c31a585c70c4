from __future__ import annotations

import pytest

from include.contract.errors import RejectedContent
from include.contract.registry import recipe_named
from include.runtime.writing.arc import MOST_SCENES, arc, describing, role_of_given, spoken
from include.runtime.writing.subject import subject_of


@pytest.mark.parametrize("scenes", range(1, MOST_SCENES + 1))
def test_every_scene_of_a_script_has_a_role_of_its_own(scenes: int) -> None:
    roles = arc(scenes)
    assert len({role.name for role in roles}) == len(roles) == scenes
    assert roles[0].name == "opening"
    assert scenes == 1 or roles[-1].name == "closing"


def test_more_scenes_than_there_is_to_tell_are_refused_before_anything_is_made() -> None:
    unaided = recipe_named("script.narrated").unaided
    assert unaided is not None
    assert unaided.most == MOST_SCENES
    with pytest.raises(RejectedContent, match="11 scenes are more than can be written about one topic"):
        arc(MOST_SCENES + 1)


def test_fixed_words_fit_the_topic() -> None:
    opening, *_, closing = (spoken(role, subject_of("Why honey bees matter")) for role in arc(3))
    assert (
        opening.whole("Honey bees are small.") == "Have you ever wondered why honey bees matter? Honey bees are small."
    )
    assert closing.whole("So.") == "So. Now you know why honey bees matter."
    question = spoken(arc(2)[0], subject_of("Why is the sky blue?"))
    assert question.lead == "Why is the sky blue?"


def test_braces_of_a_topic_stay_braces() -> None:
    subject = subject_of("{0.__class__} and {{ var.value }}")
    assert "{{ var.value }}" in spoken(arc(2)[1], subject).question.text
    assert "{{ var.value }}" in describing("{{ var.value }}", None).question.text


def test_the_role_of_a_given_scene_depends_on_its_number_only() -> None:
    assert [role_of_given(number).name for number in (1, 2, 8)] == ["what", "close_up", "what"]
