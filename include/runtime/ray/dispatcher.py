"""The one actor, for one store and one version of the code, that lends workers to jobs. It holds numbers, never items.

Jobs say how much waits, and talk to their workers themselves. What is known here may be lost at any moment: workers are
found again by their names, and jobs say again what they have and need.
"""

from __future__ import annotations

import logging
import sys
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from threading import Event, RLock, Thread
from typing import Any

import ray

from include.runtime.ray import pools
from include.runtime.ray.hands import Hands
from include.runtime.ray.metrics import DispatcherMetrics
from include.runtime.ray.pools import Demand, Pool
from include.runtime.ray.roster import Member, PoolState, spare_ones

log = logging.getLogger(__name__)

NAME = "dispatcher"
SILENT_S = 15.0
"""A job that says nothing for so long loses its workers."""
LOOK_S = 0.25
PLACE_S = 2.0
"""A worker that runs nowhere after so long has no place."""
START_S = 10.0
"""A worker that room was made for runs within so long, if it runs at all."""
MOST_FAILED_STARTS = 3
_DEAD_KNOWN = 1000
END_S = 600.0
"""With neither jobs nor workers for so long, it ends."""


@dataclass(frozen=True)
class Wish:
    """What a job says, at least every few seconds."""

    job: str
    pool: Pool
    batches: int
    """Waiting, in no worker's hand."""
    items: int
    """In those."""
    busy: int
    """Of its workers, how many have a batch in hand."""
    held: frozenset[str] = frozenset()
    """All workers that it has, by name."""
    worn: frozenset[str] = frozenset()
    """Of those that it had, which are no more."""


@dataclass(frozen=True)
class Grant:
    """What a job is told."""

    new: tuple[str, ...] = ()
    """Workers that it has from now on."""
    asked_back: tuple[str, ...] = ()
    """Workers to be given back after the batch in hand."""
    lost: tuple[str, ...] = ()
    """Workers that it thinks it has."""
    is_up: bool = False
    """Whether any worker of its pool runs."""
    trouble: str = ""
    """Why none can be started, however often it was tried."""


class Dispatcher:
    """Thread-safe."""

    def __init__(self, namespace: str, family: str) -> None:
        """:param family: what the namespaces of all versions begin with that work for the same store."""
        logging.basicConfig(level=logging.INFO, stream=sys.stderr)
        self._hands = Hands(namespace, NAME)
        self._lock, self._over = RLock(), Event()
        self._is_retired = False
        self._pools: dict[str, PoolState] = {}
        self._metrics = DispatcherMetrics()
        self._began_at = self._active_at = time.monotonic()
        self._dead: deque[str] = deque(maxlen=_DEAD_KNOWN)
        """Workers that their jobs have noticed by themselves, or will."""
        for name, handle in self._hands.found():
            self._hands.adopt(name, handle)
        self._hands.retire_others(family)
        Thread(target=self._keep_looking, daemon=True, name="pools").start()

    def sync(self, wish: Wish) -> Grant:
        """Take note of what a job needs and has; what it is given, and asked for."""
        with self._lock:
            now = time.monotonic()
            state = self._state(wish.pool)
            demand = state.demands.setdefault(wish.job, Demand(0, 0, 0, now))
            demand.batches, demand.items, demand.busy = wish.batches, wish.items, wish.busy
            state.heard_at[wish.job] = now
            lost = self._compare(state, wish, now)
            self._lend(state, now)
            new = [each for each in state.of(wish.job) if not each.is_told]
            for each in new:
                each.is_told = True
            asked = [each.name for each in state.of(wish.job) if each.asked_back]
            trouble = state.trouble if state.failed_starts >= MOST_FAILED_STARTS else ""
            is_up = any(each.is_up for each in state.members)
            return Grant(tuple(each.name for each in new), tuple(asked), tuple(lost), is_up, trouble)

    def gone(self, job: str, worn: frozenset[str]) -> None:
        """A job has ended, and gives back all that it had but what is no more."""
        with self._lock:
            now = time.monotonic()
            for state in self._pools.values():
                for member in state.of(job):
                    member.goes |= member.name in worn
                state.forget(job, now)

    def retire(self) -> None:
        """Another version of the code has come: what is lent is finished, and nothing waits for more."""
        with self._lock:
            self._is_retired = True

    def _state(self, pool: Pool) -> PoolState:
        return self._pools.setdefault(pool.key, PoolState(pool))

    def _compare(self, state: PoolState, wish: Wish, now: float) -> list[str]:
        """Free what a job has given back; what it thinks it has, and has not."""
        for member in list(state.of(wish.job)):
            member.goes |= member.name in wish.worn
            if member.is_told and member.name not in wish.held:
                member.free(now)
        known = {member.name: member for member in state.members}
        lost = []
        for name in sorted(wish.held):
            if name in self._hands.unknown or name in self._dead:
                continue
            mine = known.get(name)
            if mine is None or mine.job not in ("", wish.job):
                lost.append(name)
            elif not mine.job:
                mine.lend(wish.job, now, is_told=True)
                state.demands[wish.job].had += 1
        return lost

    def _lend(self, state: PoolState, now: float) -> None:
        """Have each job of a pool have its share."""
        for job, demand in state.demands.items():
            demand.leases = sum(not member.asked_back for member in state.of(job))
        free = [each for each in state.members if each.is_free(now)]
        coming = sum(each.asked_back and not each.goes for each in state.members)
        changes = pools.leases(state.demands, len(free), now, coming)
        free.sort(key=lambda each: (not each.is_loaded, -each.used_at))
        for job, number in changes.given.items():
            for member in free[:number]:
                member.lend(job, now)
                state.demands[job].since = now
                state.demands[job].had += 1
            del free[:number]
        for job, number in changes.asked_back.items():
            held = sorted((each for each in state.of(job) if not each.asked_back), key=lambda each: each.lent_at)
            for member in held[:number]:
                member.asked_back = True

    def _keep_looking(self) -> None:
        while not self._over.wait(LOOK_S):
            try:
                with self._lock:
                    self._look()
            except Exception:
                # A cluster that is not itself is looked at again.
                log.exception("pools cannot be looked after now")

    def _look(self) -> None:
        now = time.monotonic()
        self._hear(now)
        for state in self._pools.values():
            for job in [job for job, heard_at in state.heard_at.items() if now - heard_at > SILENT_S]:
                log.warning("a job says nothing, and loses its workers")
                state.forget(job, now, in_silence=True)
            self._lend(state, now)
        # Who was found by name counts before more are made.
        is_sure = not self._hands.unknown or now - self._began_at > SILENT_S
        starved = [each for each in self._pools.values() if each.is_starved(now, PLACE_S)]
        nodes = self._hands.nodes() if starved else []
        for state in self._pools.values():
            is_in_the_way = any(pools.competes(state.pool.spec, each.pool.spec, nodes) for each in starved)
            self._fit(state, now, may_grow=is_sure and (state in starved or not is_in_the_way))
        for state in list(self._pools.values()):
            self._make_room(state, now)
        self._metrics.tell(self._pools.values())
        self._forget_empty()
        self._end_if_idle(now)

    def _hear(self, now: float) -> None:
        """Take note of what workers say, and of those that say nothing any more."""
        for name, beat in self._hands.beats(now):
            if isinstance(beat, BaseException):
                self._lost(name, beat)
                continue
            state = self._state(beat.pool)
            member = next((each for each in state.members if each.name == name), None)
            if member is None:
                # Whoever has it says so before anybody else may get it.
                member = Member(name, beat.pool, now, unknown_until=now + SILENT_S, rests_since=now)
                state.members.append(member)
            state.heard(member, beat, now)

    def _lost(self, name: str, error: BaseException) -> None:
        self._dead.append(name)
        for state in self._pools.values():
            for member in [each for each in state.members if each.name == name]:
                state.members.remove(member)
                if not member.is_up and not isinstance(error, ray.exceptions.ActorUnschedulableError):
                    state.failed_starts += 1
                    state.trouble = str(error)
                log.info("a worker is gone: %s", str(error).partition("\n")[0])

    def _fit(self, state: PoolState, now: float, *, may_grow: bool) -> None:
        """Have as many workers as are worth it, and none that is idle for too long."""
        limits = state.pool.spec.workers
        wanted = pools.size(limits, state.demands.values(), state.pace)
        running = sum(each.is_up for each in state.members)
        if not may_grow:
            wanted = min(wanted, running)
        idle_s = 0.0 if self._is_retired else limits.idle_s
        for member in sorted(state.members, key=lambda each: (each.is_up, each.used_at)):
            if member.overdue(now):
                log.warning("a worker is ended: nobody waits any more for what it computes")
                member.goes, member.rests_since = True, 0.0
            is_needless = now - member.used_at > idle_s if member.is_up else not (may_grow and state.demands)
            is_spare = len(state.members) > wanted and is_needless
            if member.is_free(now, or_starting=True) and (member.goes or is_spare):
                self._end(state, member)
        if state.failed_starts >= MOST_FAILED_STARTS:
            return
        for _ in range(wanted - len(state.members)):
            name = self._hands.make(state.pool)
            state.members.append(Member(name, state.pool, now))

    def _make_room(self, state: PoolState, now: float) -> None:
        """For a worker that has no place."""
        if not state.has_no_place(now, PLACE_S):
            return
        if any(each.goes for each in self._members()):
            state.room_made_at = now
        if now - state.room_made_at < START_S:
            return
        others = [each for each in self._members() if each.pool != state.pool and each.is_up and not each.is_loading]
        spare = spare_ones(self._pools.values(), now)
        removable = [each.removable(self._state(each.pool).load_s, each.name in spare, now) for each in others]
        is_starved = state.is_starved(now, PLACE_S)
        names = pools.evicted(state.pool.spec, self._hands.nodes(), removable, now, is_starved=is_starved)
        for member in [each for each in others if each.name in names]:
            member.goes = True
            member.asked_back = bool(member.job)
            self._metrics.evicted(member.pool)
        state.looked_for_place_at = now

    def _end(self, state: PoolState, member: Member) -> None:
        state.members.remove(member)
        self._hands.end(member.name, is_up=member.is_up)

    def _members(self) -> Iterator[Member]:
        for state in self._pools.values():
            yield from state.members

    def _forget_empty(self) -> None:
        """Pools with neither workers nor jobs; of one that comes back, the pace is learnt again."""
        for key, state in list(self._pools.items()):
            if not state.members and not state.demands:
                del self._pools[key]
                self._metrics.over(state.pool)

    def _end_if_idle(self, now: float) -> None:
        if self._pools or self._hands.unknown:
            self._active_at = now
        if now - self._active_at > END_S:
            self._over.set()
            self._hands.end_self()


def dispatcher_in(namespace: str, family: str) -> Any:
    """The dispatcher of `namespace`; made if there is none."""
    return (
        ray.remote(Dispatcher)
        .options(
            name=NAME,
            namespace=namespace,
            get_if_exists=True,
            lifetime="detached",
            num_cpus=0,
            resources={"node:__internal_head__": 0.001},
            max_restarts=-1,
        )
        .remote(namespace, family)
    )
