"""Which stage each port reads: the nearest that gives it, or the one that the author names; else a clear mistake."""

from __future__ import annotations

import pytest

from include.contract.ports import OutputSpec, Port, Shape
from include.contract.recipe import Recipe
from include.contract.registry import recipe_named
from include.contract.values import Closed, StageKind
from include.contract.wiring import NamedStage, WiredStage, wired
from tests.wiring import TEXTS


class NoParams(Closed):
    """None."""


UPSCALE = Recipe(
    kind=StageKind.IMAGE,
    name="test.upscale",
    revision=1,
    params=NoParams,
    model="test/none",
    outputs=(OutputSpec("image", "image/png"),),
    ports=(Port("image", Shape.EACH, media_types=("image/jpeg", "image/png")),),
)


def stage(name: str, recipe: str | Recipe, **inputs: str) -> NamedStage:
    return NamedStage(name, recipe if isinstance(recipe, Recipe) else recipe_named(recipe), inputs)


def read(*stages: NamedStage) -> dict[str, WiredStage]:
    found, mistakes = wired(stages)
    assert mistakes == []
    return {each.name: each for each in found}


def mistakes(*stages: NamedStage) -> list[str]:
    return [str(each) for each in wired(stages)[1]]


def test_a_stage_reads_what_stands_above_it() -> None:
    found = read(stage("words", "script.narrated"), stage("drawn", "image.scene"), stage("told", "speech.narration"))
    drawn_from = ("image_prompt", "shot", "look", "image_setting")
    assert found["drawn"].read == dict.fromkeys(drawn_from, "words")
    assert (found["drawn"].counted_by, found["drawn"].family) == ("words", "image_prompt")
    assert found["told"].follows == ("words",)
    assert mistakes(stage("drawn", "image.scene"), stage("words", "script.narrated")) == [
        "stages.drawn: reads `image_prompt/` (text/plain) of each brief through `image_prompt`, which no stage above "
        "it gives; move `words` above it"
    ]
    assert mistakes(stage("drawn", "image.scene")) == [
        "stages.drawn: reads `image_prompt/` (text/plain) of each brief through `image_prompt`, which no stage above "
        "it gives; add one: article.sections, caption.product, script.dialogue, script.narrated"
    ]


def test_of_several_the_nearest_is_read_that_all_others_are_upstream_of() -> None:
    found = read(
        stage("words", "script.narrated"),
        stage("photo", "image.scene"),
        stage("large", UPSCALE),
        stage("told", "speech.narration"),
        stage("film", "clip.still"),
    )
    assert found["large"].read == {"image": "photo"}
    assert (found["large"].counted_by, found["large"].family) == ("words", "image_prompt")
    assert found["film"].read["image"] == "large"
    assert found["film"].follows == ("large", "told"), "not the text, which both wait for"


def test_of_several_beside_each_other_the_author_says_which() -> None:
    texts = stage("words", "script.narrated"), stage("told", "speech.narration")
    pictures = stage("photo", "image.scene"), stage("drawing", "image.scene")
    assert mistakes(*texts, *pictures, stage("film", "clip.still")) == [
        "stages.film: may read `image` from `photo` and `drawing`; say which, such as `inputs: {image: drawing}`"
    ]
    assert read(*texts, *pictures, stage("film", "clip.still", image="photo"))["film"].read["image"] == "photo"


def test_a_film_reads_the_pictures_of_its_clips() -> None:
    texts = stage("words", "script.narrated"), stage("told", "speech.narration")
    pictures = stage("photo", "image.scene"), stage("drawing", "image.scene")
    clips = stage("shot", "clip.still", image="photo"), stage("drawn", "clip.still", image="drawing")
    film = read(*texts, *pictures, *clips, stage("film", "video.narrated", clip="shot"))["film"]
    assert (film.read["clip"], film.read["image"]) == ("shot", "photo")
    chosen = read(*texts, *pictures, *clips, stage("film", "video.narrated", clip="shot", image="drawing"))["film"]
    assert chosen.read["image"] == "drawing"


@pytest.mark.parametrize(
    ("inputs", "told"),
    [
        (
            {"picture": "photo"},
            "stages.film.inputs.picture: `clip.still` has no such port; allowed: title, digital",
        ),
        ({"image": "foto"}, "is not a stage here (found 'foto'); allowed: photo"),
        ({"image": "later"}, "`later` is not above `film`"),
        (
            {"image": "told"},
            "`told` gives speech, timing; `image` takes `image` (image/jpeg or image/png or image/webp)",
        ),
    ],
)
def test_a_wrong_choice_says_what_is_allowed(inputs: dict[str, str], told: str) -> None:
    stages = stage("words", "script.narrated"), stage("photo", "image.scene"), stage("told", "speech.narration")
    (mistake,) = mistakes(*stages, stage("film", "clip.still", **inputs), stage("later", "image.scene"))
    assert told in mistake


def test_a_text_of_another_form_is_no_input() -> None:
    (mistake,) = mistakes(
        stage("words", "script.narrated"), stage("photo", "image.scene"), stage("page", "page.article")
    )
    assert "reads `script` (Article as application/json) of each brief through `script`" in mistake


def test_parts_and_what_counts_them_come_from_one_text() -> None:
    found = mistakes(
        stage("words", "script.narrated"),
        stage("photo", "image.scene"),
        stage("essay", "article.sections"),
        stage("page", "page.article", image="photo"),
    )
    assert found == [
        "stages.page.inputs.image: `photo` has an item for each `image_prompt` of `words`, while `image_prompt` "
        "counts those of `essay`; both have to come from the same stage"
    ]


def test_one_mistake_does_not_cause_others() -> None:
    found = mistakes(stage("page", "page.article"), stage("publish", "publish.article"))
    assert {each.partition(":")[0] for each in found} == {"stages.page"}


@pytest.mark.parametrize("text", TEXTS)
def test_a_publisher_of_any_piece_reads_what_the_pieces_own_publisher_reads(text: str) -> None:
    makers = [each for each in TEXTS[text] if not each.startswith("publish.")]
    own = next(each for each in TEXTS[text] if each.startswith("publish."))
    found = read(
        stage("text", text),
        *(stage(each.replace(".", "-"), each) for each in makers),
        stage("publish", own),
        stage("archive", "publish.folder"),
    )
    archived = {port: stage for port, stage in found["archive"].read.items() if port not in ("edit", "subtitles_ass")}
    assert list(archived.items()) == list(found["publish"].read.items()), "viewers have no use for the others"
