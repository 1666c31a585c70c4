"""The driver: who makes what, and what comes of it. It never touches an item's bytes."""

from __future__ import annotations

import logging
import math
import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from contextlib import AbstractContextManager
from functools import partial
from secrets import token_hex
from typing import Any

from include.contract.errors import ExitCode, HostOutOfMemory, NodeLost
from include.contract.failures import Failure
from include.contract.keys import request_key
from include.contract.ray import WorkerSpec
from include.contract.resolving import Resolved
from include.runtime.attempt import Attempt, check_stop
from include.runtime.batching import Ladder
from include.runtime.claims import Claims
from include.runtime.item_lines import KeptLines, names_of
from include.runtime.lookup import LookedUp
from include.runtime.ray.batches import Batch, Batches, BatchPhase
from include.runtime.ray.crew import Call, Crew, Worker
from include.runtime.ray.dispatcher import dispatcher_in
from include.runtime.ray.draining import Draining
from include.runtime.ray.last_words import LastWords
from include.runtime.ray.lending import Lending
from include.runtime.ray.namespace import family_of, namespace_of
from include.runtime.ray.outcomes import Outcomes
from include.runtime.ray.pools import pool_of
from include.runtime.ray.salvage import Salvage
from include.runtime.ray.session import connected, module_of_stages
from include.runtime.ray.telling import Told
from include.runtime.work_queue import Pending

log = logging.getLogger(__name__)

POLL_S = 0.2
ASK_EVERY_S = 2.0
"""How often a worker that loads or computes is asked how far it is."""
DROP_S = 3.0
"""What a worker has in hand when its node goes so soon is made elsewhere."""
_SHARE_FOR_BATCH = 0.5
"""Share of the grace period that the batches in hand may take; the rest is for the last words."""


class RayMaking:
    """Makes the missing items by workers that it is lent."""

    def __init__(
        self,
        attempt: Attempt,
        resolved: Resolved,
        missing: Sequence[LookedUp],
        threads: Executor,
        spec: WorkerSpec,
        ladder: Ladder,
        cluster: Callable[[Callable[[], None]], AbstractContextManager[None]] = connected,
    ) -> None:
        """`cluster` connects to where the workers are; what it is given is called when that is lost."""
        self._attempt, self._spec, self._ladder, self._cluster = attempt, spec, ladder, cluster
        self._producers = resolved.producers
        request, store = attempt.request, attempt.store
        self._claims = Claims(request, attempt.number, store)
        self._outcomes = Outcomes(self._claims, attempt.reporter)
        pending = Pending(missing, request.kind, store, self._claims, threads, self._outcomes.made_elsewhere)
        self._batches = Batches(pending, threads, len(missing), self._batch_size)
        self._draining = Draining()

    def run(self) -> KeptLines:
        """Lines of all missing items: made, failed, or made by another run meanwhile."""
        store = self._attempt.store
        stages = module_of_stages()
        namespace, family = namespace_of(store.domain, stages), family_of(store.domain)
        find = partial(dispatcher_in, namespace, family)
        self._attempt.reporter.update(phase="connecting to the cluster")
        with (
            self._cluster(_end_without_raylet),
            self._draining,
            self._claims,
            Lending(token_hex(8), pool_of(self._attempt.request, stages, self._spec), find) as self._lending,
        ):
            self._crew = Crew(self._spec, namespace, store.domain.uri(request_key(self._attempt.sha256)))
            self._salvage = Salvage(self._crew, self._batches, self._claims, self._outcomes, self._attempt.reporter)
            try:
                self._make()
            finally:
                self._leave()
        return self._outcomes.lines

    def _make(self) -> None:
        self._attempt.reporter.update(phase="waiting for a worker")
        while not self._is_done():
            if self._attempt.stop.is_set():
                self._drain()
                check_stop(self._attempt)
            self._leave_draining()
            self._batches.look_again()
            self._meet()
            self._feed()
            self._ask()
            self._hear(POLL_S)
            self._salvage.end_late_ones(self._spec.workers.item_timeout_s)
            self._check()

    def _is_done(self) -> bool:
        return self._batches.is_over and not any(worker.batches for worker in self._crew.workers)

    def _batch_size(self) -> int:
        return min(self._attempt.request.batch_size, self._ladder.most or self._attempt.request.batch_size)

    def _meet(self) -> None:
        """Say what is needed; take what is lent, and give back what is asked for or has nothing to do."""
        crew, lending = self._crew, self._lending
        for name in lending.new():
            crew.adopt(name)
        self._even_out()
        asked, held = lending.grant.asked_back, lending.held
        for worker in list(crew.workers):
            if worker.name not in held:
                self._salvage.again(crew.drop(worker))
                continue
            worker.is_asked_back |= worker.name in asked
            worker.goes |= worker.is_asked_back or 0 < self._spec.workers.max_items <= worker.made
            if worker.is_asked_back:
                self._take_back(worker)
            if worker.batches or not (worker.goes or (worker.is_loaded and not self._batches.waiting)):
                continue
            crew.let_go((worker,)) if worker.goes and not worker.is_asked_back else crew.give_back((worker,))
        busy = sum(bool(worker.batches) for worker in crew.workers)
        lending.need(self._batches.waiting, self._batches.items, busy)
        lending.keep([worker.name for worker in crew.workers], crew.ended)

    def _even_out(self) -> None:
        """Where nothing waits, have idle workers make what others have been given and have not begun."""
        idle = 0 if self._batches.waiting else sum(not each.batches and each.room > 0 for each in self._crew.workers)
        for worker in self._crew.workers:
            if idle > 0 and worker.computing is not None:
                idle -= self._take_back(worker)

    def _take_back(self, worker: Worker) -> int:
        """Have what a worker was given and has not begun made by others; how many batches that are."""
        taken = [batch for batch in worker.not_begun if batch.phase is BatchPhase.PREPARED]
        for batch in taken:
            worker.batches.remove(batch)
            self._crew.ask(worker, "forget", batch)
        self._salvage.again(taken)
        return len(taken)

    def _check(self) -> None:
        """Give up if no worker can be had.

        :raises NodeLost: none can be started, however often it is tried.
        """
        grant = self._lending.grant
        if grant.trouble and not self._crew.workers:
            raise NodeLost(f"no worker could be started: {grant.trouble}")
        self._crew.check_scheduled(is_up=grant.is_up)

    def _leave(self) -> None:
        """Give back what can be lent to others at once; whatever else computes is ended."""
        self._crew.let_go([worker for worker in self._crew.workers if worker.computing is not None])
        self._crew.give_back(tuple(self._crew.workers))
        self._lending.keep([], self._crew.ended)

    def _leave_draining(self) -> None:
        """Give workers whose node is about to go nothing new, and take from them what cannot be finished in time."""
        for worker in list(self._crew.workers):
            left_s = self._draining.left_s(worker.node)
            if left_s is None:
                continue
            if not worker.drains:
                log.warning("a worker's node is about to go; it finishes what it has in hand")
            worker.goes = worker.drains = True
            unbegun = worker.not_begun
            for batch in unbegun:
                worker.batches.remove(batch)
            self._salvage.again(unbegun)
            if not worker.batches:
                self._crew.let_go((worker,))
            elif left_s < DROP_S:
                self._salvage.put_back(worker, None, LastWords())

    def _feed(self) -> None:
        """Hand out what there is to those who have least."""
        for worker in sorted(self._crew.workers, key=lambda each: len(each.batches)):
            if worker.room > 0:
                batch = self._batches.next()
                if batch is None:
                    break
                worker.batches.append(batch)
                inputs = {artifact.sha256 for found in batch.found for artifact in found.wanted.inputs}
                producers = {sha256: self._producers[sha256] for sha256 in inputs if sha256 in self._producers}
                self._crew.ask(worker, "prepare", batch, batch.found, producers)
        self._tell()

    def _tell(self) -> None:
        loaded = any(worker.is_loaded for worker in self._crew.workers)
        loading = [worker.phase or "loading the model" for worker in self._crew.workers if worker.node]
        phase = "making" if loaded else loading[0] if loading else "waiting for a worker"
        self._attempt.reporter.update(phase=self._batches.waiting_for or phase)

    def _ask(self) -> None:
        """Have those who load or compute say how far they are, one question at a time."""
        now = time.monotonic()
        for worker in self._crew.workers:
            is_busy = worker.computing is not None or not worker.is_loaded
            if worker.node and is_busy and now >= worker.ask_at:
                worker.ask_at = math.inf
                self._crew.call(worker, "told")

    def _heard(self, worker: Worker, told: Told) -> None:
        """Pass on what a worker says; of what it has ended meanwhile, nothing."""
        worker.ask_at, worker.phase = time.monotonic() + ASK_EVERY_S, told.phase
        in_hand = {found.wanted.item for batch in worker.batches for found in batch.found}
        for item in in_hand & told.shares.keys():
            self._attempt.reporter.within(item, told.shares[item])
        for item in in_hand & told.said.keys():
            self._attempt.reporter.say(item, told.said[item])

    def _hear(self, wait_s: float) -> None:
        for call, answer in self._crew.answers(wait_s):
            if call.worker not in self._crew.workers:
                continue
            if isinstance(answer, BaseException):
                self._lost(call.worker, answer)
            else:
                self._answered(call, answer)

    def _answered(self, call: Call, answer: Any) -> None:
        worker, batch = call.worker, call.batch
        if isinstance(answer, Failure):
            self._salvage.refused(call, answer)
            return
        match call.method, batch:
            case "hello", _:
                worker.node, _, worker.node_name, worker.logs = answer
            case "told", _:
                self._heard(worker, answer)
            case "watch", _ if answer:
                self._crew.end(worker)
                raise HostOutOfMemory(f"{answer}; give the stage a profile with more")
            case "load", _:
                worker.is_loaded = True
                self._salvage.loaded()
            case "prepare", Batch():
                batch.phase = BatchPhase.PREPARED
            case "compute", Batch():
                batch.phase = BatchPhase.KEEPING
                self._crew.ask(worker, "keep", batch)
                self._crew.call(worker, "ladder")
            case "keep", Batch():
                worker.batches.remove(batch)
                worker.made += len(batch.found)
                self._outcomes.kept(batch.found, answer)
            case "ladder", _:
                self._ladder.learn(answer)
        self._compute_next(worker)

    def _compute_next(self, worker: Worker) -> None:
        """Have a worker that computes nothing compute what is prepared."""
        # No more than one batch is uploaded while the next is computed, so that products do not pile up.
        is_full = worker.computing is not None or worker.keeping > 1
        if is_full or worker.is_asked_back or self._attempt.stop.is_set():
            return
        prepared = next((batch for batch in worker.batches if batch.phase is BatchPhase.PREPARED), None)
        if prepared is not None:
            prepared.phase, prepared.computing_since = BatchPhase.COMPUTING, time.monotonic()
            self._attempt.reporter.began(names_of(prepared.found), worker.node_name)
            self._crew.ask(worker, "compute", prepared)

    def _lost(self, worker: Worker, error: BaseException) -> None:
        is_going = self._draining.left_s(worker.node) is not None or worker.name not in self._lending.held
        self._salvage.lost(worker, error, is_going=is_going)

    def _drain(self) -> None:
        """Have what is computed finished and kept, within a share of the grace period."""
        limit = time.monotonic() + self._attempt.request.execution.grace_s * _SHARE_FOR_BATCH
        at_work = (BatchPhase.COMPUTING, BatchPhase.KEEPING)
        while time.monotonic() < limit:
            if not any(batch.phase in at_work for worker in self._crew.workers for batch in worker.batches):
                return
            self._hear(POLL_S)


def _end_without_raylet() -> None:
    """What such a driver computes is lost; what has a record is found again."""
    os._exit(ExitCode.TRANSIENT)
