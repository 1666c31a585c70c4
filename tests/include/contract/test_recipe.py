"""What follows from what a recipe declares."""

from __future__ import annotations

from dataclasses import replace

import pytest

from include.contract.artifacts import Artifact, artifact_of
from include.contract.params import AudioPodcastParams, ImageCardParams, VideoNarratedParams
from include.contract.ports import OutputSpec, Port, Shape
from include.contract.recipe import Recipe
from include.contract.registry import recipe_named
from include.contract.values import Determinism, StageKind

SCENES = Recipe(
    kind=StageKind.IMAGE,
    name="image.test",
    revision=1,
    params=ImageCardParams,
    model="none",
    outputs=(OutputSpec("cover", "image/png"), OutputSpec("scene/", "image/png"), OutputSpec("label", "text/plain")),
    may_lack=frozenset({"label"}),
)
CARDS = replace(
    SCENES,
    outputs=(OutputSpec("square", "image/png"), OutputSpec("portrait", "image/png")),
    chosen_by="formats",
    choices={"1:1": "square", "4:5": "portrait"},
)


def made(*names: str) -> list[Artifact]:
    return [artifact_of(name, name.encode(), "image/png") for name in names]


@pytest.mark.parametrize(
    ("names", "lacking"),
    [
        (("cover", "scene/01"), ""),
        (("cover", "scene/01", "scene/02", "label"), ""),
        (("scene/01",), "cover"),
        (("cover",), "scene/01"),
        (("cover", "scene/01", "scene/03"), "scene/02"),
    ],
)
def test_an_item_is_whole_with_every_output_and_number(names: tuple[str, ...], lacking: str) -> None:
    assert SCENES.lacks(made(*names), {}) == lacking


def test_an_item_has_of_the_choices_those_that_its_parameters_name() -> None:
    assert CARDS.lacks(made("square"), {"formats": ["1:1"]}) == ""
    assert CARDS.lacks(made("square"), {"formats": ["1:1", "4:5"]}) == "portrait"


def test_an_output_is_found_by_its_name_or_its_number() -> None:
    assert SCENES.output_named("cover") == SCENES.outputs[0]
    assert SCENES.output_named("scene/07") == SCENES.outputs[1]
    assert SCENES.output_named("scene") is None
    assert SCENES.output_named("cover/01") is None


def test_parameters_come_from_the_brief_from_the_stage_or_from_the_content_type() -> None:
    film = replace(SCENES, params=AudioPodcastParams)
    assert {"voice", "language", "music"} <= set(film.brief_fields)
    assert {"show", "loudness_lufs"} <= set(film.own_params)
    every_field = {*film.brief_fields, *film.own_params, "label"}
    assert every_field == set(AudioPodcastParams.model_fields)
    assert "label" not in film.own_params
    assert not set(film.brief_fields) & set(film.own_params)


@pytest.mark.parametrize("shape", Shape)
def test_a_recipe_fans_out_over_a_split_and_over_each(shape: Shape) -> None:
    recipe = replace(SCENES, ports=(Port("script"), Port("text", shape)))
    assert recipe.fans_out is (shape in (Shape.SPLIT, Shape.EACH))


def test_an_effect_is_never_found_again() -> None:
    assert SCENES.is_memoised
    assert not replace(SCENES, determinism=Determinism.EFFECT).is_memoised


def test_only_a_publisher_beside_the_store_publishes_outside() -> None:
    assert recipe_named("publish.folder").publishes_outside
    assert not recipe_named("publish.article").publishes_outside
    assert not replace(SCENES, is_in_store=False).publishes_outside


def test_a_recipe_asks_a_model_unless_it_says_what_it_does_without() -> None:
    assert SCENES.asks_a_model({"topic": "Bees"}, SCENES.model)
    script = recipe_named("script.narrated")
    assert script.asks_a_model({"topic": "Bees", "language": "en"}, script.model)


def test_a_model_that_writes_whole_is_asked_for_what_the_recipes_own_never_is() -> None:
    script = recipe_named("script.narrated")
    scene = {"narration": "Bienen.", "image_prompt": None}
    params = {"language": "de", "script": {"title": "Bienen", "scenes": [scene]}}
    assert not script.asks_a_model(params, script.model)
    assert script.asks_a_model(params, "acme/writer")
    whole = {"language": "de", "script": {"title": "Bienen", "scenes": [{**scene, "image_prompt": "Biene"}]}}
    assert not script.asks_a_model(whole, "acme/writer")
    assert script.asks_a_model({"language": "de", "script": {"title": "Bienen", "scenes": None}}, "acme/writer")


def test_files_of_a_whole_brief_are_read_by_all_items_or_by_some_and_make_some_more() -> None:
    clip = recipe_named("clip.still")
    assert (clip.brief_files, clip.whole_files) == ((), ("logo", "intro", "outro"))
    assert [clip.reads_file(name) for name in ("intro", "intro/01", "clip/01", "clip", "music")] == [
        True, False, True, False, False
    ]  # fmt: skip
    params = clip.params()
    counts = [clip.items_for(3, params, files) for files in ((), ("logo", "clip/02"), ("intro",), ("intro", "outro"))]
    assert counts == [7, 7, 8, 9]
    assert recipe_named("video.narrated").items_for(3, VideoNarratedParams(), ("music", "intro")) == 3
