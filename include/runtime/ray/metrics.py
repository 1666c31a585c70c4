"""What pools tell each node's Prometheus endpoint. Tags say which pool, and nothing that a brief says."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence

from ray.util.metrics import Counter, Gauge, Histogram

from include.contract.manifests import Outcome
from include.runtime.ray.pools import Pool
from include.runtime.ray.roster import PoolState

TELL_S = 1.0
_TAGS = ("pool", "recipe")
_LOAD_S = [1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0]
_ITEMS = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0]


def _tags(pool: Pool) -> dict[str, str]:
    return {"pool": pool.key, "recipe": pool.recipe}


class WorkerMetrics:
    """What one worker counts."""

    def __init__(self, pool: Pool) -> None:
        self._load = Histogram("atelier_pool_load_seconds", "of loading a model", _LOAD_S, _TAGS)
        self._items = Counter("atelier_pool_items_total", "computed", (*_TAGS, "outcome"))
        self._sizes = Histogram("atelier_pool_batch_size", "items that were computed together", _ITEMS, _TAGS)
        self._tags = _tags(pool)

    def loaded(self, took_s: float) -> None:
        """A model was loaded."""
        self._load.observe(took_s, self._tags)

    def kept(self, outcomes: Sequence[Outcome]) -> None:
        """A batch was computed, and what could be kept of it is."""
        self._sizes.observe(len(outcomes), self._tags)
        for outcome in outcomes:
            self._items.inc(1, {**self._tags, "outcome": outcome.value})


class DispatcherMetrics:
    """What the dispatcher sees of all pools."""

    def __init__(self) -> None:
        self._waiting = Gauge("atelier_pool_waiting_items", "that no worker has", _TAGS)
        self._workers = Gauge("atelier_pool_workers", "that run", _TAGS)
        self._busy = Gauge("atelier_pool_busy_share", "of the last minute, while something waited", _TAGS)
        self._evictions = Counter("atelier_pool_evictions_total", "workers ended to make room for another pool", _TAGS)
        self._tell_at = 0.0

    def evicted(self, pool: Pool) -> None:
        """A worker made room for one of another pool."""
        self._evictions.inc(1, _tags(pool))

    def tell(self, states: Iterable[PoolState]) -> None:
        """How things are."""
        now = time.monotonic()
        if now < self._tell_at:
            return
        self._tell_at = now + TELL_S
        for state in states:
            waiting = sum(demand.items for demand in state.demands.values())
            self._set(state.pool, waiting, sum(each.is_up for each in state.members), state.busy_share(now))

    def over(self, pool: Pool) -> None:
        """A pool is there no more, of which nothing else is told."""
        self._set(pool, 0, 0, 0.0)

    def _set(self, pool: Pool, waiting: int, workers: int, busy_share: float) -> None:
        tags = _tags(pool)
        self._waiting.set(waiting, tags)
        self._workers.set(workers, tags)
        self._busy.set(busy_share, tags)
