"""The same driver and worker with other ways between them: Ray Serve, and Ray Data's actor pools.

`python -m benchmarks.rival_ways run <uri>` is the runtime's entry point; the variable `WAY` says who hands items to
workers. `python -m benchmarks.rival_ways deploy` has Serve stand ready. What surrounds them is ours and the same:
planning, look-ups, claims, records, manifest, and what a worker does with a batch.
"""

from __future__ import annotations

import asyncio
import os
import pickle
import sys
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from enum import StrEnum
from itertools import count
from threading import Lock
from typing import Any

import ray

from benchmarks.sleeping import stage_of  # noqa: F401 - workers look for it in this module
from include.contract.failures import Failure
from include.contract.keys import request_key
from include.contract.ray import WorkerSpec
from include.contract.resolving import Resolved
from include.runtime.attempt import Attempt
from include.runtime.batching import Ladder
from include.runtime.claims import Claims
from include.runtime.item_lines import KeptLines
from include.runtime.lookup import LookedUp
from include.runtime.ray import making
from include.runtime.ray.crew import AT_ONCE, raised
from include.runtime.ray.outcomes import Outcomes
from include.runtime.ray.pools import Pool, pool_of
from include.runtime.ray.session import connected
from include.runtime.ray.telling import Kept
from include.runtime.ray.worker import ModelWorker
from include.runtime.work_queue import Pending
from tests.include.runtime.entry import run_and_exit

WAY = "ATELIER_BENCH_WAY"
SLOTS, MEMORY_MIB, IDLE_S = 2, 1024, 30.0
"""Of any way: most workers, what each reserves, and after how long without work it is ended."""
MOST_TRIES = 3
APP = "models"
STAGES = "benchmarks.rival_ways"


class Way(StrEnum):
    """Who hands items to workers."""

    PROCESS = "process"
    """Nobody: the driver makes them itself, without Ray."""
    DISPATCHER = "dispatcher"
    SERVE = "serve"
    DATA = "data"


class SharedWorker(ModelWorker):
    """One that several jobs ask at the same time, a batch by one call."""

    def __init__(self, pool: Pool) -> None:
        super().__init__(pool)
        self._entering = Lock()
        self._numbers = count()

    def made(self, uri: str, found: list[LookedUp], producers: dict[str, str]) -> list[Kept] | Failure:
        """Fetched, computed and recorded."""
        with self._entering:
            failure = self.load(uri)
            if failure is not None:
                return failure
            number, hold = next(self._numbers), self._jobs.of(uri).at_work()
            hold.__enter__()
        try:
            failure = self.prepare(uri, number, found, producers) or self.compute(uri, number)
            return failure or self.keep(uri, number)
        finally:
            hold.__exit__(None, None, None)


class RivalMaking(ABC):
    """Makes the missing items as the runtime's own does: claimed before, noted afterwards."""

    def __init__(
        self,
        attempt: Attempt,
        resolved: Resolved,
        missing: Sequence[LookedUp],
        threads: Executor,
        spec: WorkerSpec,
        ladder: Ladder,
    ) -> None:
        self._attempt, self._producers = attempt, resolved.producers
        request, store = attempt.request, attempt.store
        self._pool = pool_of(request, STAGES, spec)
        self._uri = store.domain.uri(request_key(attempt.sha256))
        self._claims = Claims(request, attempt.number, store)
        self._outcomes = Outcomes(self._claims, attempt.reporter)
        self._pending = Pending(missing, request.kind, store, self._claims, threads, self._outcomes.made_elsewhere)
        self._lock = Lock()

    def run(self) -> KeptLines:
        """Lines of all missing items."""
        with connected(lambda: os._exit(1)), self._claims:
            self._attempt.reporter.update(phase="making")
            self._make()
        return self._outcomes.lines

    @abstractmethod
    def _make(self) -> None: ...

    def _batches(self) -> Iterator[list[LookedUp]]:
        while True:
            with self._lock:
                batch = self._pending.take(self._attempt.request.batch_size)
            if not batch:
                return
            yield batch

    def _kept(self, batch: list[LookedUp], answer: list[Kept] | Failure) -> None:
        if isinstance(answer, Failure):
            raise raised(answer)
        with self._lock:
            self._outcomes.kept(batch, answer)


class ServeMaking(RivalMaking):
    """By a deployment of models, of which each replica holds one; as many requests at once as the dispatcher has."""

    def _make(self) -> None:
        from ray import serve

        handle = serve.get_app_handle(APP).options(multiplexed_model_id=self._pool.key)
        with ThreadPoolExecutor(SLOTS * AT_ONCE) as askers:
            for each in [askers.submit(self._ask, handle) for _ in range(SLOTS * AT_ONCE)]:
                each.result()

    def _ask(self, handle: Any) -> None:
        for batch in self._batches():
            self._kept(batch, self._answer(handle, batch))

    def _answer(self, handle: Any, batch: list[LookedUp]) -> list[Kept] | Failure:
        for left in reversed(range(MOST_TRIES)):
            try:
                answer: list[Kept] | Failure = handle.remote(self._pool, self._uri, batch, self._producers).result()
            except ray.exceptions.RayError:
                if not left:
                    raise
            else:
                return answer
        raise AssertionError("the last try has raised")


class DataMaking(RivalMaking):
    """By a dataset, a block a batch, mapped by a pool of actors of its own."""

    def _make(self) -> None:
        from ray import data

        data.DataContext.get_current().enable_progress_bars = False
        batches = list(self._batches())
        rows = [{"number": number, "found": pickle.dumps(batch)} for number, batch in enumerate(batches)]
        mapped = data.from_items(rows, override_num_blocks=len(rows)).map(
            Mapper,
            fn_constructor_args=(self._pool, self._uri, self._producers),
            compute=data.ActorPoolStrategy(
                min_size=1,
                max_size=SLOTS,
                # It makes another actor at 1.75 tasks for each that one can have at work.
                max_tasks_in_flight_per_actor=2 * AT_ONCE,
                max_concurrent_calls_per_actor=AT_ONCE,
                enable_true_multi_threading=True,
            ),
            num_cpus=1,
            memory=MEMORY_MIB << 20,
        )
        for row in mapped.iter_rows():
            self._kept(batches[row["number"]], pickle.loads(row["kept"]))


class Mapper:
    """What an actor of Ray Data is made of."""

    def __init__(self, pool: Pool, uri: str, producers: dict[str, str]) -> None:
        self._worker, self._uri, self._producers = SharedWorker(pool), uri, producers

    def __call__(self, row: dict[str, Any]) -> dict[str, Any]:
        """A batch made."""
        kept = self._worker.made(self._uri, pickle.loads(row["found"]), self._producers)
        return {"number": row["number"], "kept": pickle.dumps(kept)}


def deploy() -> None:
    """Have Serve stand ready, with no replica; as quick to grow and to shrink as its settings allow."""
    from ray import serve

    class Models:
        def __init__(self) -> None:
            self._pools: dict[str, Pool] = {}

        @serve.multiplexed(max_num_models_per_replica=1)
        async def worker(self, key: str) -> SharedWorker:
            return SharedWorker(self._pools[key])

        async def __call__(self, pool: Pool, *batch: Any) -> list[Kept] | Failure:
            self._pools[pool.key] = pool
            worker = await self.worker(serve.get_multiplexed_model_id())
            return await asyncio.to_thread(worker.made, *batch)

    ray.init(log_to_driver=False)
    serve.start(proxy_location="Disabled")
    deployment = serve.deployment(
        Models,
        max_ongoing_requests=AT_ONCE,
        ray_actor_options={"num_cpus": 1, "memory": MEMORY_MIB << 20},
        autoscaling_config={
            "min_replicas": 0,
            "max_replicas": SLOTS,
            "target_ongoing_requests": AT_ONCE,
            "look_back_period_s": 2.0,
            "upscale_delay_s": 0.5,
            "downscale_delay_s": IDLE_S,
        },
    )
    serve.run(deployment.bind(), name=APP, route_prefix=None)


MAKINGS: dict[Way, type[RivalMaking]] = {Way.SERVE: ServeMaking, Way.DATA: DataMaking}

if __name__ == "__main__":
    # What goes to workers is found there by its module, not as `__main__`.
    from benchmarks import rival_ways

    if sys.argv[1] == "deploy":
        rival_ways.deploy()
    else:
        vars(making)["RayMaking"] = rival_ways.MAKINGS.get(Way(os.environ[WAY]), making.RayMaking)
        run_and_exit(sys.argv[1:])
