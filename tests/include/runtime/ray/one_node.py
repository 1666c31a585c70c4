"""In the place of Ray: a node on which workers run, and the jobs that are lent them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

from include.runtime.ray.dispatcher import Dispatcher, Grant, Wish
from include.runtime.ray.pools import Beat, Node, Pool, Resources, needed
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
            if len(self.running) < self.places and any(node.could_hold(wanted.spec) for node in self.nodes()):
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
        free, whole = (
            Resources(one.cpu * places, one.memory_mib * places, 0)
            for places in (self.places - len(self.running), self.places)
        )
        return [Node("node", free, whole)]

    def retire_others(self, family: str) -> None:
        pass

    def end_self(self) -> None:
        self.is_over = True

    def load(self, name: str, **more: Any) -> None:
        """Have a worker say that it has its model."""
        self.running[name] = replace(self.running[name], is_loaded=True, load_s=5.0, **more)


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

    def lent(self) -> Job:
        """Itself, once it has had the time to be lent a worker that was made for it."""
        self.work()
        self.work()
        return self
