"""One request, start to end: resolve → look up → claim, compute, upload and record in batches → manifest last."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeout
from typing import Protocol, TypeVar

from include.contract import environment
from include.contract.errors import AtelierError, CheckFailed
from include.contract.manifests import ItemLine, Outcome, Record
from include.contract.ray import WorkerSpec
from include.contract.registry import recipe_named
from include.contract.resolving import Resolved
from include.runtime.attempt import Attempt, check_stop
from include.runtime.batching import Ladder, compute
from include.runtime.claims import Claims
from include.runtime.finalize import finalize
from include.runtime.inputs import Inputs
from include.runtime.item_lines import KeptLines, failed_lines, lines_of, names_of
from include.runtime.lookup import LookedUp, look_up, resolve
from include.runtime.models.lacking import set_up
from include.runtime.models.load_times import LoadPart
from include.runtime.record_writer import RecordWriter
from include.runtime.stage import ItemResult, ModelFiles, Stage, Work
from include.runtime.work_queue import Pending
from include.store.threads import THREADS, daemon_threads

log = logging.getLogger(__name__)
T = TypeVar("T")

_POLL_S = 0.1
_ASK_AGAIN_S = 1.0
"""Between two looks at what others make."""
_SHARE_FOR_BATCH = 0.5
"""Share of the grace period that the batch in hand may take; the rest is for uploads and the last words."""


def run(attempt: Attempt) -> None:
    """Make what is missing, then write the manifest.

    :raises AtelierError: typed by what to do next; the records of finished items are in the store.
    """
    started_at = time.monotonic()
    attempt.model.check()
    resolved = resolve(attempt.request, attempt.store)
    ladder = Ladder()
    attempt.reporter.start(resolved.names())
    with daemon_threads(THREADS, "store") as executor, daemon_threads(THREADS, "upload") as uploaders:
        lines, missing = _look_up(attempt, resolved, executor)
        if missing:
            making = _making(attempt, resolved, missing, executor, attempt.writer(uploaders), ladder)
            # Of what is made, nothing is kept but its lines.
            del resolved, missing
            lines.join(making.run())
    attempt.reporter.update(phase="concluding")
    finalize(
        attempt.request,
        attempt.sha256,
        attempt.store,
        lines.in_order(),
        wall_s=time.monotonic() - started_at,
        attempt=attempt.number,
        fitting_batch_size=ladder.fitting,
    )


def _look_up(attempt: Attempt, resolved: Resolved, executor: Executor) -> tuple[KeptLines, list[LookedUp]]:
    lines, missing = KeptLines(), []
    for line in resolved.skipped:
        log.warning("%s is skipped: %s", line.item, line.message)
    lines.add(resolved.skipped)
    attempt.reporter.ended(resolved.skipped)

    def sort(found: LookedUp) -> None:
        check_stop(attempt)
        if found.record is None:
            missing.append(found)
        else:
            reused = lines_of(found, found.record, Outcome.REUSED)
            lines.add(reused)
            attempt.reporter.ended(reused)

    look_up(resolved.wanted, recipe_named(attempt.request.recipe), attempt.store, executor, sort)
    attempt.reporter.log_progress()
    log.info("%d items exist, %d to make", len(resolved.wanted) - len(missing), len(missing))
    return lines, missing


class Making(Protocol):
    """Makes the items that are missing."""

    def run(self) -> KeptLines:
        """Lines of all of them: made, failed, or made by another run meanwhile.

        :raises AtelierError: the attempt cannot go on.
        """
        ...


def _making(
    attempt: Attempt,
    resolved: Resolved,
    missing: Sequence[LookedUp],
    threads: Executor,
    writer: RecordWriter,
    ladder: Ladder,
) -> Making:
    """In this process, by workers on a Ray cluster where it is told of any, or by one on each of its devices."""
    told, devices = os.environ.get(environment.WORKER), int(os.environ.get(environment.DEVICES) or 1)
    if told:
        from include.runtime.ray.making import RayMaking

        return RayMaking(attempt, resolved, missing, threads, WorkerSpec.model_validate_json(told), ladder)
    # What is one batch has nothing for another device.
    if devices > 1 and len(missing) > attempt.request.batch_size:
        from include.runtime.ray import local

        if local.is_ray_here():
            return local.making(attempt, resolved, missing, threads, devices, ladder)
        log.warning("%s", local.without_ray(devices))
    return _Making(attempt, resolved, missing, threads, writer, ladder)


class _Making:
    """Makes the missing items: the next batch is fetched and the last one uploaded while this one computes."""

    def __init__(
        self,
        attempt: Attempt,
        resolved: Resolved,
        missing: Sequence[LookedUp],
        threads: Executor,
        writer: RecordWriter,
        ladder: Ladder,
    ) -> None:
        self._attempt, self._threads, self._writer, self._ladder = attempt, threads, writer, ladder
        self._lines = KeptLines()
        request, store, reporter = attempt.request, attempt.store, attempt.reporter
        told = reporter.within, reporter.say
        self._inputs = Inputs(missing, resolved.producers, store, attempt.scratch, *told)
        self._claims = Claims(request, attempt.number, store)
        self._pending = Pending(missing, request.kind, store, self._claims, threads, self._keep_others)
        # A thread of its own, so that the main one can obey SIGTERM while a batch computes.
        self._computer = ThreadPoolExecutor(1, thread_name_prefix="compute")

    def run(self) -> KeptLines:
        """Lines of all missing items: made, failed, or made by another run meanwhile."""
        model = self._located()
        stage = self._attempt.new_stage(self._attempt.request.recipe)
        setup = self._computer.submit(set_up, stage, model)
        try:
            self._wait_unless_stopped(setup)
            with self._claims:
                self._run_batches(stage)
        finally:
            self._computer.shutdown(wait=False, cancel_futures=True)
        stage.teardown()
        return self._lines

    def _located(self) -> ModelFiles:
        arrival, reporter = self._attempt.arrival, self._attempt.reporter
        reporter.update(phase="looking for the model")
        with arrival.times.during(LoadPart.FIND):
            model = self._attempt.model.located(arrival)
        reporter.update(phase="loading the model")
        return model

    def _run_batches(self, stage: Stage) -> None:
        prepared = self._threads.submit(self._prepare)
        uploads: list[Future[None]] = []
        self._attempt.reporter.update(phase="making")
        try:
            while True:
                if self._attempt.stop.is_set():
                    self._settle(uploads)
                    check_stop(self._attempt)
                batch, works = self._wait_unless_stopped(prepared)
                if not batch:
                    # Who waits holds nothing that another may wait for.
                    self._settle(uploads)
                    if not self._pending.others:
                        return
                    self._wait_for_others()
                prepared = self._threads.submit(self._prepare)
                if batch:
                    self._compute(stage, batch, works, uploads)
        finally:
            self._settle(uploads)

    def _prepare(self) -> tuple[list[LookedUp], list[Work]]:
        """The next items to make, claimed, with their inputs here."""
        batch = self._pending.take(self._attempt.request.batch_size)
        return batch, [self._inputs.work(found) for found in batch]

    def _compute(self, stage: Stage, batch: list[LookedUp], works: list[Work], uploads: list[Future[None]]) -> None:
        self._attempt.reporter.update(phase="making")
        self._attempt.reporter.began(names_of(batch))
        started_at = time.monotonic()
        computing = self._computer.submit(compute, stage, works, self._ladder)
        results = self._wait(computing, self._attempt.request.execution.grace_s * _SHARE_FOR_BATCH)
        device_s = (time.monotonic() - started_at) / len(batch)
        self._settle(uploads)
        uploads += [
            self._threads.submit(self._keep, found, result, device_s, len(batch))
            for found, result in zip(batch, results, strict=True)
        ]

    def _wait_for_others(self) -> None:
        words = self._pending.waiting_for()
        if self._attempt.reporter.progress.phase != words:
            log.info("%s", words)
        self._attempt.reporter.update(phase=words)
        self._attempt.stop.wait(_ASK_AGAIN_S)

    def _keep(self, found: LookedUp, result: ItemResult | AtelierError, device_s: float, at_once: int) -> None:
        """Upload and record one of `at_once` results, and note how it came out."""
        if isinstance(result, ItemResult):
            try:
                record = self._writer.write(found, result, device_s, at_once)
            except CheckFailed as error:
                result = error
            else:
                self._claims.made(found.wanted.fingerprint)
                for warning in record.warnings:
                    log.warning("%s: %s", found.wanted.item, warning)
                self._note(lines_of(found, record, Outcome.MADE), Outcome.MADE)
        if isinstance(result, AtelierError):
            self._claims.release(found.wanted.fingerprint)
            self._note(failed_lines(found, result), Outcome.FAILED)
        self._inputs.clear(found)

    def _keep_others(self, found: LookedUp, record: Record) -> None:
        """Note an item that another run has made meanwhile."""
        self._note(lines_of(found, record, Outcome.REUSED), Outcome.REUSED)
        self._inputs.clear(found)

    def _note(self, lines: list[ItemLine], outcome: Outcome) -> None:
        self._lines.add(lines)
        if outcome is Outcome.FAILED:
            log.error("%s failed: %s", lines[0].item, lines[0].message)
        self._attempt.reporter.ended(lines)

    def _settle(self, uploads: list[Future[None]]) -> None:
        for upload in uploads:
            upload.result()
        uploads.clear()

    def _wait_unless_stopped(self, future: Future[T]) -> T:
        """The result of what is of no use to an attempt that stops."""
        return self._wait(future, 0.0)

    def _wait(self, future: Future[T], patience_s: float) -> T:
        """The future's result; when asked to stop, only what comes within `patience_s`."""
        deadline = None
        while True:
            try:
                return future.result(timeout=_POLL_S)
            except FutureTimeout:
                if future.done():
                    raise
            if self._attempt.stop.is_set():
                now = time.monotonic()
                deadline = now + patience_s if deadline is None else deadline
                if now >= deadline:
                    check_stop(self._attempt)
