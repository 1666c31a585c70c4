from __future__ import annotations

import pytest

from include.runtime.writing.subject import subject_of


@pytest.mark.parametrize(
    ("topic", "name", "plural", "indirect", "reason"),
    [
        ("Why honey bees matter", "honey bees", True, "why honey bees matter", "honey bees matter because"),
        ("How bread is made", "bread", False, "how bread is made", "bread is made when"),
        ("The history of the bicycle", "the bicycle", False, "about the history of the bicycle", "the bicycle"),
        ("Why is the sky blue?", "the sky", False, "about the sky", "the sky"),
        ("A day at the market", "the market", False, "about a day at the market", "the market"),
        ("Paris in spring", "Paris", False, "about Paris in spring", "Paris"),
        ("Owls at night", "owls", True, "about owls at night", "owls"),
        ("Why we need sleep", "sleep", False, "why we need sleep", "we need sleep because"),
        ("Coral reefs", "coral reefs", True, "about coral reefs", "coral reefs"),
        ("Owls in the U.S.", "owls", True, "about owls in the U.S.", "owls"),
        ("U.S. inflation", "U.S. inflation", False, "about U.S. inflation", "U.S. inflation"),
        ("C# for beginners", "C#", False, "about C# for beginners", "C#"),
        ("Why 1,500 robots dance", "1,500 robots", True, "why 1,500 robots dance", "1,500 robots dance because"),
        ("A drop of water that falls from a cloud", "a drop of water", False, None, "a drop of water"),
    ],
)
def test_a_topic_is_read_for_the_thing_it_speaks_of(
    topic: str, name: str, plural: bool, indirect: str | None, reason: str
) -> None:
    subject = subject_of(topic)
    assert (subject.name, subject.plural, subject.reason) == (name, plural, reason)
    assert indirect in (None, subject.indirect)


@pytest.mark.parametrize("topic", ["?!", "Why", "that", "🐝", "why why why", "{name}", "how to"])
def test_a_topic_without_a_thing_stands_for_itself(topic: str) -> None:
    assert subject_of(topic).name
