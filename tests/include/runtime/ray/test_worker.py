"""A worker without Ray: what it makes is recorded, and what it cannot make is returned."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from atelier.testing.s3 import S3
from include.contract.brief import Brief
from include.contract.failures import Failure, FailureClass
from include.contract.keys import request_key
from include.contract.manifests import Outcome
from include.contract.requests import StageRequest
from include.runtime.lookup import LookedUp, find, resolve
from include.runtime.models import asked as asked_models
from include.runtime.ray.worker import ModelWorker, WorkerTask
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


def worker_for(desk: Desk, asked: StageRequest, stages: str = "tests.include.runtime.ray.stand_in") -> ModelWorker:
    return ModelWorker(WorkerTask(desk.store.domain.uri(request_key(asked.sha256())), stages, PLENTY_MIB))


def wanted(desk: Desk, asked: StageRequest) -> list[LookedUp]:
    return [LookedUp(each, None) for each in resolve(asked, desk.store).wanted]


def test_what_it_makes_has_a_record_and_a_line_for_each_place(desk: Desk, request_: StageRequest) -> None:
    worker, items = worker_for(desk, request_), wanted(desk, request_)
    assert worker.load() is None
    assert worker.prepare(1, items, {}) is None
    assert worker.compute(1) is None
    kept = worker.keep(1)
    assert not isinstance(kept, Failure)
    assert [line.outcome for each in kept for line in each.lines] == [Outcome.MADE] * 3
    assert all(find(each.wanted, request_.kind, desk.store).record for each in items)


def test_batches_that_need_the_same_input_may_be_prepared_at_once(desk: Desk, request_: StageRequest) -> None:
    worker, items = worker_for(desk, request_), wanted(desk, request_)
    assert worker.load() is None
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda number: worker.prepare(number, items, {}), range(16)))
    assert answers == [None] * 16


def test_a_model_that_cannot_be_loaded_is_told_by_its_cause(desk: Desk, request_: StageRequest) -> None:
    answer = worker_for(desk, request_, stages="tests.include.runtime.ray.broken").load()
    assert answer is not None
    assert (answer.failure_class, answer.message) == (FailureClass.BUG, "RuntimeError: no such weights")


def test_how_far_its_items_are_and_what_they_say_is_told_until_they_are_kept(
    desk: Desk, request_: StageRequest
) -> None:
    worker, items = worker_for(desk, request_, stages="tests.include.runtime.ray.telling"), wanted(desk, request_)
    assert worker.told().phase == ""
    assert worker.load() is None
    assert worker.told().phase == "loading the model"
    assert worker.prepare(1, items, {}) is None
    assert worker.compute(1) is None
    told = worker.told()
    assert told.shares == {each.wanted.item: 0.5 for each in items}
    assert {len(words.encode()) for words in told.said.values()} == {400}
    worker.keep(1)
    assert (worker.told().shares, worker.told().said) == ({}, {})
