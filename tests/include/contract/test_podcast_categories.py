"""Apple's categories of podcasts."""

from __future__ import annotations

import pytest

from include.contract.errors import BadRequest
from include.contract.params import PublishPodcastParams
from include.contract.podcast_categories import SUBCATEGORIES, levels_of
from include.contract.registry import recipe_named
from include.contract.requests import read_params


def read(category: str) -> str:
    params = read_params(recipe_named("publish.podcast"), {"category": category})
    assert isinstance(params, PublishPodcastParams)
    return params.category


def test_apple_has_nineteen_categories_and_each_can_be_said_with_its_subcategories() -> None:
    assert len(SUBCATEGORIES) == 19
    for category, inner in SUBCATEGORIES.items():
        assert read(category) == category
        for each in inner:
            assert levels_of(read(f"{category}: {each}")) == (category, each)


@pytest.mark.parametrize(
    ("category", "says"),
    [
        ("Foo Bar", "allowed: Arts, Business, Comedy, Education,"),
        ("Marketing", "did you mean `Business:Marketing`?"),
        ("society and culture", "did you mean `Society & Culture`?"),
        ("business", "did you mean `Business`?"),
        ("Business:Sales", "allowed: Business, Business:Careers, Business:Entrepreneurship,"),
        ("Science:Astronmy", "did you mean `Science:Astronomy`?"),
        ("History:Rome", "allowed: History "),
    ],
)
def test_what_apple_would_refuse_is_refused_with_what_it_takes(category: str, says: str) -> None:
    with pytest.raises(BadRequest, match=r"is none of Apple's categories") as caught:
        read(category)
    assert says in str(caught.value)


@pytest.mark.parametrize("stored", ["", "Foo:Bar", "Science"])
def test_what_an_earlier_version_published_stays_one_level(stored: str) -> None:
    assert levels_of(stored) == (stored,)
