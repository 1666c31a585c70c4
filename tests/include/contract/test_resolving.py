"""Which items a request means: the same plan for every shard, each item in just one of them (I2, W6)."""

from __future__ import annotations

import pytest

from include.contract.artifacts import Artifact, artifact_of
from include.contract.brief import Brief
from include.contract.errors import BadRequest
from include.contract.manifests import ItemLine, Outcome, RunRef, Shard
from include.contract.registry import recipes
from include.contract.requests import Execution, StageRequest, order_of, stage_identity
from include.contract.resolving import Resolved, resolved
from tests.include.contract.test_requests import MODEL
from tests.wiring import reading, ref_to

BRIEFS = (Brief(topic="Bees"), Brief(topic="Wasps"))
TEXT = ref_to("image.scene", "text")


def script(brief: str, *prompts: str) -> ItemLine:
    texts = {"look": "look", **{f"image_prompt/{n:02d}": prompt for n, prompt in enumerate(prompts, start=1)}}
    outputs = tuple(
        Artifact(name=name, sha256=text.encode().hex().ljust(64, "0"), bytes=1, media_type="text/plain")
        for name, text in texts.items()
    )
    return ItemLine(position=0, item=brief, outputs=outputs)


def resolve(*scripts: ItemLine, shard: Shard | None = None, briefs: tuple[Brief, ...] = BRIEFS) -> Resolved:
    recipe = recipes()["image.scene"]
    orders = tuple(order_of("image", recipe, brief, {}) for brief in briefs[: len(scripts)])
    request = StageRequest(
        kind=recipe.kind,
        recipe=recipe.name,
        revision=recipe.revision,
        model=MODEL,
        stage_fingerprint=stage_identity(recipe, MODEL, orders, (TEXT,))[1],
        run=RunRef(dag_id="d", run_id="r", task_id="image"),
        orders=orders,
        upstreams=(TEXT,),
        execution=Execution(shard=shard or Shard()),
    )
    return resolved(request, {"text": {line.item: line for line in scripts}})


def test_every_item_has_a_place_in_the_plan_and_equal_ones_are_one_job() -> None:
    found = resolve(script("bees", "a hive", "a flower", "a hive"))
    assert [each.places for each in found.wanted] == [[(0, "bees/01"), (2, "bees/03")], [(1, "bees/02")]]
    assert found.names() == ["bees/01", "bees/02", "bees/03"]
    assert set(found.producers.values()) == {"text"}


def test_shards_share_out_the_plan_and_keep_its_places() -> None:
    scripts = script("bees", *(f"bee {n}" for n in range(20)))
    whole = resolve(scripts)
    shards = [resolve(scripts, shard=Shard(index=index, count=3)) for index in range(3)]
    assert sorted(each.fingerprint for shard in shards for each in shard.wanted) == sorted(
        each.fingerprint for each in whole.wanted
    )
    places = [place for shard in shards for each in shard.wanted for place in each.places]
    assert sorted(places) == [(n, f"bees/{n + 1:02d}") for n in range(20)]


def test_what_is_skipped_stands_in_the_first_shard_alone() -> None:
    failed = ItemLine(position=1, item="wasps", outcome=Outcome.FAILED)
    for index, skipped in enumerate([["wasps"], [], []]):
        found = resolve(script("bees", "a hive"), failed, shard=Shard(index=index, count=3))
        assert [line.item for line in found.skipped] == skipped


def fingerprints(**brief: object) -> list[str]:
    bees = Brief.model_validate({"topic": "Bees", **brief})
    return [each.fingerprint for each in resolve(script("bees", "a hive", "a flower"), briefs=(bees,)).wanted]


def test_another_take_of_one_scene_is_another_item_and_leaves_the_others_alone() -> None:
    first, second = fingerprints()
    assert fingerprints(variations={"speech/02": 1, "image/01": 0}) == [first, second], "other stages' or no change"
    kept, changed = fingerprints(variations={"image/02": 1})
    assert (kept, changed != second) == (first, True)


def test_variations_of_brief_stage_and_item_add_up() -> None:
    assert fingerprints(variation=1, variations={"image": 1, "image/02": 1}) == [
        fingerprints(variation=2)[0],
        fingerprints(variation=3)[1],
    ]


def test_another_take_of_an_item_that_is_not_there_is_refused() -> None:
    with pytest.raises(BadRequest, match=r"another take of bees/07, which .* allowed: bees/01, bees/02$"):
        fingerprints(variations={"image/07": 1})


def test_another_take_of_an_item_whose_script_is_missing_is_skipped_like_the_rest() -> None:
    lost = ItemLine(position=0, item="bees", outcome=Outcome.FAILED)
    bees = Brief(topic="Bees", variations={"image/02": 1})
    assert [line.outcome for line in resolve(lost, briefs=(bees,)).skipped] == [Outcome.SKIPPED]


def clips(*files: Artifact) -> dict[str, str]:
    """The fingerprint of each clip of a film with one scene, whose brief brings `files`."""
    recipe = recipes()["clip.still"]
    read = reading(recipe.name)
    orders = (order_of("clip", recipe, Brief(topic="Bees"), {}, files),)
    upstreams = tuple(ref_to(recipe.name, stage) for stage in dict.fromkeys(read.values()))
    request = StageRequest(
        kind=recipe.kind,
        recipe=recipe.name,
        revision=recipe.revision,
        model=MODEL,
        stage_fingerprint=stage_identity(recipe, MODEL, orders, upstreams)[1],
        run=RunRef(dag_id="d", run_id="r", task_id="clip"),
        orders=orders,
        upstreams=upstreams,
    )
    made = {
        "text": made_of("bees", "title", "digital_source", "image_prompt/01"),
        "image": made_of("bees/01", "image"),
        "speech": made_of("bees/01", "speech", "timing"),
    }
    found = resolved(request, {stage: {line.item: line} for stage, line in made.items()})
    return {item: each.fingerprint for each in found.wanted for _, item in each.places}


def made_of(item: str, *names: str) -> ItemLine:
    return ItemLine(position=0, item=item, outputs=tuple(brought(name) for name in names))


def brought(name: str, body: bytes = b"") -> Artifact:
    return artifact_of(name, name.encode() + body, "a/b")


def test_an_intro_and_a_logo_are_each_read_by_the_clips_that_show_them() -> None:
    plain, logo, intro = clips(brought("music")), brought("logo"), brought("intro")
    assert [*plain] == ["bees/title", "bees/01", "bees/end"]
    around = clips(intro, brought("outro"))
    assert [*around] == ["bees/intro", *plain, "bees/outro"]
    assert {item: around[item] for item in plain} == plain
    other = clips(brought("intro", b"!"), brought("outro"))
    assert [item for item in around if other[item] != around[item]] == ["bees/intro"]
    marked = clips(logo, intro)
    assert [item for item in marked if marked[item] == around[item]] == ["bees/intro"]
