"""Identities: what enters, what does not, and golden values that no refactoring may move (I2, I3, I7)."""

from __future__ import annotations

from functools import reduce

import pytest
from pydantic import BaseModel, JsonValue

from include.contract.artifacts import ModelIdentity
from include.contract.brief import Brief
from include.contract.canonical import canonical_bytes
from include.contract.errors import BadRequest
from include.contract.fingerprint import content_digest, fingerprint, item_preimage, seed_of, shard_of, stage_preimage
from include.contract.parsing import MAX_LEVELS, json_in
from include.contract.registry import recipes
from include.contract.requests import order_of, read_params, stage_identity
from tests.wiring import ref_to

MODEL = ModelIdentity(name="test/model", revision="1", digest="ab" * 32)
GOLDEN = {
    "speech.dialogue": "589184dda340899837d9b2d562ce924b9c069f64260160f3b1237dadc914e03f",
    "script.dialogue": "71468d1fed7050ba36b4793df9e0ad3f3027f5c5dc8796dfcc4efba273e99888",
    "audio.podcast": "290e5776c6854b85cbac49a036ce825c09feb0def766f37758244f547838ffcb",
    "page.article": "b754617a9e7bc8975d9542165cdabce9810a0ea084672b76ea80aae03ec2f798",
    "article.sections": "e6a97277e64e0fbb0e0d64e14ac8c0f15c27ec9e22bc49ea1523e0b00315d9a5",
    "caption.product": "7c158b1083d93247b27c94d2d6ec61ceffb6b23dcb48e52bdf5d168dbb16a562",
    "image.scene": "e7df22bd0c9a914639057b0ed811c635ae443f7d14cdac20b770f0d029156781",
    "image.card": "17e4f7307b8ae7ef4273ec55a0d67abbeea537e5fa5bd0f3d48d13db5d4a629d",
    "script.narrated": "5f91d2db177a34ccf90eb13653c73c54d08fc603376d4900af0420cba91955b0",
    "speech.narration": "688d5781109e3446041d3a66b8c23154f3eb5482d01084709a284f31048a8976",
    "clip.still": "e58c8c91531a5ce44a26112f2062cd400a645ad81723106d1acb25ea7a9d7218",
    "video.narrated": "4b31e75b2318f01680b408dbe15151dff78514371d3823467882f48662faf96c",
}


def item(recipe_name: str = "image.scene", **changes: object) -> dict[str, object]:
    recipe = recipes()[recipe_name]
    facts: dict[str, object] = {
        "model": MODEL,
        "params": read_params(recipe, {"topic": "Bees"} if recipe_name == "script.narrated" else {}),
        "variation": 0,
        "seed": None,
        "inputs": [("image_prompt", "cd" * 32)],
    }
    return dict(item_preimage(recipe, **{**facts, **changes}))  # type: ignore[arg-type]


@pytest.mark.parametrize("recipe", sorted(GOLDEN))
def test_the_fingerprint_of_a_recipe_is_frozen(recipe: str) -> None:
    assert fingerprint(item(recipe)) == GOLDEN[recipe]


@pytest.mark.parametrize(
    "change",
    [
        {"variation": 1},
        {"seed": 7},
        {"inputs": [("image_prompt", "ce" * 32)]},
        {"inputs": [("look", "cd" * 32)]},
        {"model": MODEL.model_copy(update={"revision": "2"})},
        {"model": MODEL.model_copy(update={"digest": "ac" * 32})},
        {"params": read_params(recipes()["image.scene"], {"short_side_px": 720})},
    ],
)
def test_everything_that_determines_an_item_changes_its_fingerprint(change: dict[str, object]) -> None:
    assert fingerprint(item(**change)) != fingerprint(item())


def test_a_seed_follows_from_the_identity_and_the_attempt() -> None:
    seeds = {seed_of(item(), attempt) for attempt in range(3)} | {seed_of(item(variation=1), 0)}
    assert len(seeds) == 4
    assert all(0 <= seed < 2**63 for seed in seeds)
    assert [seed_of(item(seed=7), attempt) for attempt in range(2)] == [7, 8]


def test_a_stage_is_identified_by_orders_and_upstream_content_but_not_by_where_it_lies() -> None:
    recipe = recipes()["image.scene"]
    orders = (order_of("image", recipe, Brief(topic="Bees"), {}),)

    def stage(manifest: str = "m", digest: str = "0" * 64) -> str:
        ref = ref_to("image.scene", "text", manifest, digest)
        return stage_identity(recipe, MODEL, orders, (ref,))[1]

    assert stage() == stage(manifest="elsewhere")
    assert stage() != stage(digest="1" * 64)


def test_a_brief_field_that_a_recipe_does_not_consume_leaves_its_stage_alone() -> None:
    quiet, loud = Brief(topic="Bees"), Brief(topic="Bees", music=True, voice="auto", aspect="1:1")
    for name, same in (("script.narrated", True), ("speech.narration", True), ("video.narrated", False)):
        recipe = recipes()[name]
        pair = [stage_identity(recipe, MODEL, (order_of("any", recipe, brief, {}),), ())[1] for brief in (quiet, loud)]
        assert (pair[0] == pair[1]) is same, name


def test_content_is_an_ordered_list() -> None:
    rows = [("a/01", "image", "1" * 64), ("a/02", "image", "2" * 64)]
    assert content_digest(rows) != content_digest(reversed(rows))


def test_shards_spread_by_fingerprint() -> None:
    assert [shard_of(f"{number:08x}" + "0" * 56, 4) for number in range(6)] == [0, 1, 2, 3, 0, 1]


def test_a_stage_nests_no_deeper_than_can_be_read_again() -> None:
    class Deep(BaseModel):
        params: JsonValue

    def stage(levels: int) -> dict[str, JsonValue]:
        nested: JsonValue = reduce(lambda inner, _: [inner], range(levels), None)
        return stage_preimage(recipes()["image.scene"], MODEL, [Deep(params=nested)], [])

    # The stage, its orders and one of them are levels too.
    assert json_in(canonical_bytes(stage(MAX_LEVELS - 3)))
    with pytest.raises(BadRequest, match="nested more than"):
        stage(MAX_LEVELS - 2)
