"""The dispatcher without Ray: who is lent what, and what becomes of workers and jobs that are lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import count
from types import SimpleNamespace
from typing import Any

import pytest
import ray

from include.runtime.ray import dispatcher as dispatcher_module
from include.runtime.ray.dispatcher import END_S, PLACE_S, SILENT_S, Dispatcher, Grant, Wish
from include.runtime.ray.pools import KEEP_LOADED_S, Beat, Node, Pool, Resources, needed
from tests.include.runtime.ray.test_pools import pool

POOL = pool(workers={"max": 1, "idle_s": 100})
OTHER = pool(recipe="image.shot", workers={"max": 1, "idle_s": 100})


@dataclass
class Cluster:
    """In the place of Ray: one node with room for `places` workers, and a clock."""

    places: int = 1
    now: float = 1000.0
    made: list[str] = field(default_factory=list)
    running: dict[str, Beat] = field(default_factory=dict)
    pending: dict[str, Pool] = field(default_factory=dict)
    dead: dict[str, BaseException] = field(default_factory=dict)
    unknown: set[str] = field(default_factory=set)
    is_over: bool = False
    numbers: Iterator[int] = field(default_factory=count)

    def found(self) -> list[tuple[str, Any]]:
        return [(name, None) for name in self.running]

    def adopt(self, name: str, handle: Any) -> None:
        self.unknown.add(name)

    def make(self, pool: Pool) -> str:
        name = f"worker-{next(self.numbers)}"
        self.made.append(name)
        self.pending[name] = pool
        return name

    def beats(self, now: float) -> list[tuple[str, Beat | BaseException]]:
        for name, wanted in list(self.pending.items()):
            if len(self.running) < self.places:
                self.running[name] = Beat(wanted, "node")
                del self.pending[name]
        self.unknown.clear()
        told = [*self.running.items(), *self.dead.items()]
        self.dead.clear()
        return told

    def end(self, name: str, *, is_up: bool) -> None:
        self.running.pop(name, None)
        self.pending.pop(name, None)

    def nodes(self) -> list[Node]:
        one = needed(POOL.spec)
        free = self.places - len(self.running)
        return [Node("node", Resources(one.cpu * free, one.memory_mib * free, 0))]

    def retire_others(self, family: str) -> None:
        pass

    def end_self(self) -> None:
        self.is_over = True

    def load(self, name: str, **more: Any) -> None:
        """Have a worker say that it has its model."""
        self.running[name] = replace(self.running[name], is_loaded=True, load_s=5.0, **more)


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> Cluster:
    fake = Cluster()
    monkeypatch.setattr(dispatcher_module, "Hands", lambda namespace, name: fake)
    monkeypatch.setattr(
        dispatcher_module, "DispatcherMetrics", lambda: SimpleNamespace(tell=list, evicted=str, over=str)
    )
    monkeypatch.setattr(dispatcher_module, "Thread", lambda **_: SimpleNamespace(start=lambda: None))
    monkeypatch.setattr(dispatcher_module, "time", SimpleNamespace(monotonic=lambda: fake.now))
    return fake


@pytest.fixture
def dispatcher(cluster: Cluster) -> Dispatcher:
    return Dispatcher("space", "family")


@dataclass
class Job:
    """A driver's side."""

    dispatcher: Dispatcher
    cluster: Cluster
    name: str
    batches: int
    pool: Pool = POOL
    held: frozenset[str] = frozenset()

    def say(self, busy: int | None = None, worn: frozenset[str] = frozenset()) -> Grant:
        wish = Wish(
            self.name, self.pool, self.batches, self.batches, len(self.held) if busy is None else busy, self.held, worn
        )
        grant = self.dispatcher.sync(wish)
        self.held = (self.held | {*grant.new}) - {*grant.lost}
        return grant

    def give_back(self) -> None:
        self.held = frozenset()
        self.say()

    def work(self) -> None:
        """Say so, let time go on, hear."""
        self.say()
        self.dispatcher._look()
        self.cluster.now += 1.0
        self.say()


def job_of(dispatcher: Dispatcher, cluster: Cluster, name: str, batches: int, pool: Pool = POOL) -> Job:
    return Job(dispatcher, cluster, name, batches, pool)


def test_a_worker_is_made_for_what_waits_and_lent_once_it_runs(dispatcher: Dispatcher, cluster: Cluster) -> None:
    job = job_of(dispatcher, cluster, "job", 4)
    assert job.say() == Grant()
    dispatcher._look()
    assert cluster.made == ["worker-0"]
    dispatcher._look()
    assert job.say() == Grant(new=("worker-0",), is_up=True)
    assert job.say() == Grant(is_up=True)


def test_a_second_job_waits_for_the_batch_in_hand_and_has_the_same_worker(
    dispatcher: Dispatcher, cluster: Cluster
) -> None:
    large, small = job_of(dispatcher, cluster, "large", 1000), job_of(dispatcher, cluster, "small", 4)
    large.work()
    large.work()
    assert small.say().new == ()
    assert large.say().asked_back == ("worker-0",)
    assert small.say().new == ()
    large.give_back()
    assert small.say().new == ("worker-0",)
    assert large.say() == Grant(is_up=True)
    assert cluster.made == ["worker-0"]


def test_an_answer_that_is_lost_costs_no_worker(dispatcher: Dispatcher, cluster: Cluster) -> None:
    job = job_of(dispatcher, cluster, "job", 4)
    job.say()
    dispatcher._look()
    dispatcher._look()
    job.say()
    job.held = frozenset()
    assert job.say().new == ("worker-0",)


def test_a_silent_job_loses_its_worker_which_is_lent_on_once_it_computes_nothing(
    dispatcher: Dispatcher, cluster: Cluster
) -> None:
    silent, next_ = job_of(dispatcher, cluster, "silent", 4), job_of(dispatcher, cluster, "next", 4)
    silent.work()
    silent.work()
    cluster.load("worker-0", is_computing=True)
    cluster.now += SILENT_S + 1
    next_.work()
    assert next_.held == frozenset()
    cluster.load("worker-0", is_computing=False)
    next_.work()
    assert next_.held == {"worker-0"}
    assert silent.say().lost == ("worker-0",)


def test_what_computes_too_long_for_nobody_is_ended(dispatcher: Dispatcher, cluster: Cluster) -> None:
    silent = job_of(dispatcher, cluster, "silent", 4)
    silent.work()
    silent.work()
    cluster.load("worker-0", is_computing=True)
    cluster.now += SILENT_S + 1
    dispatcher._look()
    assert cluster.running
    cluster.now += POOL.spec.workers.item_timeout_s + 1
    dispatcher._look()
    assert not cluster.running


def test_an_idle_worker_is_kept_for_a_while_and_then_ended(dispatcher: Dispatcher, cluster: Cluster) -> None:
    job = job_of(dispatcher, cluster, "job", 4)
    job.work()
    job.work()
    dispatcher.gone("job", frozenset())
    cluster.now += 100
    dispatcher._look()
    assert cluster.running
    cluster.now += 1
    dispatcher._look()
    assert not cluster.running
    cluster.now += END_S + 1
    dispatcher._look()
    assert cluster.is_over


def test_a_pool_without_workers_and_jobs_is_forgotten(dispatcher: Dispatcher, cluster: Cluster) -> None:
    job = job_of(dispatcher, cluster, "job", 4)
    job.work()
    job.work()
    dispatcher.gone("job", frozenset())
    dispatcher._look()
    assert list(dispatcher._pools) == [POOL.key]
    cluster.now += POOL.spec.workers.idle_s + 1
    dispatcher._look()
    assert not dispatcher._pools
    job.held = frozenset()
    job.work()
    job.work()
    assert job.held == {"worker-1"}


def test_another_version_of_the_code_has_idle_workers_ended_at_once(dispatcher: Dispatcher, cluster: Cluster) -> None:
    job = job_of(dispatcher, cluster, "job", 4)
    job.work()
    job.work()
    dispatcher.retire()
    job.work()
    assert cluster.running
    dispatcher.gone("job", frozenset())
    cluster.now += 1
    dispatcher._look()
    assert not cluster.running


def test_worn_and_lost_workers_are_replaced(dispatcher: Dispatcher, cluster: Cluster) -> None:
    job = job_of(dispatcher, cluster, "job", 4)
    job.work()
    job.work()
    job.held = frozenset()
    job.say(worn=frozenset({"worker-0"}))
    job.work()
    job.work()
    assert job.held == {"worker-1"}
    cluster.dead["worker-1"] = ray.exceptions.ActorDiedError()
    del cluster.running["worker-1"]
    job.work()
    assert job.held == {"worker-1"}, "its job sees for itself of what it died"
    job.held = frozenset()
    job.work()
    job.work()
    assert job.held == {"worker-2"}


def test_workers_that_cannot_be_started_are_not_made_for_ever(dispatcher: Dispatcher, cluster: Cluster) -> None:
    cluster.places = 0
    job = job_of(dispatcher, cluster, "job", 4)
    for _ in range(9):
        job.work()
        cluster.dead = {name: ray.exceptions.ActorDiedError() for name in cluster.pending}
        cluster.pending.clear()
    assert len(cluster.made) == 3
    assert "actor" in job.say().trouble


def test_one_that_was_restarted_lends_a_worker_to_nobody_before_its_job_can_say_so(
    dispatcher: Dispatcher, cluster: Cluster
) -> None:
    has, wants = job_of(dispatcher, cluster, "has", 4), job_of(dispatcher, cluster, "wants", 4)
    has.work()
    has.work()
    again = Dispatcher("space", "family")
    has.dispatcher = wants.dispatcher = again
    wants.work()
    assert (wants.held, cluster.made) == (frozenset(), ["worker-0"])
    has.work()
    assert has.held == {"worker-0"}
    has.batches = 0
    has.give_back()
    wants.work()
    assert wants.held == {"worker-0"}


def test_an_idle_model_makes_room_but_not_within_a_minute_of_its_load(dispatcher: Dispatcher, cluster: Cluster) -> None:
    first, second = (
        job_of(dispatcher, cluster, "first", 4),
        job_of(dispatcher, cluster, "second", 4, OTHER),
    )
    first.work()
    first.work()
    cluster.load("worker-0")
    first.work()
    loaded_at = cluster.now
    dispatcher.gone("first", frozenset())
    while cluster.now < loaded_at + KEEP_LOADED_S - 4:
        second.work()
    assert list(cluster.running) == ["worker-0"]
    for _ in range(int(PLACE_S) + 5):
        second.work()
    assert second.held == {"worker-1"}


def test_nobody_is_ended_while_it_loads(dispatcher: Dispatcher, cluster: Cluster) -> None:
    first, second = (
        job_of(dispatcher, cluster, "first", 1000),
        job_of(dispatcher, cluster, "second", 4, OTHER),
    )
    first.work()
    first.work()
    for _ in range(int(3 * KEEP_LOADED_S)):
        second.work()
        assert first.say().asked_back == ()
    cluster.load("worker-0")
    for _ in range(int(KEEP_LOADED_S) + 5):
        second.work()
        first.say()
    assert first.say().asked_back == ("worker-0",)


def test_two_models_that_both_have_work_take_turns(dispatcher: Dispatcher, cluster: Cluster) -> None:
    jobs = [
        job_of(dispatcher, cluster, "first", 1000),
        job_of(dispatcher, cluster, "second", 1000, OTHER),
    ]
    had: list[str] = []
    for _ in range(600):
        for job in jobs:
            grant = job.say()
            if grant.asked_back:
                job.give_back()
            if job.held and had[-1:] != [job.name]:
                had.append(job.name)
            for name in job.held:
                cluster.load(name)
        dispatcher._look()
        cluster.now += 1.0
    assert had[:4] == ["first", "second", "first", "second"]
    assert 600 / KEEP_LOADED_S - 3 <= len(had) <= 600 / KEEP_LOADED_S + 1
    assert len(cluster.made) <= 2 * len(had)
