"""Several items at once, each computed by itself in a thread, and recorded when it ends, whatever the others do."""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from include.contract.errors import AtelierError, OutOfMemory
from include.contract.recipe import Recipe
from include.contract.registry import recipe_named
from include.contract.requests import StageRequest
from include.contract.resolving import WantedItem
from include.runtime.attempt import Attempt, check_stop
from include.runtime.batching import Ladder, Result, compute_beside, not_even_alone
from include.runtime.cgroups import CGROUPS, OWN_CGROUPS
from include.runtime.fair_time import FairTime
from include.runtime.in_hand import ASK_AGAIN_S, InHand
from include.runtime.item_lines import names_of
from include.runtime.lookup import LookedUp
from include.runtime.memory import free_memory_mib
from include.runtime.processors import granted_processors
from include.runtime.stage import Stage, Work

log = logging.getLogger(__name__)

_POLL_S = 0.1


def item_mib(request: StageRequest, missing: Sequence[LookedUp]) -> int:
    """What the largest of the missing items takes of the memory while it is made."""
    recipe = recipe_named(request.recipe)
    return max((_takes_mib(recipe, found.wanted) for found in missing), default=0)


def _takes_mib(recipe: Recipe, wanted: WantedItem) -> int:
    names = {artifact.name for artifact in wanted.inputs}
    through_ports = sum(port.item_mib for port in recipe.ports if port.name in names)
    return through_ports + (recipe.item_mib(wanted.order.params) if recipe.item_mib else 0)


def room_for(at_once: int, each_mib: int, cgroups: Path = CGROUPS, own: Path = OWN_CGROUPS) -> int:
    """How many of `at_once` items, of `each_mib` each, processors and free memory allow; at least 1.

    :param cgroups: where the kernel shows cgroups.
    :param own: which of them this process is in.
    """
    processors, free_mib = granted_processors(cgroups, own), free_memory_mib(cgroups, own)
    room = max(1, min(at_once, processors, free_mib // max(1, each_mib)))
    log.info(
        "room for %d at once: there are %d processors, and %d MiB of memory for items that take %d each",
        room,
        processors,
        free_mib,
        each_mib,
    )
    return room


@dataclass(eq=False)
class _Item:
    """One that is made, or waits to be made again beside fewer."""

    found: LookedUp
    work: Work
    device_s: float = 0.0
    beside: int = 0
    """How many were made at once while it was: the most of them, itself included."""


class SideBySide:
    """Makes up to `most` items at once: fewer if they run out of memory, and as soon as one ends, the next."""

    def __init__(self, attempt: Attempt, in_hand: InHand, threads: Executor, ladder: Ladder, most: int) -> None:
        self._attempt, self._in_hand, self._threads = attempt, in_hand, threads
        self._ladder, self._most = ladder, most
        self._times = FairTime()
        self._computers = ThreadPoolExecutor(most, thread_name_prefix="compute")
        self._computing: dict[Future[tuple[Result, float]], _Item] = {}
        self._again: deque[_Item] = deque()
        self._taking: Future[tuple[list[LookedUp], list[Work]]] | None = threads.submit(in_hand.take, 1)
        """None when there was nothing to take."""
        self._take_at = 0.0
        self._keeping: list[Future[None]] = []
        self._drop_at = float("inf")
        self._error: AtelierError | None = None
        """What ends the attempt, as soon as what is computed has ended."""

    def run(self, stage: Stage, patience_s: float) -> None:
        """Make all items.

        :param patience_s: what is computed when the attempt is asked to stop is dropped after so long.
        :raises AtelierError: as of `compute`, or the store's; what was made is recorded.
        """
        try:
            while self._goes_on(patience_s):
                self._begin(stage)
                self._await()
                self._end()
        finally:
            self._computers.shutdown(wait=False, cancel_futures=True)
            wait(self._keeping)
            self._kept()
        if self._error is not None:
            raise self._error
        check_stop(self._attempt)

    def _goes_on(self, patience_s: float) -> bool:
        if self._attempt.stop.is_set():
            now = time.monotonic()
            self._drop_at = min(self._drop_at, now + patience_s)
            return bool(self._computing) and now < self._drop_at
        if self._error is not None or self._computing:
            return bool(self._computing)
        return bool(self._again) or self._taking is not None or self._has_more()

    def _has_more(self) -> bool:
        """Whether others make what is left, when nothing is in hand that they may wait for."""
        wait(self._keeping)
        self._kept()
        if self._error is None and self._in_hand.others:
            self._in_hand.tell_waiting()
            return True
        return False

    def _begin(self, stage: Stage) -> None:
        """Begin as many as there is room for."""
        while self._may_begin and (item := self._next()) is not None:
            self._attempt.reporter.update(phase="making")
            self._attempt.reporter.began(names_of([item.found]))
            item.beside = len(self._computing) + 1
            for other in self._computing.values():
                other.beside = max(other.beside, item.beside)
            self._computing[self._computers.submit(self._compute, stage, item.work)] = item

    @property
    def _room(self) -> int:
        return min(self._most, self._ladder.most or self._most)

    @property
    def _may_begin(self) -> bool:
        is_ending = self._error is not None or self._attempt.stop.is_set()
        # No more are uploaded than are computed, so that products do not pile up.
        return not is_ending and len(self._computing) < self._room and len(self._keeping) <= self._most

    def _next(self) -> _Item | None:
        """The next item, if one is here now."""
        if self._again:
            return self._again.popleft()
        if self._taking is None and self._in_hand.others and time.monotonic() >= self._take_at:
            self._taking = self._threads.submit(self._in_hand.take, 1)
        if self._taking is None or not self._taking.done():
            return None
        taking, self._taking = self._taking, None
        self._take_at = time.monotonic() + ASK_AGAIN_S
        try:
            batch, works = taking.result()
        except AtelierError as error:
            self._error = error
            return None
        if not batch:
            return None
        self._taking = self._threads.submit(self._in_hand.take, 1)
        return _Item(batch[0], works[0])

    def _compute(self, stage: Stage, work: Work) -> tuple[Result, float]:
        """What has become of an item, and its share of the time."""
        came = self._times.come()
        try:
            result = compute_beside(stage, work)
        finally:
            share_s = self._times.leave(came)
        return result, share_s

    def _await(self) -> None:
        """Wait until something has happened, or a little."""
        awaited: set[Future[Any]] = {*self._computing}
        if self._may_begin and self._taking is not None:
            awaited.add(self._taking)
        elif len(self._keeping) > self._most:
            awaited.update(self._keeping)
        if awaited:
            wait(awaited, _POLL_S, FIRST_COMPLETED)
        else:
            self._attempt.stop.wait(_POLL_S)

    def _end(self) -> None:
        """Have recorded what has ended."""
        for ended in [each for each in self._computing if each.done()]:
            item = self._computing.pop(ended)
            try:
                result, share_s = ended.result()
            except AtelierError as error:
                self._error = self._error or error
                continue
            item.device_s += share_s
            if isinstance(result, OutOfMemory):
                self._ran_out(item, result)
            else:
                self._ladder.fitted(item.beside)
                self._keeping.append(self._threads.submit(self._in_hand.keep, item.found, result, item.device_s, 1))
        self._kept()

    def _ran_out(self, item: _Item, error: OutOfMemory) -> None:
        """Have an item made again beside fewer, if there are fewer."""
        name = item.found.wanted.item
        if item.beside == 1:
            self._error = self._error or not_even_alone(name, error)
            return
        self._ladder.ran_out(item.beside)
        log.warning("%s failed beside %d others (%s); at most %d at once now", name, item.beside - 1, error, self._room)
        self._attempt.reporter.lost(names_of([item.found]))
        self._again.append(item)

    def _kept(self) -> None:
        """Let go of what is recorded."""
        for kept in [each for each in self._keeping if each.done()]:
            self._keeping.remove(kept)
            try:
                kept.result()
            except AtelierError as error:
                self._error = self._error or error
