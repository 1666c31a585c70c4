"""What the dispatcher knows of a pool: its pace, how busy it is, and whether it has a place."""

from __future__ import annotations

from include.runtime.ray.pools import Beat, Demand, Pace
from include.runtime.ray.roster import BUSY_S, Member, PoolState
from tests.include.runtime.ray.test_pools import pool

POOL = pool()


def state_with(*members: Member) -> PoolState:
    state = PoolState(POOL)
    state.members += members
    state.demands["job"] = Demand(3, 3, 0, since=0.0)
    return state


def test_its_pace_is_that_of_all_workers_that_it_has_had() -> None:
    first, second = Member("a", POOL, 0.0), Member("b", POOL, 0.0)
    state = state_with(first, second)
    assert state.pace == Pace()
    state.heard(first, Beat(POOL, "node", is_loaded=True, load_s=5.0, items=2, computing_s=4.0), 10.0)
    state.heard(second, Beat(POOL, "node", is_loaded=True, load_s=6.0), 10.0)
    state.heard(first, Beat(POOL, "node", is_loaded=True, load_s=5.0, items=4, computing_s=12.0), 20.0)
    state.members.clear()
    assert state.pace == Pace(load_s=5.0, item_s=3.0)


def test_it_is_busy_as_far_as_its_workers_compute_while_something_waits() -> None:
    worker = Member("a", POOL, 0.0)
    state = state_with(worker)
    assert state.busy_share(0.0) == 0.0
    for now, computing_s in ((0.0, 0.0), (10.0, 9.0), (20.0, 15.0)):
        state.heard(worker, Beat(POOL, "node", computing_s=computing_s), now)
    assert state.busy_share(20.0) == 15.0 / 20.0
    state.demands["job"].batches = 0
    state.heard(worker, Beat(POOL, "node", computing_s=15.0), 30.0)
    assert state.busy_share(30.0) == 15.0 / 20.0
    assert state.busy_share(10.0 + BUSY_S) == 15.0 / 20.0
    assert state.busy_share(11.0 + BUSY_S) == 6.0 / 10.0
    assert state.busy_share(21.0 + BUSY_S) == 0.0


def test_it_is_starved_if_it_has_work_and_none_of_its_workers_has_a_place() -> None:
    waits, runs = Member("a", POOL, made_at=0.0), Member("b", POOL, made_at=0.0, node="node")
    assert not state_with(waits).is_starved(1.0, after_s=2.0)
    assert state_with(waits).is_starved(3.0, after_s=2.0)
    assert not state_with(waits, runs).is_starved(3.0, after_s=2.0)
    assert state_with(waits, runs).has_no_place(3.0, after_s=2.0)
    idle = state_with(waits)
    idle.demands.clear()
    assert not idle.is_starved(3.0, after_s=2.0)
