"""A worker without Ray: what it makes is recorded, and what it cannot make is returned."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from atelier.testing.s3 import S3
from include.contract.brief import Brief
from include.contract.failures import Failure, FailureClass
from include.contract.keys import request_key
from include.contract.manifests import Outcome
from include.contract.ray import WorkerLimits, WorkerSpec
from include.contract.requests import StageRequest
from include.runtime.lookup import LookedUp, find, resolve
from include.runtime.models import asked as asked_models
from include.runtime.ray.losses import LentOn
from include.runtime.ray.pools import Pool
from include.runtime.ray.worker import ModelWorker
from tests.include.runtime.desk import REGISTRY, Desk

HONEY = Brief(topic="Honey bees")
PLENTY_MIB = 1 << 20


@pytest.fixture
def request_(desk: Desk, s3: S3, monkeypatch: pytest.MonkeyPatch) -> StageRequest:
    """For three pictures."""
    for name, value in s3.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(asked_models, "registry", lambda: REGISTRY)
    text = desk.request("script.narrated", HONEY)
    desk.run(text)
    asked = desk.request("image.scene", HONEY, upstreams=[text])
    desk.store.put_if_absent(request_key(asked.sha256()), asked.body())
    return asked


def address(desk: Desk, asked: StageRequest) -> str:
    return desk.store.domain.uri(request_key(asked.sha256()))


def worker_for(asked: StageRequest, stages: str = "tests.include.runtime.ray.stand_in") -> ModelWorker:
    spec = WorkerSpec(cpu=1, memory_mib=PLENTY_MIB, schedule_timeout_s=60, workers=WorkerLimits())
    return ModelWorker(Pool(recipe=asked.recipe, model=asked.model, stages=stages, spec=spec))


def wanted(desk: Desk, asked: StageRequest) -> list[LookedUp]:
    return [LookedUp(each, None) for each in resolve(asked, desk.store).wanted]


def test_what_it_makes_has_a_record_and_a_line_for_each_place(desk: Desk, request_: StageRequest) -> None:
    worker, items = worker_for(request_), wanted(desk, request_)
    uri = address(desk, request_)
    assert worker.load(uri) is None
    assert worker.prepare(uri, 1, items, {}) is None
    assert worker.compute(uri, 1) is None
    kept = worker.keep(uri, 1)
    assert not isinstance(kept, Failure)
    assert [line.outcome for each in kept for line in each.lines] == [Outcome.MADE] * 3
    assert all(find(each.wanted, request_.kind, desk.store).record for each in items)


def test_batches_that_need_the_same_input_may_be_prepared_at_once(desk: Desk, request_: StageRequest) -> None:
    worker, items = worker_for(request_), wanted(desk, request_)
    uri = address(desk, request_)
    assert worker.load(uri) is None
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda number: worker.prepare(uri, number, items, {}), range(16)))
    assert answers == [None] * 16


def test_a_model_that_cannot_be_loaded_is_told_by_its_cause(desk: Desk, request_: StageRequest) -> None:
    answer = worker_for(request_, stages="tests.include.runtime.ray.broken").load(address(desk, request_))
    assert answer is not None
    assert (answer.failure_class, answer.message) == (FailureClass.BUG, "RuntimeError: no such weights")


def test_how_far_its_items_are_and_what_they_say_is_told_until_they_are_kept(
    desk: Desk, request_: StageRequest
) -> None:
    worker, items = worker_for(request_, stages="tests.include.runtime.ray.telling"), wanted(desk, request_)
    uri = address(desk, request_)
    assert worker.told().phase == ""
    assert worker.load(uri) is None
    assert worker.told().phase == "loading the model"
    assert worker.prepare(uri, 1, items, {}) is None
    assert worker.compute(uri, 1) is None
    told = worker.told()
    assert told.shares == {each.wanted.item: 0.5 for each in items}
    assert {len(words.encode()) for words in told.said.values()} == {400}
    worker.keep(uri, 1)
    assert (worker.told().shares, worker.told().said) == ({}, {})


def test_two_requests_share_a_model_that_is_loaded_once(desk: Desk, s3: S3, request_: StageRequest) -> None:
    text = desk.request("script.narrated", Brief(topic="Wasps"))
    desk.run(text)
    other = desk.request("image.scene", Brief(topic="Wasps"), upstreams=[text])
    desk.store.put_if_absent(request_key(other.sha256()), other.body())
    worker = worker_for(request_)
    first, second = address(desk, request_), address(desk, other)
    assert worker.load(first) is None
    assert worker.prepare(first, 1, wanted(desk, request_), {}) is None
    stage = worker._stage
    assert worker.load(second) is None
    assert worker._stage is stage
    assert worker.prepare(second, 2, wanted(desk, other), {}) is None
    assert worker.compute(second, 2) is None
    assert not isinstance(worker.keep(second, 2), Failure)
    with pytest.raises(LentOn):
        worker.compute(first, 1)
    assert all(find(each.wanted, other.kind, desk.store).record for each in wanted(desk, other))
