"""Sizes, leases and evictions of pools, without Ray."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.contract.artifacts import ModelIdentity
from include.contract.ray import WorkerLimits, WorkerSpec
from include.runtime.ray.pools import (
    KEEP_LOADED_S,
    TURN_S,
    Demand,
    Node,
    Pace,
    Pool,
    Removable,
    Resources,
    competes,
    evicted,
    leases,
    needed,
    shares,
    size,
)

LIMITS = WorkerLimits(max=8)
NOW = 1000.0
ONE_GPU = Resources(0, 0, 1)
WHOLE = Resources(16, 8192, 4)


def pool(recipe: str = "image.scene", variant: str = "int8", **spec: object) -> Pool:
    told = {"cpu": 1, "memory_mib": 512, "schedule_timeout_s": 60, "workers": {}, **spec}
    model = ModelIdentity(name="painter", revision="1", variant=variant, digest="a" * 64)
    return Pool(recipe=recipe, model=model, stages="stages", spec=WorkerSpec.model_validate(told))


def demand(batches: int, leases: int = 0, *, since: float = NOW, had: int | None = None, items: int = 0) -> Demand:
    """Of a job all of whose workers are busy."""
    return Demand(batches, items or batches, leases, since, leases, leases if had is None else had)


def test_what_workers_are_for_tells_pools_apart() -> None:
    pools = [
        pool(),
        pool(recipe="image.shot"),
        pool(variant="int4"),
        pool(gpus=0.25),
        pool(labels={"gpu": "h100"}),
        pool(memory_mib=1024),
        pool(workers={"max": 2}),
        pool().model_copy(update={"variables": {"ATELIER_MODEL_CACHE": "verify"}}),
        pool().model_copy(update={"stages": "others"}),
    ]
    assert len({each.key for each in pools}) == len(pools)
    assert pool().key == pool().key


@pytest.mark.parametrize(
    ("batches", "item_s", "load_s", "workers"),
    [
        (0, 2.5, 5.0, 0),
        (8, 2.5, 5.0, 4),
        (8, 2.5, 60.0, 1),
        (3, 100.0, 1.0, 3),
        (100, 2.5, 5.0, 8),
        (3, None, None, 3),
        (3, 2.5, None, 3),
        (3, 2.5, 0.0, 3),
    ],
)
def test_a_pool_grows_as_long_as_what_waits_takes_longer_than_a_load(
    batches: int, item_s: float | None, load_s: float | None, workers: int
) -> None:
    assert size(LIMITS, [demand(batches)], Pace(load_s, item_s)) == workers


def test_a_pool_without_jobs_has_none_and_one_with_jobs_at_least_its_minimum() -> None:
    limits = WorkerLimits(min=2, max=3)
    assert size(limits, [], Pace()) == 0
    assert size(limits, [demand(0)], Pace()) == 2
    assert size(limits, [demand(9)], Pace()) == 3


def test_who_works_keeps_its_workers_however_little_waits() -> None:
    assert size(LIMITS, [demand(1, leases=3)], Pace(load_s=60.0, item_s=1.0)) == 3


def test_a_job_that_comes_gets_a_worker_of_the_one_that_has_all() -> None:
    changes = leases({"large": demand(996, leases=2, since=0), "small": demand(4)}, free=0, now=NOW)
    assert (changes.given, changes.asked_back) == ({}, {"large": 1})
    changes = leases({"large": demand(996, leases=1, since=0), "small": demand(4)}, free=1, now=NOW)
    assert (changes.given, changes.asked_back) == ({"small": 1}, {})


def test_a_job_that_comes_need_not_wait_for_the_end_of_a_turn() -> None:
    changes = leases({"large": demand(996, leases=1, since=NOW), "small": demand(4)}, free=0, now=NOW)
    assert changes.asked_back == {"large": 1}


def test_what_was_asked_back_is_not_asked_again() -> None:
    ending = Demand(batches=0, items=0, busy=1, since=0, leases=2, had=3)
    assert leases({"ending": ending, "small": demand(1)}, free=0, now=NOW).asked_back == {"ending": 1}
    changes = leases({"ending": ending, "small": demand(1)}, free=0, now=NOW, coming=1)
    assert (changes.given, changes.asked_back) == ({}, {})


def test_a_job_with_little_left_finishes_it() -> None:
    small, large = demand(3, leases=1, since=0), demand(996, had=1, since=0)
    assert leases({"small": small, "large": large}, free=0, now=NOW).asked_back == {}


def test_two_large_jobs_take_turns() -> None:
    def asked_back(since: float) -> dict[str, int]:
        here, waits = demand(900, leases=1, since=since), demand(900, had=1, since=0)
        return leases({"here": here, "waits": waits}, free=0, now=NOW).asked_back

    assert asked_back(since=NOW - TURN_S + 1) == {}
    assert asked_back(since=NOW - TURN_S) == {"here": 1}


DEMANDS = st.builds(
    lambda batches, leases, since, had: demand(batches, leases, since=since, had=leases + had),
    st.integers(0, 30),
    st.integers(0, 5),
    st.floats(0, NOW),
    st.integers(0, 2),
)


@given(st.lists(DEMANDS, max_size=6), st.integers(0, 20))
def test_shares_are_even_and_none_is_wasted(demands: list[Demand], workers: int) -> None:
    jobs = {str(number): each for number, each in enumerate(demands)}
    given_ = shares(jobs, workers, NOW)
    assert sum(given_.values()) == min(workers, sum(each.use for each in demands))
    for job, share in given_.items():
        assert share <= jobs[job].use
        if share < jobs[job].use:
            assert max(given_.values()) <= share + 1


@given(st.lists(DEMANDS, max_size=6), st.integers(0, 8))
def test_leases_lead_to_the_shares_and_then_stay(demands: list[Demand], free: int) -> None:
    jobs = {str(number): each for number, each in enumerate(demands)}
    for _ in range(3):
        changes = leases(jobs, free, NOW)
        assert sum(changes.given.values()) <= free
        for job, number in changes.given.items():
            free -= number
            jobs[job].leases += number
            jobs[job].had += number
        for job, number in changes.asked_back.items():
            assert number <= jobs[job].leases
            free += number
            jobs[job].leases -= number
    assert free >= 0
    if all(each.use <= 8 or each.leases == 0 for each in jobs.values()):
        assert not leases(jobs, free, NOW).given


@given(st.lists(st.tuples(st.integers(0, 2), st.sampled_from([0.25, 0.5, 1.0]), st.floats(0, NOW)), max_size=8))
def test_who_is_evicted_makes_enough_room_and_none_too_much(told: list[tuple[int, float, float]]) -> None:
    workers = [
        Removable(str(number), f"node-{node}", Resources(0, 0, gpus), used_at, 0)
        for number, (node, gpus, used_at) in enumerate(told)
    ]
    nodes = [Node(f"node-{number}", Resources(8, 4096, 0), WHOLE) for number in range(3)]
    names = evicted(pool(gpus=1).spec, nodes, workers, NOW, is_starved=True)
    ended = [each for each in workers if each.name in names]
    room = {node.id: sum(each.has.gpus for each in workers if each.node == node.id) for node in nodes}
    assert bool(ended) == any(gpus >= 1 for gpus in room.values())
    if ended:
        gpus = [each.has.gpus for each in ended]
        assert sum(gpus) >= 1
        assert sum(gpus) - min(gpus) < 1
        assert len({each.node for each in ended}) == 1


def removable(
    name: str, used_at: float, loaded_at: float = 0.0, node: str = "node", has: Resources = ONE_GPU
) -> Removable:
    return Removable(name, node, has, used_at, loaded_at)


NODE = Node("node", Resources(8, 4096, 0), WHOLE, {"gpu": "h100"})


def test_the_least_recently_used_goes() -> None:
    workers = [removable("new", 20), removable("old", 10)]
    assert evicted(pool(gpus=1).spec, [NODE], workers, NOW, is_starved=True) == ["old"]


def test_none_goes_so_soon_after_its_load() -> None:
    young = removable("young", 0, loaded_at=NOW - KEEP_LOADED_S + 1)
    assert evicted(pool(gpus=1).spec, [NODE], [young], NOW, is_starved=True) == []
    assert evicted(pool(gpus=1).spec, [NODE], [removable("new", 5), young], NOW, is_starved=True) == ["new"]
    assert evicted(pool(gpus=1).spec, [NODE], [young], NOW + 1, is_starved=True) == ["young"]


def test_a_spare_one_goes_however_young_it_is_but_only_for_a_pool_that_has_none() -> None:
    young = Removable("young", "node", ONE_GPU, used_at=0, loaded_at=NOW, is_spare=True)
    assert evicted(pool(gpus=1).spec, [NODE], [young], NOW, is_starved=True) == ["young"]
    assert evicted(pool(gpus=1).spec, [NODE], [young], NOW, is_starved=False) == []


def test_for_a_pool_that_has_some_only_one_goes_that_has_rested_for_two_loads() -> None:
    rested = Removable("rested", "node", ONE_GPU, used_at=NOW - 20, loaded_at=0, load_s=10)
    assert evicted(pool(gpus=1).spec, [NODE], [rested], NOW, is_starved=False) == ["rested"]
    assert evicted(pool(gpus=1).spec, [NODE], [rested], NOW - 1, is_starved=False) == []
    assert evicted(pool(gpus=1).spec, [NODE], [rested], NOW - 1, is_starved=True) == ["rested"]
    lent, fresh = replace(rested, is_idle=False), replace(rested, name="fresh", used_at=NOW)
    assert evicted(pool(gpus=1).spec, [NODE], [lent], NOW, is_starved=False) == []
    assert evicted(pool(gpus=1).spec, [NODE], [lent, fresh], NOW, is_starved=True) == ["fresh"]


def test_none_goes_where_there_is_room_or_where_that_would_not_help() -> None:
    workers = [removable("idle", 0)]
    roomy = Node("roomy", Resources(1, 512, 1), WHOLE)
    assert evicted(pool(gpus=1).spec, [NODE, roomy], workers, NOW, is_starved=True) == []
    assert evicted(pool(gpus=1, labels={"gpu": "b200"}).spec, [NODE], workers, NOW, is_starved=True) == []
    assert evicted(pool(gpus=1, labels={"gpu": "h100"}).spec, [NODE], workers, NOW, is_starved=True) == ["idle"]
    assert evicted(pool(gpus=2).spec, [NODE], workers, NOW, is_starved=True) == []
    assert evicted(pool(gpus=1, memory_mib=8192).spec, [NODE], workers, NOW, is_starved=True) == []


def test_the_node_where_fewest_go_is_chosen() -> None:
    half = Resources(0, 0, 0.5)
    elsewhere = Node("elsewhere", Resources(8, 4096, 0), WHOLE)
    workers = [
        removable("half", 1, node="elsewhere", has=half),
        removable("other half", 2, node="elsewhere", has=half),
        removable("whole", 900),
    ]
    assert evicted(pool(gpus=1).spec, [NODE, elsewhere], workers, NOW, is_starved=True) == ["whole"]


def test_what_a_worker_reserves_is_what_its_profile_says() -> None:
    assert needed(pool(cpu=2, memory_mib=100, gpus=0.25).spec) == Resources(2, 100, 0.25)


def test_models_that_do_not_fit_together_are_loaded_once_a_minute_at_most() -> None:
    """Two pools that both always want the one device."""
    loads, now, here = [0.0], 0.0, 0
    while now < 600:
        now += 1
        there = [removable(str(here), now, loaded_at=loads[-1])]
        if evicted(pool(gpus=1).spec, [NODE], there, now, is_starved=True):
            loads.append(now)
            here = 1 - here
    assert len(loads) == 600 // KEEP_LOADED_S + 1
    assert all(later - earlier >= KEEP_LOADED_S for earlier, later in pairwise(loads))


@pytest.mark.parametrize(
    ("asked", "is_held"),
    [({"gpus": 4}, True), ({"gpus": 4, "labels": {"gpu": "a100"}}, False), ({"gpus": 5}, False), ({"cpu": 17}, False)],
)
def test_a_node_could_hold_what_it_has_wherever_that_is_reserved_now(asked: dict[str, object], is_held: bool) -> None:
    assert NODE.could_hold(pool(**asked).spec) is is_held


@pytest.mark.parametrize(
    ("asked", "starved", "is_in_the_way"),
    [
        ({"gpus": 1}, {"gpus": 1}, True),
        ({"gpus": 0}, {"gpus": 1}, False),
        ({"gpus": 1, "labels": {"gpu": "a100"}}, {"gpus": 1}, False),
        ({"gpus": 1}, {"gpus": 5}, False),
        ({"cpu": 1}, {"cpu": 9}, True),
        ({"cpu": 1}, {"cpu": 8}, False),
    ],
)
def test_who_takes_what_another_lacks_is_in_its_way(
    asked: dict[str, object], starved: dict[str, object], is_in_the_way: bool
) -> None:
    assert competes(pool(**asked).spec, pool(**starved).spec, [NODE]) is is_in_the_way
    assert not competes(pool(**asked).spec, pool(**starved).spec, [])


def test_a_model_is_kept_for_as_long_as_its_load_takes() -> None:
    slow = Removable("slow", "node", ONE_GPU, used_at=0, loaded_at=NOW - 599, load_s=600)
    assert evicted(pool(gpus=1).spec, [NODE], [slow], NOW, is_starved=True) == []
    assert evicted(pool(gpus=1).spec, [NODE], [slow], NOW + 1, is_starved=True) == ["slow"]
