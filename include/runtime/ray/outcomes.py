"""What becomes of a driver's items: noted in lines for the manifest, in claims, and in its report."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from include.contract.errors import AtelierError
from include.contract.manifests import ItemLine, Outcome, Record
from include.runtime.claims import Claims
from include.runtime.item_lines import KeptLines, failed_lines, lines_of
from include.runtime.lookup import LookedUp
from include.runtime.ray.telling import Kept
from include.runtime.report import Reporter

log = logging.getLogger(__name__)


class Outcomes:
    """Of all items so far."""

    def __init__(self, claims: Claims, reporter: Reporter) -> None:
        self._claims, self._reporter = claims, reporter
        self.lines = KeptLines()

    def kept(self, batch: Sequence[LookedUp], kept: Sequence[Kept]) -> None:
        """What a worker says of a batch."""
        for found, each in zip(batch, kept, strict=True):
            for warning in each.warnings:
                log.warning("%s: %s", found.wanted.item, warning)
            is_made = each.lines[0].outcome is Outcome.MADE
            if is_made:
                self._claims.made(each.fingerprint)
            else:
                self._claims.release(each.fingerprint)
            self._note(each.lines, Outcome.MADE if is_made else Outcome.FAILED)

    def failed(self, found: LookedUp, error: AtelierError) -> None:
        """An item is given up."""
        self._claims.release(found.wanted.fingerprint)
        self._note(failed_lines(found, error), Outcome.FAILED)

    def made_elsewhere(self, found: LookedUp, record: Record) -> None:
        """Another run has made an item meanwhile."""
        self._note(lines_of(found, record, Outcome.REUSED), Outcome.REUSED)

    def _note(self, lines: list[ItemLine], outcome: Outcome) -> None:
        self.lines.add(lines)
        if outcome is Outcome.FAILED:
            log.error("%s failed: %s", lines[0].item, lines[0].message)
        self._reporter.ended(lines)
