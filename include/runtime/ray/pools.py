"""Pools of workers that have the same model: how many there are to be, who gets them, and which go. Numbers only.

A pool is what its workers are for. Jobs say how much waits; nothing here knows an item, a clock or Ray.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from include.contract import environment
from include.contract.artifacts import ModelIdentity
from include.contract.canonical import canonical_tree, digest
from include.contract.ray import WorkerLimits, WorkerSpec
from include.contract.requests import StageRequest
from include.contract.values import Closed

MODEL_VARIABLES = (environment.MODEL_CACHE, environment.MODEL_CACHE_BYTES)
"""Of a driver's environment, what its workers have too."""
KEEP_LOADED_S = 60.0
"""A worker that has loaded its model so recently, or within what a load takes, is not ended to make room for another,
unless it is spare."""
TURN_S = 30.0
"""A job that others wait for keeps a worker for as long, unless they have had none yet."""
LAST_BATCHES = 8
"""A job with so few left finishes them before it gives a worker back."""
_KEY_DIGITS = 16
_ROUNDING = 1e-6


class Pool(Closed):
    """What all workers of one pool are for."""

    recipe: str
    model: ModelIdentity
    stages: str
    """Module whose `stage_of` gives a stage for a recipe."""
    spec: WorkerSpec
    variables: dict[str, str] = {}
    """Of the environment: what the deployment says of models."""

    @property
    def key(self) -> str:
        """What tells it from others."""
        return digest(canonical_tree(self))[:_KEY_DIGITS]


def pool_of(request: StageRequest, stages: str, spec: WorkerSpec) -> Pool:
    """The pool that makes what `request` asks for; of this process's environment it has what is said of models."""
    told = {name: os.environ[name] for name in MODEL_VARIABLES if os.environ.get(name)}
    return Pool(recipe=request.recipe, model=request.model, stages=stages, spec=spec, variables=told)


@dataclass(frozen=True)
class Beat:
    """What a worker says of itself."""

    pool: Pool
    node: str
    is_loaded: bool = False
    load_s: float = 0.0
    """What loading its model took so far."""
    items: int = 0
    """That it has computed so far."""
    computing_s: float = 0.0
    """What that took."""
    is_computing: bool = False


@dataclass
class Demand:
    """What one job needs of a pool, and has."""

    batches: int
    """Waiting, in no worker's hand."""
    items: int
    """In those."""
    busy: int
    """Of its workers, how many have a batch in hand."""
    since: float
    """When it came, or last got a worker."""
    leases: int = 0
    """Workers that it has."""
    had: int = 0
    """How many it has been given so far."""

    @property
    def use(self) -> int:
        """How many workers it has something to do for."""
        return self.batches + self.busy


@dataclass(frozen=True)
class Pace:
    """How fast a pool is, as far as its workers have said; None where none has."""

    load_s: float | None = None
    """To load its model."""
    item_s: float | None = None
    """To compute one item."""


def size(limits: WorkerLimits, demands: Collection[Demand], pace: Pace) -> int:
    """How many workers a pool is to have.

    One more is worth its load if, shared among all of them, what waits takes longer than that. Until the pool's pace is
    known, each batch that waits gets one.
    """
    if not demands:
        return 0
    busy = sum(demand.busy for demand in demands)
    waiting = sum(demand.batches for demand in demands)
    worth = busy + waiting
    if pace.load_s and pace.item_s is not None and waiting:
        waiting_s = sum(demand.items for demand in demands) * pace.item_s
        worth = min(worth, max(busy, int(waiting_s / pace.load_s), 1))
    return max(limits.min, min(limits.max, worth))


def shares(demands: Mapping[str, Demand], workers: int, now: float) -> dict[str, int]:
    """How many of a pool's workers each job is to have: one each, round by round, as far as it has use for them."""
    ranked = sorted(demands, key=lambda job: (_rank(demands[job], now), demands[job].since, job))
    given = dict.fromkeys(ranked, 0)
    left = workers
    while left:
        takers = [job for job in ranked if given[job] < demands[job].use][:left]
        if not takers:
            break
        for job in takers:
            given[job] += 1
        left -= len(takers)
    return given


def _rank(demand: Demand, now: float) -> int:
    """Who is asked first where there are fewer workers than jobs; the lowest."""
    if demand.leases and demand.use <= LAST_BATCHES:
        return 0
    if not demand.had:
        return 1
    if demand.leases:
        return 2 if now - demand.since < TURN_S else 4
    return 3


@dataclass(frozen=True)
class Leases:
    """What is to change, by job: workers that it is given now, and workers that it is asked to give back."""

    given: dict[str, int] = field(default_factory=dict)
    asked_back: dict[str, int] = field(default_factory=dict)


def leases(demands: Mapping[str, Demand], free: int, now: float, coming: int = 0) -> Leases:
    """Who gets the `free` workers of a pool, and who gives some back because others have fewer than their share.

    :param coming: workers that were asked back before, and are nobody's lease any more.
    """
    to_have = shares(demands, free + coming + sum(demand.leases for demand in demands.values()), now)
    given: dict[str, int] = {}
    lacking = -coming
    for job, share in to_have.items():
        lacks = max(0, share - demands[job].leases)
        given[job] = min(lacks, free)
        free -= given[job]
        lacking += lacks - given[job]
    asked_back: dict[str, int] = {}
    for job, share in reversed(to_have.items()):
        asked_back[job] = min(max(0, demands[job].leases - share), max(0, lacking))
        lacking -= asked_back[job]
    return Leases(_positive(given), _positive(asked_back))


def _positive(numbers: Mapping[str, int]) -> dict[str, int]:
    return {name: number for name, number in numbers.items() if number}


@dataclass(frozen=True)
class Resources:
    """What a worker reserves, or a node has."""

    cpu: float
    memory_mib: float
    gpus: float

    def holds(self, need: Resources) -> bool:
        """Whether there is as much."""
        return all(has + _ROUNDING >= asked for has, asked in zip(self._each, need._each, strict=True))

    def lacks(self, need: Resources, other: Resources) -> bool:
        """Whether there is not enough for `need` of something that `other` takes too."""
        each = zip(self._each, need._each, other._each, strict=True)
        return any(has + _ROUNDING < asked and takes > 0 for has, asked, takes in each)

    @property
    def _each(self) -> tuple[float, float, float]:
        return self.cpu, self.memory_mib, self.gpus

    def __add__(self, other: Resources) -> Resources:
        return Resources(self.cpu + other.cpu, self.memory_mib + other.memory_mib, self.gpus + other.gpus)


def needed(spec: WorkerSpec) -> Resources:
    """What a worker reserves."""
    return Resources(spec.cpu, spec.memory_mib, spec.gpus)


@dataclass(frozen=True)
class Node:
    """One that lives, with what nobody has reserved of it."""

    id: str
    free: Resources
    whole: Resources
    """With what is reserved of it."""
    labels: Mapping[str, str] = field(default_factory=dict)

    def could_hold(self, spec: WorkerSpec) -> bool:
        """Whether it would hold one like `spec` if nothing of it were reserved."""
        return self.may_have(spec) and self.whole.holds(needed(spec))

    def may_have(self, spec: WorkerSpec) -> bool:
        """Whether it has the labels that one like `spec` asks for."""
        return spec.labels.items() <= self.labels.items()


def competes(spec: WorkerSpec, starved: WorkerSpec, nodes: Iterable[Node]) -> bool:
    """Whether one like `spec` would take what one like `starved` lacks, on a node that could hold that one."""
    places = [node for node in nodes if node.could_hold(starved) and node.may_have(spec)]
    return any(node.free.lacks(needed(starved), needed(spec)) for node in places)


@dataclass(frozen=True)
class Removable:
    """A worker that could make room for another."""

    name: str
    node: str
    has: Resources
    used_at: float
    """When it was last lent, or given back."""
    loaded_at: float
    """When it had loaded its model; 0 if it has none."""
    load_s: float = 0.0
    """What loading its model takes."""
    is_idle: bool = True
    """Whether it is nobody's."""
    is_spare: bool = False
    """Whether its pool has another."""

    def may_go(self, now: float, *, is_starved: bool) -> bool:
        """Whether it may be ended for a pool that has workers, or for one that has none.

        For one that has none: whatever is spare, since then both have one, and else what is not fresh. For one that has
        some, what has rested for as long as the two loads take that its end may cost: the other's, and its own again.
        """
        is_old = now - self.loaded_at >= max(KEEP_LOADED_S, self.load_s)
        if is_starved:
            return self.is_spare or is_old
        return self.is_idle and is_old and now - self.used_at >= 2 * self.load_s


def evicted(
    spec: WorkerSpec, nodes: Iterable[Node], workers: Sequence[Removable], now: float, *, is_starved: bool
) -> list[str]:
    """Whom to end so that one like `spec` gets a place: idle ones if they suffice, the fewest, the longest unused.

    Nobody, if there is a place, or if no node would have one.

    :param is_starved: whether who needs it has none at all.
    """
    need = needed(spec)
    fit = [node for node in nodes if node.may_have(spec)]
    if any(node.free.holds(need) for node in fit):
        return []
    may_go = sorted(
        (each for each in workers if each.may_go(now, is_starved=is_starved)), key=lambda each: each.used_at
    )
    for those in ([each for each in may_go if each.is_idle], may_go):
        plans = [plan for node in fit if (plan := _plan(need, node, [each for each in those if each.node == node.id]))]
        if plans:
            best = min(plans, key=lambda plan: (len(plan), max(each.used_at for each in plan)))
            return [each.name for each in best]
    return []


def _plan(need: Resources, node: Node, oldest_first: Sequence[Removable]) -> list[Removable]:
    """Whom of a node's workers to end; empty if not even all of them make enough room."""
    plan, room = [], node.free
    for each in oldest_first:
        plan.append(each)
        room += each.has
        if room.holds(need):
            return _without_needless(need, node, plan)
    return []


def _without_needless(need: Resources, node: Node, plan: Sequence[Removable]) -> list[Removable]:
    """`plan` without those that the others make unnecessary, the most recently used first."""
    kept = list(plan)
    for each in reversed(plan):
        others = [other for other in kept if other is not each]
        if sum((other.has for other in others), node.free).holds(need):
            kept = others
    return kept
