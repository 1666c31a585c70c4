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
from include.contract.manifests import Outcome
from include.contract.ray import WorkerSpec
from include.contract.registry import recipe_named
from include.contract.resolving import Resolved
from include.runtime.attempt import Attempt, check_stop
from include.runtime.batching import Ladder, compute
from include.runtime.earlier_tries import killed_tries
from include.runtime.finalize import finalize
from include.runtime.in_hand import ASK_AGAIN_S, InHand
from include.runtime.item_lines import KeptLines, lines_of, names_of
from include.runtime.lookup import LookedUp, look_up, resolve
from include.runtime.models.lacking import set_up
from include.runtime.models.load_times import LoadPart
from include.runtime.record_writer import RecordWriter
from include.runtime.side_by_side import SideBySide, item_mib, room_for
from include.runtime.stage import ModelFiles, Stage, Work
from include.store.threads import THREADS, daemon_threads

log = logging.getLogger(__name__)
T = TypeVar("T")

_POLL_S = 0.1
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
            del making
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
    """Makes the missing items: side by side, or in batches.

    Of those, the next is fetched and the last one uploaded while this one computes.
    """

    def __init__(
        self,
        attempt: Attempt,
        resolved: Resolved,
        missing: Sequence[LookedUp],
        threads: Executor,
        writer: RecordWriter,
        ladder: Ladder,
    ) -> None:
        self._attempt, self._threads, self._ladder = attempt, threads, ladder
        self._in_hand = InHand(attempt, resolved, missing, threads, writer)
        self._item_mib = item_mib(attempt.request, missing)
        self._patience_s = attempt.request.execution.grace_s * _SHARE_FOR_BATCH
        # A thread of its own, so that the main one can obey SIGTERM while a batch computes.
        self._computer = ThreadPoolExecutor(1, thread_name_prefix="compute")

    def run(self) -> KeptLines:
        """Lines of all missing items: made, failed, or made by another run meanwhile."""
        model = self._located()
        stage = self._attempt.new_stage(self._attempt.request.recipe)
        setup = self._computer.submit(set_up, stage, model)
        try:
            self._wait_unless_stopped(setup)
            with self._in_hand.claims:
                self._make(stage)
        finally:
            self._computer.shutdown(wait=False, cancel_futures=True)
        stage.teardown()
        return self._in_hand.lines

    def _located(self) -> ModelFiles:
        arrival, reporter = self._attempt.arrival, self._attempt.reporter
        reporter.update(phase="looking for the model")
        with arrival.times.during(LoadPart.FIND):
            model = self._attempt.model.located(arrival)
        reporter.update(phase="loading the model")
        return model

    def _make(self, stage: Stage) -> None:
        most = self._most_at_once()
        self._attempt.reporter.update(phase="making")
        if most > 1:
            side_by_side = SideBySide(self._attempt, self._in_hand, self._threads, self._ladder, most)
            side_by_side.run(stage, self._patience_s)
        else:
            self._run_batches(stage)

    def _most_at_once(self) -> int:
        at_once = self._attempt.request.at_once
        if at_once == 1:
            return 1
        most, killed = room_for(at_once, self._item_mib), killed_tries(self._attempt)
        if killed:
            log.warning("earlier tries were killed (%d), perhaps for their memory: fewer at once", killed)
        return most >> killed

    def _run_batches(self, stage: Stage) -> None:
        prepared = self._threads.submit(self._prepare)
        uploads: list[Future[None]] = []
        try:
            while True:
                if self._attempt.stop.is_set():
                    self._settle(uploads)
                    check_stop(self._attempt)
                batch, works = self._wait_unless_stopped(prepared)
                if not batch:
                    # Who waits holds nothing that another may wait for.
                    self._settle(uploads)
                    if not self._in_hand.others:
                        return
                    self._in_hand.tell_waiting()
                    self._attempt.stop.wait(ASK_AGAIN_S)
                prepared = self._threads.submit(self._prepare)
                if batch:
                    self._compute(stage, batch, works, uploads)
        finally:
            self._settle(uploads)

    def _prepare(self) -> tuple[list[LookedUp], list[Work]]:
        return self._in_hand.take(self._attempt.request.batch_size)

    def _compute(self, stage: Stage, batch: list[LookedUp], works: list[Work], uploads: list[Future[None]]) -> None:
        self._attempt.reporter.update(phase="making")
        self._attempt.reporter.began(names_of(batch))
        started_at = time.monotonic()
        computing = self._computer.submit(compute, stage, works, self._ladder)
        results = self._wait(computing, self._patience_s)
        device_s = (time.monotonic() - started_at) / len(batch)
        self._settle(uploads)
        uploads += [
            self._threads.submit(self._in_hand.keep, found, result, device_s, len(batch))
            for found, result in zip(batch, results, strict=True)
        ]

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
