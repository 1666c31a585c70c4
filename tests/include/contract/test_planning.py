"""Fan-out and gathering: which items a stage has, what they read, what they miss (I8)."""

from __future__ import annotations

from include.contract.artifacts import Artifact
from include.contract.manifests import ItemLine, Outcome
from include.contract.planning import Numbered, gather, per_scene
from include.contract.recipes import RECIPES
from include.contract.values import StageKind


def line(item: str, *names: str, outcome: Outcome = Outcome.MADE) -> ItemLine:
    outputs = tuple(
        Artifact(name=name, sha256=f"{index:064x}", bytes=1, media_type="text/plain")
        for index, name in enumerate(names)
    )
    return ItemLine(position=0, item=item, outcome=outcome, outputs=outputs)


SCRIPT = line(
    "bees", "title", "look", "digital_source", "narration/01", "narration/02", "image_prompt/01", "image_prompt/02"
)


def test_each_scene_is_an_item_with_its_own_prompt_and_the_shared_look() -> None:
    plan = per_scene(StageKind.TEXT, "image_prompt", shared=("look",))
    items = plan(["bees"], {StageKind.TEXT: {"bees": SCRIPT}})
    assert [item.item for item in items] == ["bees/01", "bees/02"]
    assert [artifact.name for artifact in items[1].inputs] == ["image_prompt", "look"]


def test_a_film_gathers_its_scenes_in_order_under_numbered_names() -> None:
    images = {f"bees/{n}": line(f"bees/{n}", "image") for n in ("01", "02")}
    speech = {f"bees/{n}": line(f"bees/{n}", "speech", "timing") for n in ("01", "02")}
    upstreams = {StageKind.TEXT: {"bees": SCRIPT}, StageKind.IMAGE: images, StageKind.SPEECH: speech}
    (item,) = RECIPES["video.narrated"].plan(["bees"], upstreams)
    assert [a.name for a in item.inputs] == [
        "title", "digital_source", "image/01", "image/02", "speech/01", "speech/02", "timing/01", "timing/02",
    ]  # fmt: skip


def test_a_page_gathers_the_article_its_look_and_its_pictures() -> None:
    text = line("bees", "script", "title", "look", "digital_source", "image_prompt/01", "image_prompt/02")
    images = {f"bees/{n}": line(f"bees/{n}", "image") for n in ("01", "02")}
    upstreams = {StageKind.TEXT: {"bees": text}, StageKind.IMAGE: images}
    (item,) = RECIPES["post.article"].plan(["bees"], upstreams)
    assert [a.name for a in item.inputs] == ["script", "look", "digital_source", "image/01", "image/02"]


def test_an_episode_gathers_one_cover_and_every_line_even_the_hundredth() -> None:
    numbers = [f"{number:02d}" for number in range(1, 102)]
    text = line("bees", "script", "digital_source", "image_prompt/01", *(f"line/{number}" for number in numbers))
    speech = {f"bees/{number}": line(f"bees/{number}", "speech", "timing") for number in numbers}
    upstreams = {StageKind.TEXT: {"bees": text}, StageKind.IMAGE: {"bees/01": line("bees/01", "image")}}
    spoken = RECIPES["speech.dialogue"].plan(["bees"], upstreams)
    assert (spoken[99].item, [a.name for a in spoken[99].inputs]) == ("bees/100", ["line"])
    (item,) = RECIPES["post.podcast"].plan(["bees"], {**upstreams, StageKind.SPEECH: speech})
    names = [a.name for a in item.inputs]
    assert names[:4] == ["script", "digital_source", "image/01", "speech/01"]
    assert names[103:105] == ["speech/101", "timing/01"]
    assert len(names) == 3 + 2 * 101


def test_what_is_missing_is_named_once() -> None:
    outputs = ((StageKind.SPEECH, "speech"), (StageKind.SPEECH, "timing"))
    plan = gather((), Numbered(counted_by=(StageKind.TEXT, "narration"), outputs=outputs))
    speech = {"bees/01": line("bees/01", "speech", "timing"), "bees/02": line("bees/02", outcome=Outcome.FAILED)}
    (item,) = plan(["bees"], {StageKind.TEXT: {"bees": SCRIPT}, StageKind.SPEECH: speech})
    assert item.missing == ("speech of bees/02",)


def test_a_brief_without_a_script_is_one_missing_item() -> None:
    (item,) = per_scene(StageKind.TEXT, "narration", shared=())(["bees"], {StageKind.TEXT: {}})
    assert (item.item, item.missing) == ("bees", ("text of bees",))


def test_an_item_reads_what_has_its_number_beside_it_where_there_is_any() -> None:
    text = line("bees", "look", "image_prompt/01", "image_prompt/02", "shot/02")
    plan = per_scene(StageKind.TEXT, "image_prompt", shared=("look",), beside=("shot",))
    first, second = plan(["bees"], {StageKind.TEXT: {"bees": text}})
    assert [artifact.name for artifact in first.inputs] == ["image_prompt", "look"]
    assert [artifact.name for artifact in second.inputs] == ["image_prompt", "shot", "look"]
    assert second.inputs[1].sha256 == text.output("shot/02").sha256
