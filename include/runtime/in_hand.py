"""The items that a process makes itself: taken with their inputs, and recorded when they are computed."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from concurrent.futures import Executor

from include.contract.errors import AtelierError, CheckFailed
from include.contract.manifests import ItemLine, Outcome, Record
from include.contract.resolving import Resolved
from include.runtime.attempt import Attempt
from include.runtime.batching import Result
from include.runtime.claims import Claims
from include.runtime.inputs import Inputs
from include.runtime.item_lines import KeptLines, failed_lines, lines_of
from include.runtime.lookup import LookedUp
from include.runtime.record_writer import RecordWriter
from include.runtime.stage import ItemResult, Work
from include.runtime.work_queue import Pending

log = logging.getLogger(__name__)

ASK_AGAIN_S = 1.0
"""Between two looks at what others make."""


class InHand:
    """Takes and keeps items, whoever computes them in between. One thread takes, several may keep."""

    def __init__(
        self,
        attempt: Attempt,
        resolved: Resolved,
        missing: Sequence[LookedUp],
        threads: Executor,
        writer: RecordWriter,
    ) -> None:
        self._reporter, self._writer = attempt.reporter, writer
        self.lines = KeptLines()
        """Of all that has ended: made, failed, or made by another run meanwhile."""
        request, store, reporter = attempt.request, attempt.store, attempt.reporter
        told = reporter.within, reporter.say
        self._inputs = Inputs(missing, resolved.producers, store, attempt.scratch, *told, request.execution)
        self.claims = Claims(request, attempt.number, store)
        self._pending = Pending(missing, request.kind, store, self.claims, threads, self._made_elsewhere)

    @property
    def others(self) -> int:
        """Items that others are making."""
        return self._pending.others

    def take(self, most: int) -> tuple[list[LookedUp], list[Work]]:
        """The next items to make, claimed, with their inputs here; none if others are making all that are left."""
        batch = self._pending.take(most)
        return batch, [self._inputs.work(found) for found in batch]

    def tell_waiting(self) -> None:
        """Say what others make that is waited for."""
        words = self._pending.waiting_for()
        if self._reporter.progress.phase != words:
            log.info("%s", words)
        self._reporter.update(phase=words)

    def keep(self, found: LookedUp, result: Result, device_s: float, at_once: int) -> None:
        """Upload and record one of `at_once` results, and note how it came out."""
        if isinstance(result, ItemResult):
            try:
                record = self._writer.write(found, result, device_s, at_once)
            except CheckFailed as error:
                result = error
            else:
                self.claims.made(found.wanted.fingerprint)
                for warning in record.warnings:
                    log.warning("%s: %s", found.wanted.item, warning)
                self._note(lines_of(found, record, Outcome.MADE), Outcome.MADE)
        if isinstance(result, AtelierError):
            self.claims.release(found.wanted.fingerprint)
            self._note(failed_lines(found, result), Outcome.FAILED)
        self._inputs.clear(found)

    def _made_elsewhere(self, found: LookedUp, record: Record) -> None:
        self._note(lines_of(found, record, Outcome.REUSED), Outcome.REUSED)
        self._inputs.clear(found)

    def _note(self, lines: list[ItemLine], outcome: Outcome) -> None:
        self.lines.add(lines)
        if outcome is Outcome.FAILED:
            log.error("%s failed: %s", lines[0].item, lines[0].message)
        self._reporter.ended(lines)
