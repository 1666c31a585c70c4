"""The parameters that the built-in recipes take."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from include.contract.canonical import NEUTRAL
from include.contract.cards import CardFormat
from include.contract.params import (
    AudioPodcastParams,
    ImageCardParams,
    ImageUpscaleParams,
    PublishPodcastParams,
    VideoNarratedParams,
)
from include.contract.recipes import BUILT_IN
from include.contract.values import Closed


@pytest.mark.parametrize("recipe", BUILT_IN, ids=lambda recipe: recipe.name)
def test_every_parameter_has_a_default_that_is_allowed(recipe: Any) -> None:
    params = recipe.params()
    assert recipe.params.model_validate_json(params.model_dump_json()) == params


def test_what_was_added_later_means_by_default_what_the_recipe_did_before() -> None:
    later = [
        (recipe, name, field.json_schema_extra[NEUTRAL])
        for recipe in BUILT_IN
        for name, field in recipe.params.model_fields.items()
        if isinstance(field.json_schema_extra, dict) and NEUTRAL in field.json_schema_extra
    ]
    assert later
    for recipe, name, neutral in later:
        assert getattr(recipe.params(), name) == neutral, f"{recipe.name}: {name}"


@pytest.mark.parametrize(
    ("model", "values"),
    [
        (VideoNarratedParams, {"fps": 9}),
        (VideoNarratedParams, {"fps": 61}),
        (VideoNarratedParams, {"loudness_lufs": -8}),
        (VideoNarratedParams, {"title_card": 1}),
        (ImageUpscaleParams, {"factor": 3}),
        (AudioPodcastParams, {"loudness_lufs": -25}),
        (AudioPodcastParams, {"show": ""}),
        (PublishPodcastParams, {"owner_email": "Ann <ann@example.org>"}),
        (PublishPodcastParams, {"category": "Weather"}),
        (ImageCardParams, {"formats": []}),
    ],
)
def test_what_no_recipe_can_make_is_refused(model: type[Closed], values: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        model.model_validate(values)


def test_an_address_may_be_left_out_or_be_one() -> None:
    assert PublishPodcastParams(owner_email="").owner_email == ""
    assert PublishPodcastParams(owner_email="ann@example.org").owner_email == "ann@example.org"


def test_a_card_is_made_once_in_each_format() -> None:
    with pytest.raises(ValidationError, match="names a format twice"):
        ImageCardParams(formats=(CardFormat.SQUARE, CardFormat.PORTRAIT, CardFormat.SQUARE))
    assert ImageCardParams(formats=(CardFormat.PORTRAIT,)).formats == (CardFormat.PORTRAIT,)
