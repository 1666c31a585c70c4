"""Which items a request means: the same plan for every shard, each item in just one of them (I2, W6)."""

from __future__ import annotations

from include.contract.artifacts import Artifact
from include.contract.brief import Brief
from include.contract.manifests import ItemLine, Outcome, RunRef, Shard
from include.contract.recipes import RECIPES
from include.contract.requests import Execution, StageRequest, UpstreamRef, order_of, stage_identity
from include.contract.resolving import Resolved, resolved
from include.contract.values import StageKind
from tests.include.contract.test_requests import MODEL

BRIEFS = (Brief(topic="Bees"), Brief(topic="Wasps"))
TEXT = UpstreamRef(kind=StageKind.TEXT, task_id="text", manifest="m", content_digest="0" * 64)


def script(brief: str, *prompts: str) -> ItemLine:
    texts = {"look": "look", **{f"image_prompt/{n:02d}": prompt for n, prompt in enumerate(prompts, start=1)}}
    outputs = tuple(
        Artifact(name=name, sha256=text.encode().hex().ljust(64, "0"), bytes=1, media_type="text/plain")
        for name, text in texts.items()
    )
    return ItemLine(position=0, item=brief, outputs=outputs)


def resolve(*scripts: ItemLine, shard: Shard | None = None) -> Resolved:
    recipe = RECIPES["image.scene"]
    orders = tuple(order_of(recipe, brief, {}) for brief in BRIEFS[: len(scripts)])
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
    return resolved(request, {StageKind.TEXT: {line.item: line for line in scripts}})


def test_every_item_has_a_place_in_the_plan_and_equal_ones_are_one_job() -> None:
    found = resolve(script("bees", "a hive", "a flower", "a hive"))
    assert [job.places for job in found.jobs] == [[(0, "bees/01"), (2, "bees/03")], [(1, "bees/02")]]
    assert found.total() == 3
    assert set(found.producers.values()) == {"text"}


def test_shards_share_out_the_plan_and_keep_its_places() -> None:
    scripts = script("bees", *(f"bee {n}" for n in range(20)))
    whole = resolve(scripts)
    shards = [resolve(scripts, shard=Shard(index=index, count=3)) for index in range(3)]
    assert sorted(job.fingerprint for shard in shards for job in shard.jobs) == sorted(
        job.fingerprint for job in whole.jobs
    )
    places = [place for shard in shards for job in shard.jobs for place in job.places]
    assert sorted(places) == [(n, f"bees/{n + 1:02d}") for n in range(20)]


def test_what_is_skipped_stands_in_the_first_shard_alone() -> None:
    failed = ItemLine(position=1, item="wasps", outcome=Outcome.FAILED)
    for index, skipped in enumerate([["wasps"], [], []]):
        found = resolve(script("bees", "a hive"), failed, shard=Shard(index=index, count=3))
        assert [line.item for line in found.skipped] == skipped
