"""Publishes what a request names: pieces, then indexes; the run's manifest last, as for every stage (W4, W10)."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass

from include.contract.artifacts import Artifact
from include.contract.decisions import Verdict, piece_digest
from include.contract.errors import BadRequest, CorruptInput, InputLost, Preempted, RejectedContent
from include.contract.manifests import MAX_MESSAGE_BYTES, ItemLine, Outcome
from include.contract.planning import INPUT_MISSING, PlannedItem, Upstreams
from include.contract.publishing import files_of
from include.contract.registry import recipe_named
from include.contract.requests import StageRequest
from include.contract.resolving import planned_items
from include.contract.values import shortened
from include.runtime.attempt import Attempt
from include.runtime.finalize import finalize
from include.runtime.lookup import read_upstreams
from include.runtime.publisher import Assignment, Piece
from include.runtime.publishing.pieces import piece_of
from include.runtime.publishing.publishers import publisher_for

log = logging.getLogger(__name__)

_PIECES_AT_ONCE = 8


@dataclass(frozen=True)
class PublishedPiece:
    """What became of one piece."""

    line: ItemLine
    piece: Piece | None = None
    """None if it is not published."""


def publish(attempt: Attempt) -> None:
    """Publish the pieces of one request.

    :raises InputLost: a blob is gone; all pieces without lost blobs are published.
    :raises BadRequest: the store does not let the stage write.
    """
    started_at = time.monotonic()
    request = attempt.request
    attempt.model.check()
    upstreams = read_upstreams(request, attempt.store)
    items = planned_items(request, upstreams)
    attempt.reporter.start([item.item for item in items])
    attempt.reporter.update(phase="publishing")
    lines = _Publishing(attempt, upstreams).run(items)
    attempt.reporter.update(phase="concluding")
    finalize(
        request,
        attempt.sha256,
        attempt.store,
        lines,
        wall_s=time.monotonic() - started_at,
        attempt=attempt.number,
        fitting_batch_size=None,
    )


class _Publishing:
    """Has a publisher take pieces, several at a time, and then have what names them name them."""

    def __init__(self, attempt: Attempt, upstreams: Upstreams) -> None:
        request = attempt.request
        if request.publication is None:
            raise BadRequest("this request does not say what its pieces are published as")
        self._attempt, self._recipe = attempt, recipe_named(request.recipe)
        self._orders = {order.brief: order for order in request.orders}
        self._assignment = Assignment(
            request.publication,
            request.run,
            tuple(self._orders),
            attempt.store,
            _producers(request, upstreams),
            attempt.scratch,
        )
        self._publisher = publisher_for(self._recipe, self._assignment)

    def run(self, items: Sequence[PlannedItem]) -> list[ItemLine]:
        """What became of each item, in order."""
        with closing(self._publisher):
            with ThreadPoolExecutor(_PIECES_AT_ONCE, thread_name_prefix="piece") as threads:
                futures = [threads.submit(self._one, position, item) for position, item in enumerate(items)]
            lost = _lost_input(futures)
            done = [future.result() for future in futures if lost is None or future.exception() is None]
            lines = self._listed(done)
        if lost is not None:
            raise lost
        return lines

    def _one(self, position: int, item: PlannedItem) -> PublishedPiece:
        if self._attempt.stop.is_set():
            raise Preempted("asked to stop; what is published stays, and the next try continues from there")
        self._attempt.reporter.began([item.item])
        try:
            done = self._published(position, item)
        except (CorruptInput, RejectedContent) as error:
            log.error("%s failed: %s", item.item, error)
            done = PublishedPiece(
                ItemLine(
                    position=position,
                    item=item.item,
                    outcome=Outcome.FAILED,
                    cause=error.cause,
                    message=shortened(str(error), MAX_MESSAGE_BYTES),
                )
            )
        self._attempt.reporter.ended([done.line])
        return done

    def _published(self, position: int, item: PlannedItem) -> PublishedPiece:
        refusal = self._refusal(item)
        if refusal:
            log.warning("%s is skipped: %s", item.item, refusal)
            return PublishedPiece(_skipped(position, item.item, refusal))
        piece = piece_of(item, self._orders[item.brief], self._recipe, self._words)
        placed = self._publisher.place(piece)
        line = ItemLine(
            position=position,
            item=item.item,
            outcome=Outcome.MADE if placed.is_new else Outcome.REUSED,
            outputs=files_of(item),
            address=placed.address,
        )
        return PublishedPiece(line, piece)

    def _words(self, artifact: Artifact) -> bytes:
        producer = self._assignment.producer(artifact)
        return self._attempt.store.blob(artifact.sha256, f"input `{artifact.name}`", producer)

    def _refusal(self, item: PlannedItem) -> str:
        """Why the piece is not published; nothing when it is.

        :raises RejectedContent: what was decided is about something else.
        """
        if item.missing:
            return f"{INPUT_MISSING}{', '.join(item.missing)}"
        withdrawn = self._publisher.withdrawn(item.brief)
        if withdrawn:
            return withdrawn
        decision = self._orders[item.brief].decision
        if decision is None:
            return ""
        if decision.content_digest != piece_digest(item):
            raise RejectedContent(
                f"what was looked at is not what would be published ({decision.told()}; content "
                f"{decision.content_digest[:12]}, now {piece_digest(item)[:12]}); clear the review"
            )
        return "" if decision.verdict is Verdict.APPROVED else f"it was {decision.told()}"

    def _listed(self, done: Sequence[PublishedPiece]) -> list[ItemLine]:
        """Have what names pieces name what is published; a piece that was withdrawn meanwhile is not."""
        pieces = [one.piece for one in done if one.piece is not None]
        if not pieces:
            return [one.line for one in done]
        withdrawn = self._publisher.list_all(pieces, lambda phase: self._attempt.reporter.update(phase=phase))
        lines = (one.line for one in done)
        return [
            _skipped(line.position, line.item, withdrawn[line.item]) if line.item in withdrawn else line
            for line in lines
        ]


def _lost_input(futures: Sequence[Future[PublishedPiece]]) -> InputLost | None:
    """The first input that is lost; it does not keep the other pieces from being published."""
    errors = (future.exception() for future in futures)
    return next((error for error in errors if isinstance(error, InputLost)), None)


def _producers(request: StageRequest, upstreams: Upstreams) -> Mapping[str, str]:
    return {
        artifact.sha256: ref.task_id
        for ref in request.upstreams
        for line in upstreams[ref.stage].values()
        for artifact in line.outputs
    }


def _skipped(position: int, item: str, message: str) -> ItemLine:
    return ItemLine(position=position, item=item, outcome=Outcome.SKIPPED, message=message)
