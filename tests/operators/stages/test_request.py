from __future__ import annotations

import pytest

from include.contract.content_types import StageSettings
from include.contract.deployments import Deployment
from include.contract.errors import InputLost
from include.contract.manifests import Manifest, Shard
from include.contract.requests import StageRequest
from operators.stages.request import request_of
from operators.store import Store
from tests.operators.conftest import Run
from tests.operators.context import Ti, context_of
from tests.wiring import reading

PICTURES = StageSettings(recipe="image.scene", batch_size=3, max_failed_share=0.25)


@pytest.fixture
def run(deployment: Deployment) -> Run:
    run = Run(deployment)
    run.brief({"topic": "Bees"})
    run.text()
    return run


def request(run: Run, store: Store, shard: Shard, map_index: int = -1) -> StageRequest:
    context = context_of(Ti("image", run.xcoms, map_index=map_index))
    return request_of(context, store, "image", PICTURES, reading("image.scene"), shard)


def test_every_shard_asks_for_the_same_stage(run: Run, store: Store) -> None:
    whole = request(run, store, Shard())
    shards = [request(run, store, Shard(index=index, count=2), index) for index in range(2)]
    assert {each.stage_fingerprint for each in shards} == {whole.stage_fingerprint}
    assert [each.run.map_index for each in (whole, *shards)] == [-1, 0, 1]
    assert len({each.sha256() for each in (whole, *shards)}) == 3
    assert (whole.execution.batch_size, whole.execution.max_failed_share) == (3, 0.25)


def test_an_upstream_that_was_merged_is_made_by_its_shards(run: Run, store: Store) -> None:
    assert request(run, store, Shard()).upstreams[0].task_id == "text"
    key = run.xcoms["text"]["manifest"]
    manifest = Manifest.model_validate_json(store.get(key) or b"")
    store.put(key, manifest.model_copy(update={"producer": "text_shards"}).model_dump_json().encode())
    assert request(run, store, Shard()).upstreams[0].task_id == "text_shards"


def test_an_upstream_that_left_nothing_is_named(run: Run, store: Store) -> None:
    del run.xcoms["text"]
    with pytest.raises(InputLost, match="task `text` left no manifest in XCom.*clear that task"):
        request(run, store, Shard())
