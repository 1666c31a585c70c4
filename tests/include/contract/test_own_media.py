"""What briefs bring: found wherever it is named, and named nowhere in what is hashed."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from include.contract.artifacts import Artifact
from include.contract.brief import Brief
from include.contract.own_media import OwnMedia, own_media
from include.contract.registry import recipes
from include.contract.requests import order_of

SCENES = [
    {"narration": "A bee.", "image": "bee.jpg"},
    {"narration": "A hive."},
    {"narration": "Rain.", "image": "r.png"},
]


def brief(**fields: Any) -> Brief:
    return Brief.model_validate({"id": "bees", "topic": "Bees", **fields})


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({}, []),
        (
            {"script": {"scenes": SCENES}},
            [("script.scenes.0.image", "image/01", "bee.jpg"), ("script.scenes.2.image", "image/03", "r.png")],
        ),
        (
            {"article": {"sections": [{"text": "Bees."}, {"text": "More.", "image": "a.webp"}]}},
            [("article.sections.1.image", "image/02", "a.webp")],
        ),
        (
            {"outro": "bye.mp4", "intro": "s3://b/a.mkv"},
            [("intro", "intro", "s3://b/a.mkv"), ("outro", "outro", "bye.mp4")],
        ),
        ({"dialogue": {"image": "cover.jpg"}}, [("dialogue.image", "image/01", "cover.jpg")]),
        ({"product": {"name": "Mug", "image": "mug.jpg"}}, [("product.image", "image/01", "mug.jpg")]),
    ],
)
def test_what_a_brief_names_is_found_with_its_place_and_its_part(
    fields: dict[str, Any], found: list[tuple[str, str, str]]
) -> None:
    assert list(own_media(brief(**fields))) == [OwnMedia(*each) for each in found]


@pytest.mark.parametrize(
    ("recipe", "fields", "part"),
    [
        ("script.narrated", {"script": {"scenes": SCENES}}, ("script", "scenes", 0)),
        ("article.sections", {"article": {"sections": [{"text": "x", "image": "a.png"}]}}, ("article", "sections", 0)),
        ("script.dialogue", {"dialogue": {"image": "cover.jpg", "title": "Bees"}}, ("dialogue",)),
        ("caption.product", {"product": {"name": "Mug", "image": "mug.jpg"}}, ("product",)),
    ],
)
def test_a_text_is_the_same_whatever_is_brought_and_has_the_bytes_that_it_always_had(
    recipe: str, fields: dict[str, Any], part: tuple[Any, ...]
) -> None:
    order = order_of("text", recipes()[recipe], brief(**fields), {})
    told: Any = order.params
    for each in part:
        told = told[each]
    assert not set(told) & {"image", "fit", "camera", "transition"}


def test_a_stage_of_pictures_gets_the_files_of_parts_and_no_others() -> None:
    files = tuple(
        Artifact(name=name, sha256="ab" * 32, bytes=1, media_type="a/b") for name in ("music", "image/03", "voice/01")
    )
    order = order_of("image", recipes()["image.scene"], brief(script={"scenes": SCENES}), {}, files)
    assert [file.name for file in order.files] == ["image/03"]


def test_how_a_picture_fills_the_frame_is_said_of_one_that_is_brought() -> None:
    with pytest.raises(ValidationError, match=r"script.scenes.0.fit\n.*add one of them, or remove `fit`"):
        brief(script={"scenes": [{"narration": "A bee.", "fit": "blur"}]})


@pytest.mark.parametrize(
    ("scenes", "said"),
    [
        ([{"voice": "me.wav"}], "script.scenes.0.voice\n.*needs the scene's `narration`"),
        ([{"narration": "A bee.", "voice": "me.wav", "speech": "none"}], "script.scenes.0.voice\n.*remove one of them"),
        ([{"narration": "A bee.", "speech": "none"}], "`speech: none` in every scene, and there is no music"),
        ([{"narration": "A bee.", "seconds": 0}], "script.scenes.0.seconds"),
    ],
)
def test_what_a_scene_is_to_sound_like_has_to_be_possible(scenes: list[dict[str, Any]], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        brief(script={"scenes": scenes})
    assert brief(script={"scenes": [{"narration": "A bee.", "speech": "none"}]}, music=True)
