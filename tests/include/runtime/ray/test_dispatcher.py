"""The dispatcher without Ray: who is lent what, and what becomes of workers and jobs that are lost."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from types import SimpleNamespace

import pytest
import ray

from include.runtime.ray import dispatcher as dispatcher_module
from include.runtime.ray.dispatcher import END_S, PLACE_S, SILENT_S, Dispatcher, Grant
from include.runtime.ray.pools import KEEP_LOADED_S, Pool
from tests.include.runtime.ray.one_node import OTHER, POOL, Cluster, Job
from tests.include.runtime.ray.test_pools import pool

JobOf = Callable[..., Job]


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


def two_workers(pool: Pool) -> Pool:
    """It, but with up to two of them."""
    spec = pool.spec
    return pool.model_copy(
        update={"spec": spec.model_copy(update={"workers": spec.workers.model_copy(update={"max": 2})})}
    )


@pytest.fixture
def dispatcher(cluster: Cluster) -> Dispatcher:
    return Dispatcher("space", "family")


@pytest.fixture
def job_of(dispatcher: Dispatcher, cluster: Cluster) -> JobOf:
    """Makes jobs that nobody has heard of yet, by name, batches and pool."""
    return partial(Job, dispatcher, cluster)


def test_a_worker_is_made_for_what_waits_and_lent_once_it_runs(
    job_of: JobOf, dispatcher: Dispatcher, cluster: Cluster
) -> None:
    job = job_of("job", 4)
    assert job.say() == Grant()
    dispatcher._look()
    assert cluster.made == ["worker-0"]
    dispatcher._look()
    assert job.say() == Grant(new=("worker-0",), is_up=True)
    assert job.say() == Grant(is_up=True)


def test_a_second_job_waits_for_the_batch_in_hand_and_has_the_same_worker(job_of: JobOf, cluster: Cluster) -> None:
    large, small = job_of("large", 1000).lent(), job_of("small", 4)
    assert small.say().new == ()
    assert large.say().asked_back == ("worker-0",)
    assert small.say().new == ()
    large.give_back()
    assert small.say().new == ("worker-0",)
    assert large.say() == Grant(is_up=True)
    assert cluster.made == ["worker-0"]


def test_an_answer_that_is_lost_costs_no_worker(job_of: JobOf, dispatcher: Dispatcher) -> None:
    job = job_of("job", 4)
    job.say()
    dispatcher._look()
    dispatcher._look()
    job.say()
    job.held = frozenset()
    assert job.say().new == ("worker-0",)


def test_a_silent_job_loses_its_worker_which_is_lent_on_once_it_computes_nothing(
    job_of: JobOf, cluster: Cluster
) -> None:
    silent, next_ = job_of("silent", 4).lent(), job_of("next", 4)
    cluster.load("worker-0", is_computing=True)
    cluster.now += SILENT_S + 1
    next_.work()
    assert next_.held == frozenset()
    cluster.load("worker-0", is_computing=False)
    next_.work()
    assert next_.held == {"worker-0"}
    assert silent.say().lost == ("worker-0",)


def test_what_computes_too_long_for_nobody_is_ended(job_of: JobOf, dispatcher: Dispatcher, cluster: Cluster) -> None:
    job_of("silent", 4).lent()
    cluster.load("worker-0", is_computing=True)
    cluster.now += SILENT_S + 1
    dispatcher._look()
    assert cluster.running
    cluster.now += POOL.spec.workers.item_timeout_s + 1
    dispatcher._look()
    assert not cluster.running


def test_an_idle_worker_is_kept_for_a_while_and_then_ended(
    job_of: JobOf, dispatcher: Dispatcher, cluster: Cluster
) -> None:
    job_of("job", 4).lent()
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


def test_a_pool_without_workers_and_jobs_is_forgotten(job_of: JobOf, dispatcher: Dispatcher, cluster: Cluster) -> None:
    job = job_of("job", 4).lent()
    dispatcher.gone("job", frozenset())
    dispatcher._look()
    assert list(dispatcher._pools) == [POOL.key]
    cluster.now += POOL.spec.workers.idle_s + 1
    dispatcher._look()
    assert not dispatcher._pools
    job.held = frozenset()
    assert job.lent().held == {"worker-1"}


def test_another_version_of_the_code_has_idle_workers_ended_at_once(
    job_of: JobOf, dispatcher: Dispatcher, cluster: Cluster
) -> None:
    job = job_of("job", 4).lent()
    dispatcher.retire()
    job.work()
    assert cluster.running
    dispatcher.gone("job", frozenset())
    cluster.now += 1
    dispatcher._look()
    assert not cluster.running


def test_worn_and_lost_workers_are_replaced(job_of: JobOf, cluster: Cluster) -> None:
    job = job_of("job", 4).lent()
    job.held = frozenset()
    job.say(worn=frozenset({"worker-0"}))
    assert job.lent().held == {"worker-1"}
    cluster.dead["worker-1"] = ray.exceptions.ActorDiedError()
    del cluster.running["worker-1"]
    job.work()
    assert job.held == {"worker-1"}, "its job sees for itself of what it died"
    job.held = frozenset()
    assert job.lent().held == {"worker-2"}


def test_workers_that_cannot_be_started_are_not_made_for_ever(job_of: JobOf, cluster: Cluster) -> None:
    cluster.places = 0
    job = job_of("job", 4)
    for _ in range(9):
        job.work()
        cluster.dead = {name: ray.exceptions.ActorDiedError() for name in cluster.pending}
        cluster.pending.clear()
    assert len(cluster.made) == 3
    assert "actor" in job.say().trouble


def test_one_that_was_restarted_lends_a_worker_to_nobody_before_its_job_can_say_so(
    job_of: JobOf, cluster: Cluster
) -> None:
    has, wants = job_of("has", 4).lent(), job_of("wants", 4)
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


def test_an_idle_model_makes_room_but_not_within_a_minute_of_its_load(
    job_of: JobOf, dispatcher: Dispatcher, cluster: Cluster
) -> None:
    first, second = job_of("first", 4).lent(), job_of("second", 4, OTHER)
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


@pytest.mark.parametrize("is_idle", [False, True], ids=["computing", "idle"])
def test_a_model_with_two_workers_gives_up_one_at_once_for_a_model_with_none(
    job_of: JobOf, cluster: Cluster, is_idle: bool
) -> None:
    cluster.places = 2
    first = job_of("first", 8, two_workers(POOL)).lent()
    second = job_of("second", 8, two_workers(OTHER))
    for name in first.held:
        cluster.load(name)
    first.work()
    if is_idle:
        first.batches = 0
        first.give_back()
    loaded_at = cluster.now
    while not second.held:
        assert cluster.now < loaded_at + KEEP_LOADED_S / 2
        second.work()
        if not is_idle and (asked_back := first.say().asked_back):
            first.held -= {*asked_back}
    cluster.load(*second.held)
    for _ in range(10):
        second.work()
        assert first.say(busy=0).asked_back == ()
    assert len(cluster.running) == 2
    assert {beat.pool.recipe for beat in cluster.running.values()} == {POOL.recipe, OTHER.recipe}


def test_what_no_node_could_hold_keeps_nobody_else_waiting(
    job_of: JobOf, dispatcher: Dispatcher, cluster: Cluster
) -> None:
    cluster.places = 2
    nowhere = job_of("nowhere", 4, pool(gpus=1, workers={"max": 1}))
    for _ in range(5):
        nowhere.work()
    other = job_of("other", 4, two_workers(POOL))
    for _ in range(3):
        nowhere.say()
        other.work()
    assert len(other.held) == 2
    assert list(cluster.pending) == ["worker-0"], "a node may still come"


def test_nobody_is_ended_while_it_loads(job_of: JobOf, cluster: Cluster) -> None:
    first, second = job_of("first", 1000).lent(), job_of("second", 4, OTHER)
    for _ in range(int(3 * KEEP_LOADED_S)):
        second.work()
        assert first.say().asked_back == ()
    cluster.load("worker-0")
    for _ in range(int(KEEP_LOADED_S) + 5):
        second.work()
        first.say()
    assert first.say().asked_back == ("worker-0",)


def test_two_models_that_both_have_work_take_turns(job_of: JobOf, dispatcher: Dispatcher, cluster: Cluster) -> None:
    jobs = [job_of("first", 1000), job_of("second", 1000, OTHER)]
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
