"""Splitting and gathering: which items a stage has, what they read, what they miss (I8)."""

from __future__ import annotations

from collections.abc import Mapping

from include.contract.artifacts import Artifact
from include.contract.manifests import ItemLine, Outcome
from include.contract.planning import PlannedItem, planned
from include.contract.ports import BROUGHT, Place, Port, Shape
from include.contract.registry import recipe_named
from tests.wiring import reading


def line(item: str, *names: str, outcome: Outcome = Outcome.MADE, position: int = 0) -> ItemLine:
    outputs = tuple(
        Artifact(name=name, sha256=f"{index:064x}", bytes=1, media_type="text/plain")
        for index, name in enumerate(names)
    )
    return ItemLine(position=position, item=item, outcome=outcome, outputs=outputs)


def plan(recipe: str, **made: Mapping[str, ItemLine]) -> list[PlannedItem]:
    return planned(recipe_named(recipe).ports, ["bees"], reading(recipe), made)


def names(item: PlannedItem) -> list[str]:
    return [artifact.name for artifact in item.inputs]


SCRIPT = line(
    "bees", "title", "look", "digital_source", "narration/01", "narration/02", "image_prompt/01", "image_prompt/02"
)
IMAGES = {f"bees/{n}": line(f"bees/{n}", "image") for n in ("01", "02")}
SPEECH = {f"bees/{n}": line(f"bees/{n}", "speech", "timing") for n in ("01", "02")}


def test_each_scene_is_an_item_with_its_own_prompt_and_the_shared_look() -> None:
    items = plan("image.scene", text={"bees": SCRIPT})
    assert [item.item for item in items] == ["bees/01", "bees/02"]
    assert names(items[1]) == ["image_prompt", "look"]


CLIP = (
    Port("image", Shape.EACH),
    Port("image_before", Shape.EACH, output="image", step=-1, beside="image"),
    Port("prompt_after", Shape.SPLIT, output="image_prompt", step=1),
)
CLIP_READS = {"image": "photo", "image_before": "photo", "prompt_after": "text"}


def test_a_port_may_read_what_the_item_before_or_after_has_which_the_ends_lack() -> None:
    text = line("bees", "image_prompt/01", "image_prompt/02", "image_prompt/03")
    lines = [
        ItemLine(position=n, item=f"bees/{n:02d}", outputs=(line("bees", *["image"] * n).outputs[-1],))
        for n in (1, 2, 3)
    ]
    photos = {each.item: each for each in lines}
    items = planned(CLIP, ["bees"], CLIP_READS, {"text": {"bees": text}, "photo": photos})
    assert [item.item for item in items] == ["bees/01", "bees/02", "bees/03"]
    read = [[(artifact.name, int(artifact.sha256, 16)) for artifact in item.inputs] for item in items]
    assert read == [
        [("image", 0), ("prompt_after", 1)],
        [("image", 1), ("image_before", 0), ("prompt_after", 2)],
        [("image", 2), ("image_before", 1)],
    ]


def test_a_file_of_a_part_is_read_by_that_parts_items_alone_and_needs_no_stage() -> None:
    ports = (
        Port("image", Shape.EACH),
        Port("own", Shape.SPLIT, "image", is_optional=True, of_brief=True),
        Port("own_before", Shape.SPLIT, "image", is_optional=True, of_brief=True, step=-1),
    )
    photos = {f"bees/{n}": line(f"bees/{n}", "image", position=at) for at, n in enumerate(("01", "02", "03"))}
    files = [Artifact(name=name, sha256="f" * 64, bytes=1, media_type="a/b") for name in ("music", "image/02")]
    items = planned(ports, ["bees"], {"image": "photo"}, {"photo": photos}, files={"bees": files})
    read = [[artifact.name for artifact in item.inputs] for item in items]
    assert read == [["image"], ["image", "own"], ["image", "own_before"]]
    assert [item.missing for item in items] == [()] * len(items)


def test_an_item_whose_neighbour_was_not_made_is_skipped_and_names_it() -> None:
    photos = IMAGES | {"bees/01": line("bees/01", outcome=Outcome.FAILED)}
    first, second = planned(CLIP, ["bees"], CLIP_READS, {"text": {"bees": SCRIPT}, "photo": photos})
    assert (first.missing, second.missing) == (("photo of bees/01",), ("photo of bees/01",))


def test_a_film_gathers_its_scenes_in_order_under_numbered_names() -> None:
    (item,) = plan("video.narrated", text={"bees": SCRIPT}, clip=clips(), speech=SPEECH, image=IMAGES)
    assert names(item) == [
        "digital_source",
        *(f"clip/0{number}" for number in range(1, 6)),
        *(f"facts/0{number}" for number in range(1, 6)),
        "poster/01",
        "speech/01", "speech/02", "timing/01", "timing/02", "image/01", "image/02",
    ]  # fmt: skip


def clips() -> dict[str, ItemLine]:
    """What a stage of clips makes of two scenes."""
    ids = ["title", "01", "01-02", "02", "end"]
    return {
        f"bees/{each}": line(f"bees/{each}", "clip", "facts", *(["poster"] if each == "title" else []), position=at)
        for at, each in enumerate(ids)
    }


def clip_plan(
    places: frozenset[Place] = frozenset(Place) - {*BROUGHT}, **made: Mapping[str, ItemLine]
) -> list[PlannedItem]:
    """What a stage of clips has to make of `bees`."""
    return planned(recipe_named("clip.still").ports, ["bees"], reading("clip.still"), made, {"bees": places})


def scenes(*numbers: str) -> tuple[dict[str, ItemLine], dict[str, ItemLine]]:
    """Pictures and speech of scenes, whose digests say which scene they are of."""
    made: list[dict[str, ItemLine]] = [{}, {}]
    for at, number in enumerate(numbers):
        for each, names_of in zip(made, (("image",), ("speech", "timing")), strict=True):
            outputs = tuple(
                Artifact(name=name, sha256=f"{int(number):064x}", bytes=1, media_type="a/b") for name in names_of
            )
            each[f"bees/{number}"] = ItemLine(position=at, item=f"bees/{number}", outputs=outputs)
    return made[0], made[1]


def test_clips_stand_at_scenes_between_them_and_at_both_ends() -> None:
    image, speech = scenes("01", "02", "03")
    items = clip_plan(text={"bees": SCRIPT}, image=image, speech=speech)
    assert [item.item for item in items] == [
        f"bees/{each}" for each in ("title", "01", "01-02", "02", "02-03", "03", "end")
    ]
    read = [[(artifact.name, int(artifact.sha256, 16)) for artifact in item.inputs] for item in items]
    assert read[1] == [("image", 1), ("timing", 1)]
    assert read[2] == [("image", 2), ("timing", 2), ("image_before", 1), ("timing_before", 1)]
    assert read[-1] == [("image_before", 3), ("timing_before", 3)]
    assert [name for name, _ in read[0]] == ["title", "digital_source", "image", "timing"]


def test_what_a_brief_brings_before_and_after_all_else_are_items_of_nothing_else() -> None:
    image, speech = scenes("01", "02")
    ports, read = recipe_named("clip.still").ports, reading("clip.still")
    upstreams = {"text": {"bees": SCRIPT}, "image": image, "speech": speech}
    plain, brought, ended = (
        planned(ports, ["bees"], read, upstreams, {"bees": frozenset({Place.PART})}, {"bees": files})
        for files in ((BRAND["logo"],), BRAND.values(), (BRAND["outro"],))
    )
    assert [item.item for item in brought] == ["bees/intro", "bees/01", "bees/02", "bees/outro"]
    assert [names(item) for item in brought] == [
        ["intro"], ["image", "timing", "logo"], ["image", "timing", "logo"], ["outro"]
    ]  # fmt: skip
    assert brought[1:-1] == plain
    assert [item.item for item in ended] == ["bees/01", "bees/02", "bees/outro"]


BRAND = {
    name: Artifact(name=name, sha256=f"{at:064x}", bytes=1, media_type="a/b")
    for at, name in enumerate(("logo", "intro", "outro"))
}


def test_a_single_scene_has_a_title_and_an_end() -> None:
    image, speech = scenes("01")
    items = clip_plan(text={"bees": SCRIPT}, image=image, speech=speech)
    assert [item.item for item in items] == ["bees/title", "bees/01", "bees/end"]


def test_places_without_items_have_none() -> None:
    image, speech = scenes("01", "02")
    items = clip_plan(frozenset({Place.OPENING, Place.PART}), text={"bees": SCRIPT}, image=image, speech=speech)
    assert [item.item for item in items] == ["bees/title", "bees/01", "bees/02"]


def test_a_clip_lacks_a_neighbour_that_was_not_made_and_the_film_the_clip() -> None:
    image, speech = scenes("01", "02", "03")
    speech["bees/02"] = line("bees/02", outcome=Outcome.FAILED)
    missing = {
        item.item: item.missing for item in clip_plan(text={"bees": SCRIPT}, image=image, speech=speech) if item.missing
    }
    assert missing == {f"bees/{each}": ("speech of bees/02",) for each in ("01-02", "02", "02-03")}
    made = clips() | {"bees/01-02": line("bees/01-02", outcome=Outcome.SKIPPED, position=2)}
    (film,) = plan("video.narrated", text={"bees": SCRIPT}, clip=made, speech=SPEECH, image=IMAGES)
    assert film.missing == ("clip of bees/01-02",)


def test_a_page_gathers_the_article_its_look_and_its_pictures() -> None:
    text = line("bees", "script", "title", "look", "digital_source", "image_prompt/01", "image_prompt/02")
    (item,) = plan("page.article", text={"bees": text}, image=IMAGES)
    assert names(item) == ["script", "look", "digital_source", "image/01", "image/02"]


def test_an_episode_gathers_one_cover_and_every_line_even_the_hundredth() -> None:
    numbers = [f"{number:02d}" for number in range(1, 102)]
    text = {"bees": line("bees", "script", "digital_source", "image_prompt/01", *(f"line/{each}" for each in numbers))}
    speech = {f"bees/{number}": line(f"bees/{number}", "speech", "timing") for number in numbers}
    spoken = plan("speech.dialogue", text=text)
    assert (spoken[99].item, names(spoken[99])) == ("bees/100", ["line"])
    (item,) = plan("audio.podcast", text=text, image={"bees/01": line("bees/01", "image")}, speech=speech)
    assert names(item)[:4] == ["script", "digital_source", "image/01", "speech/01"]
    assert names(item)[103:105] == ["speech/101", "timing/01"]
    assert len(item.inputs) == 3 + 2 * 101


def test_what_is_missing_is_named_once() -> None:
    speech = {"bees/01": SPEECH["bees/01"], "bees/02": line("bees/02", outcome=Outcome.FAILED)}
    (item,) = plan("video.narrated", text={"bees": SCRIPT}, clip=clips(), speech=speech, image=IMAGES)
    assert (item.missing, item.inputs) == (("speech of bees/02",), ())


def test_a_brief_without_a_script_is_one_missing_item() -> None:
    (item,) = plan("speech.narration", text={})
    assert (item.item, item.missing) == ("bees", ("text of bees",))
    (item,) = plan("video.narrated", text={}, clip={}, speech={}, image={})
    assert item.missing == ("text of bees", "clip of bees"), "what its parts lack follows from that"


def test_an_item_reads_what_has_its_number_beside_it_where_there_is_any() -> None:
    text = line("bees", "look", "image_prompt/01", "image_prompt/02", "shot/02")
    first, second = plan("image.scene", text={"bees": text})
    assert names(first) == ["image_prompt", "look"]
    assert names(second) == ["image_prompt", "shot", "look"]
    assert second.inputs[1].sha256 == text.output("shot/02").sha256


def test_a_stage_may_make_an_item_of_each_item_of_another() -> None:
    ports = (Port("image", Shape.EACH), Port("look"))
    read = {"image": "photo", "look": "text"}
    photos = {
        "bees/02": line("bees/02", outcome=Outcome.FAILED, position=1),
        "bees/01": line("bees/01", "image"),
        "tea": line("tea", "image", position=2),
    }
    texts = {each: line(each, "look") for each in ("bees", "tea", "rain")}
    first, second, third, last = planned(ports, ["bees", "tea", "rain"], read, {"photo": photos, "text": texts})
    assert (first.item, names(first)) == ("bees/01", ["image", "look"])
    assert (second.item, second.missing) == ("bees/02", ("photo of bees/02",))
    assert (third.item, names(third)) == ("tea", ["image", "look"])
    assert (last.item, last.missing) == ("rain", ("photo of rain",))


def test_an_output_is_read_under_the_name_of_its_port() -> None:
    ports = (Port("poster", output="image"), Port("leaf", Shape.FAMILY, output="page"))
    (item,) = planned(ports, ["bees"], {"poster": "x", "leaf": "x"}, {"x": {"bees": line("bees", "page/01", "image")}})
    assert names(item) == ["poster", "leaf/01"]
