"""Publishes what a request names: pieces, then indexes; the run's manifest last, as for every stage (W4, W10)."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from include.contract.decisions import Verdict, piece_digest
from include.contract.errors import BadRequest, CorruptInput, InputLost, Preempted, RejectedContent
from include.contract.manifests import MAX_MESSAGE_BYTES, ItemLine, Outcome
from include.contract.params import PublishPodcastParams
from include.contract.planning import INPUT_MISSING, PlannedItem, Upstreams
from include.contract.published import Channel, IndexEntry, Publication, Word
from include.contract.publishing import files_of
from include.contract.registry import recipe_named
from include.contract.requests import StageRequest, read_params
from include.contract.resolving import planned_items
from include.contract.values import shortened
from include.runtime.finalize import finalize
from include.runtime.lookup import read_upstreams
from include.runtime.publishing.indexes import list_pieces, told_of
from include.runtime.publishing.piece_writer import PieceWriter
from include.runtime.publishing.published_store import PublishedStore
from include.runtime.publishing.tombstones import Tombstones
from include.runtime.runner import Attempt
from include.runtime.store import THREADS

log = logging.getLogger(__name__)

_PIECES_AT_ONCE = 8


@dataclass(frozen=True)
class PublishedPiece:
    """What became of one piece."""

    line: ItemLine
    entry: IndexEntry | None = None
    """As the indexes have to name it; None when it is not published."""


def publish(attempt: Attempt) -> None:
    """Publish the pieces of one request.

    :raises InputLost: a blob is gone; the pieces that have theirs are published.
    :raises BadRequest: the store does not let the stage write what it has to.
    """
    started_at = time.monotonic()
    request = attempt.request
    attempt.registry.check(request.model)
    upstreams = read_upstreams(request, attempt.store)
    items = planned_items(request, upstreams)
    attempt.reporter.start(len(items))
    attempt.reporter.update(phase="publishing")
    lines = _Publisher(attempt, upstreams).run(items)
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


def channel_of(request: StageRequest, publication: Publication) -> Channel:
    """What feed and gallery say of the content type."""
    params = read_params(recipe_named(request.recipe), request.orders[0].params)
    facts = publication.of_channel
    if isinstance(params, PublishPodcastParams):
        facts |= params.model_dump(exclude={"language"}) | {"is_podcast": True}
    return Channel(**facts)


class _Publisher:
    """Places pieces, several at a time and the files of each side by side, and then has the indexes name them."""

    def __init__(self, attempt: Attempt, upstreams: Upstreams) -> None:
        if attempt.request.publication is None:
            raise BadRequest("this request does not say as what its pieces are published")
        self._attempt, self._publication = attempt, attempt.request.publication
        self._shelf = PublishedStore.of(attempt.store, self._publication.content_type)
        self._orders = {order.brief: order for order in attempt.request.orders}
        self._tombstones = Tombstones.read(self._shelf, self._orders)
        self._files = ThreadPoolExecutor(THREADS, thread_name_prefix="file")
        producers = _producers(attempt.request, upstreams)
        told = told_of(self._shelf, self._publication.day)
        self._placer = PieceWriter(
            attempt.request, self._publication, self._shelf, producers, told, self._files, attempt.scratch
        )

    def run(self, items: Sequence[PlannedItem]) -> list[ItemLine]:
        """What became of each item, in order."""
        with self._files, ThreadPoolExecutor(_PIECES_AT_ONCE, thread_name_prefix="piece") as threads:
            futures = [threads.submit(self._one, position, item) for position, item in enumerate(items)]
        lost = _lost_input(futures)
        done = [future.result() for future in futures if lost is None or future.exception() is None]
        lines = self._listed(done)
        if lost is not None:
            raise lost
        return lines

    def _one(self, position: int, item: PlannedItem) -> PublishedPiece:
        if self._attempt.stop.is_set():
            raise Preempted("asked to stop; what is published stays, and the next try goes on from there")
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
        self._attempt.reporter.count(done.line.outcome, 1)
        return done

    def _published(self, position: int, item: PlannedItem) -> PublishedPiece:
        refusal = self._refusal(item)
        if refusal:
            log.warning("%s is skipped: %s", item.item, refusal)
            return PublishedPiece(_skipped(position, item.item, refusal))
        placed = self._placer.place(item, self._orders[item.brief])
        line = ItemLine(
            position=position,
            item=item.item,
            outcome=Outcome.MADE if placed.is_new else Outcome.REUSED,
            outputs=files_of(item),
            address=placed.key,
        )
        return PublishedPiece(line, placed.item.entry())

    def _refusal(self, item: PlannedItem) -> str:
        """Why the piece is not published; nothing when it is.

        :raises RejectedContent: what was decided is about something else.
        """
        if item.missing:
            return f"{INPUT_MISSING}{', '.join(item.missing)}"
        word = self._tombstones.withdrawn(item.brief, self._publication.day)
        if word is not None:
            return self._withdrawn(item.brief, word)
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
        """Have the indexes name what is published; a piece that was withdrawn meanwhile is not."""
        entries = [one.entry for one in done if one.entry is not None]
        if not entries:
            return [one.line for one in done]
        self._attempt.reporter.update(phase="listing")
        channel = channel_of(self._attempt.request, self._publication)
        tombstones = list_pieces(self._shelf, entries, channel=channel)
        lines = []
        for one in done:
            word = tombstones.withdrawn(one.entry.slug, one.entry.day) if one.entry else None
            line = one.line
            lines.append(_skipped(line.position, line.item, self._withdrawn(line.item, word)) if word else line)
        return lines

    def _withdrawn(self, slug: str, word: Word) -> str:
        return f"it was {word.told()}; restore `{slug}` of `{self._publication.content_type}` first"


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
