"""The plan of an English article."""

from __future__ import annotations

import pytest

from include.contract.errors import RejectedContent
from include.contract.registry import recipe_named
from include.runtime.writing.outline import outline, role_under
from include.runtime.writing.subject import subject_of

HONEY = subject_of("Why honey bees matter")


@pytest.mark.parametrize("sections", [1, 2, 3, 4, 5])
def test_every_section_says_something_else_and_the_last_one_closes(sections: int) -> None:
    plans = outline(sections, HONEY)
    headings = [plan.headed(HONEY) for plan in plans]
    assert len(set(headings)) == sections
    assert headings[0] == "What honey bees are"
    assert [plan.roles[-1].name for plan in plans].index("closing") == sections - 1


@pytest.mark.parametrize("topic", ["Why honey bees matter", "The bicycle"])
def test_whatever_the_topic_there_is_as_much_to_tell_as_the_recipe_says(topic: str) -> None:
    unaided = recipe_named("article.sections").unaided
    assert unaided is not None
    assert len(outline(unaided.most, subject_of(topic))) == unaided.most
    with pytest.raises(RejectedContent, match="6 sections are more than can be written about one topic"):
        outline(6, subject_of(topic))


def test_only_a_topic_that_asks_gets_an_answer() -> None:
    asks, names = (
        [plan.headed(subject) for plan in outline(4, subject)] for subject in (HONEY, subject_of("The bicycle"))
    )
    assert "In short" in asks
    assert names == [
        "What the bicycle is",
        "Why we need the bicycle",
        "People and the bicycle",
        "The bicycle and children",
    ]


def test_a_given_heading_is_explained_where_it_asks_for_it() -> None:
    assert role_under(subject_of("How bees dance")).name == "how"
    assert role_under(subject_of("The hive")).name == "what"
