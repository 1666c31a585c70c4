"""The formats of a card and the recipe's outputs for them."""

from __future__ import annotations

import pytest

from include.contract.cards import CardFormat
from include.contract.errors import BadRequest
from include.contract.registry import recipes
from include.contract.requests import read_params

POST = recipes()["image.card"]


def test_every_format_has_its_output() -> None:
    names = tuple(each.name for each in POST.outputs)
    assert names == (
        "card_square",
        "card_portrait",
        "card_story",
        "thumbnail",
        "label",
    )
    assert all(shape.size_px[0] == 1080 for shape in CardFormat)


@pytest.mark.parametrize("formats", [[], ["round"], ["square", "square"]])
def test_formats_are_some_of_those_that_there_are_each_once(formats: list[str]) -> None:
    with pytest.raises(BadRequest, match="formats"):
        read_params(POST, {"formats": formats})
