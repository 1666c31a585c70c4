"""What is still to be made, batch by batch: taken and claimed beside the driver's loop; suspects alone."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from enum import Enum, auto
from secrets import randbits

from include.runtime.lookup import LookedUp
from include.runtime.work_queue import Pending

ASK_AGAIN_S = 1.0
"""Between two looks at what others make."""
_NUMBER_BITS = 62


class BatchPhase(Enum):
    """How far a batch is with its worker."""

    PREPARING = auto()
    PREPARED = auto()
    COMPUTING = auto()
    KEEPING = auto()


@dataclass
class Batch:
    """Items that are made together."""

    found: list[LookedUp]
    phase: BatchPhase = BatchPhase.PREPARING
    computing_since: float = 0.0
    number: int = field(default_factory=lambda: randbits(_NUMBER_BITS))
    """No two drivers have the same."""

    @property
    def is_alone(self) -> bool:
        """Whether it has one item, which is to blame for what happens."""
        return len(self.found) == 1


class Batches:
    """A queue. Items come from `pending`, at most one call of which is in progress."""

    def __init__(self, pending: Pending, threads: Executor, items: int, size: Callable[[], int]) -> None:
        """`items` are there altogether; `size` says how many a batch has now."""
        self._pending, self._threads, self._size = pending, threads, size
        self._left = items
        self._ready: deque[Batch] = deque()
        self._taking: Future[list[LookedUp]] | None = None
        self._ask_again_at = 0.0
        self._is_empty = False

    @property
    def items(self) -> int:
        """How many items are still to be handed out."""
        return sum(len(batch.found) for batch in self._ready) + self._left

    @property
    def waiting(self) -> int:
        """About how many batches are still to be handed out."""
        return len(self._ready) + -(-self._left // max(1, self._size()))

    @property
    def is_over(self) -> bool:
        """Whether there is nothing left to hand out, now or later."""
        return self._is_empty and not self._ready and self._taking is None and not self._pending.others

    @property
    def waiting_for(self) -> str:
        """What others make that is waited for, in words; empty if nothing is."""
        return self._pending.waiting_for() if self._is_empty and self._pending.others else ""

    def back(self, found: Iterable[LookedUp], *, alone: bool) -> None:
        """Have items that a lost worker had made again, before all others; suspects one by one."""
        again = list(found)
        batches = [[each] for each in again] if alone else [again]
        self._ready.extendleft(Batch(each) for each in reversed(batches) if each)

    def next(self) -> Batch | None:
        """The next batch, if one is there now.

        :raises AtelierError: the store cannot be asked for more.
        """
        if not self._ready:
            self._take()
        return self._ready.popleft() if self._ready else None

    def look_again(self) -> None:
        """Take what others have left, so that a worker is asked for again, and see when nothing is left."""
        if not self._ready and (self._is_empty or not self._left):
            self._take()

    def _take(self) -> None:
        if self._taking is None:
            if self._is_empty and (not self._pending.others or time.monotonic() < self._ask_again_at):
                return
            self._taking = self._threads.submit(self._pending.take, self._size())
        if not self._taking.done():
            return
        found, self._taking = self._taking.result(), None
        self._is_empty = not found
        self._ask_again_at = time.monotonic() + ASK_AGAIN_S
        self._left = max(0, self._left - len(found)) if found else 0
        if found:
            self._ready.append(Batch(found))
