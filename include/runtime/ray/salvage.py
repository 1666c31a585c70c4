"""What workers had in hand that are lost, late, or lent on: made elsewhere, unless it is what they died of."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable

from include.contract.errors import HostOutOfMemory, NodeLost, WorkerCrashed
from include.contract.failures import Failure, FailureClass
from include.runtime.claims import Claims
from include.runtime.item_lines import names_of
from include.runtime.lookup import LookedUp
from include.runtime.ray.batches import Batch, Batches, BatchPhase
from include.runtime.ray.crew import Call, Crew, Worker, raised
from include.runtime.ray.last_words import LastWords, last_words
from include.runtime.ray.losses import Loss, loss_of
from include.runtime.ray.outcomes import Outcomes
from include.runtime.report import Reporter

log = logging.getLogger(__name__)

MOST_CRASHES = 3
"""So many workers may die of an item before it is failed."""
MOST_LOADS = 3
"""So many workers in a row may be lost before one has loaded the model."""


class Salvage:
    """For all workers of one driver."""

    def __init__(self, crew: Crew, batches: Batches, claims: Claims, outcomes: Outcomes, reporter: Reporter) -> None:
        self._crew, self._batches, self._claims = crew, batches, claims
        self._outcomes, self._reporter = outcomes, reporter
        self._failed_loads = 0

    def again(self, batches: Iterable[Batch]) -> None:
        """Have batches made that nobody has in hand any more."""
        for batch in batches:
            self._stopped(batch)
            self._batches.back(batch.found, alone=batch.is_alone)

    def put_back(self, worker: Worker, culprit: Batch | None, said: LastWords) -> None:
        """End a worker, lost or not, and have what it had in hand made again; its `culprit` alone, if at all."""
        for batch in self._crew.end(worker):
            if batch is not culprit:
                self.again([batch])
                continue
            self._stopped(batch)
            if batch.is_alone:
                self._crashed(batch.found[0], said)
            else:
                self._batches.back(batch.found, alone=True)

    def loaded(self) -> None:
        """A worker has its model: what was lost before was not for want of it."""
        self._failed_loads = 0

    def refused(self, call: Call, failure: Failure) -> None:
        """A model that could not be loaded may be by another worker; whatever else fails, fails the attempt.

        :raises AtelierError: it fails the attempt.
        """
        is_load = call.method == "load" and failure.failure_class is not FailureClass.PERMANENT
        self._failed_loads += is_load
        if not is_load or self._failed_loads >= MOST_LOADS:
            raise raised(failure)
        log.warning("a worker could not load the model: %s", failure.message)
        self._crew.end(call.worker)

    def lost(self, worker: Worker, error: BaseException, *, is_going: bool) -> None:
        """Have what a lost worker had in hand made elsewhere; note whom it may have died of.

        :param is_going: whether it was to go anyway, so that no item is why.
        :raises HostOutOfMemory: its node had no memory left.
        :raises NodeLost: too many in a row were lost before they had loaded the model.
        """
        loss = loss_of(error)
        if loss is Loss.CRASHED and is_going:
            loss = Loss.NODE
        if loss is Loss.BUG:
            raise error
        if loss is Loss.LENT_ON:
            self.again(self._crew.drop(worker))
            return
        if loss is Loss.UNSCHEDULABLE:
            self._crew.end(worker)
            return
        if not worker.is_loaded and loss is not Loss.NODE:
            self._failed_loads += 1
        said = last_words(worker.node, worker.logs) if loss is Loss.CRASHED else LastWords()
        log.warning("a worker is lost (%s): %s", loss.name.lower(), said.signal or str(error).splitlines()[0])
        self.put_back(worker, worker.suspect if loss is Loss.CRASHED else None, said)
        if loss is Loss.MEMORY:
            raise HostOutOfMemory(
                "a node had no memory left, and Ray ended a worker for it; reserve more in the profile"
            )
        if self._failed_loads >= MOST_LOADS:
            raise NodeLost(
                f"{MOST_LOADS} workers in a row were lost before they had loaded the model; {said.signal}\n{said.lines}"
            )

    def end_late_ones(self, limit_s: float) -> None:
        """End workers that compute for longer than `limit_s` an item: it counts as what has crashed them."""
        for worker in list(self._crew.workers):
            batch = worker.computing
            if batch is not None and time.monotonic() - batch.computing_since > limit_s * len(batch.found):
                words = f"it took longer than {limit_s:g} s (`item_timeout_s`)"
                log.warning("a worker is ended: %s", words)
                self.put_back(worker, batch, LastWords(lines=words))

    def _stopped(self, batch: Batch) -> None:
        if batch.phase in (BatchPhase.COMPUTING, BatchPhase.KEEPING):
            self._reporter.lost(names_of(batch.found))

    def _crashed(self, found: LookedUp, said: LastWords) -> None:
        crashes = self._claims.crashed(found.wanted.fingerprint)
        if crashes < MOST_CRASHES:
            self._batches.back([found], alone=True)
            return
        how = f"of {said.signal}" if said.signal else "without a word"
        message = (
            f"{crashes} workers died {how} while they made it alone. The last lines of the last one:\n{said.lines}"
        )
        self._outcomes.failed(found, WorkerCrashed(message))
