from __future__ import annotations

import pytest

from include.contract.errors import RejectedContent
from include.contract.registry import recipe_named
from include.runtime.writing.arc import CLOSING, HOW, WHAT
from include.runtime.writing.conversation import exchanges, greeting
from include.runtime.writing.subject import subject_of


@pytest.mark.parametrize("topic", ["Why honey bees matter", "The bicycle", "Why do cats purr?"])
def test_there_are_as_many_questions_as_asked_for_each_once_and_a_closing_one(topic: str) -> None:
    unaided = recipe_named("script.dialogue").unaided
    assert unaided is not None
    for questions in (1, 5, unaided.most):
        found = exchanges(questions, subject_of(topic))
        assert len(found) == len({one.chapter for one in found}) == questions + 1
        assert len({one.question for one in found}) == questions + 1
        assert (found[0].role, found[-1].role) == (WHAT, CLOSING)
        assert all(one.question.endswith("?") for one in found)
    with pytest.raises(RejectedContent, match="9 questions are more than can be asked about one topic"):
        exchanges(9, subject_of(topic))


@pytest.mark.parametrize(
    ("topic", "asked"),
    [
        ("Why honey bees matter", ["Can you explain why honey bees matter?"]),
        ("Why do cats purr?", ["So, why do cats purr?"]),
        ("The bicycle", []),
    ],
)
def test_a_topic_that_asks_is_asked(topic: str, asked: list[str]) -> None:
    found = [one.question for one in exchanges(5, subject_of(topic)) if one.role is HOW]
    assert [question.partition(". ")[2] for question in found] == asked


def test_the_welcome_says_what_it_is_about() -> None:
    welcome, _ = greeting(subject_of("The bicycle"))
    assert welcome == "Hello, and welcome! Have you ever wondered about the bicycle? That is what we talk about today."
