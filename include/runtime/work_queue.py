"""The items that a stage still has to make: first those that nobody is making, then those that others were (W8)."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Executor

from include.contract.manifests import Record
from include.contract.values import StageKind
from include.runtime.claims import Claim, Claims
from include.runtime.lookup import LookedUp, find
from include.store.store import Store
from include.store.threads import THREADS

_RUNS_TOLD = 3


class Pending:
    """A queue of missing items, each claimed when it is taken. Only one thread takes."""

    def __init__(
        self,
        missing: Sequence[LookedUp],
        kind: StageKind,
        store: Store,
        claims: Claims,
        threads: Executor,
        reused: Callable[[LookedUp, Record], None],
    ) -> None:
        """`reused` is called with each item that another run has made meanwhile."""
        self._kind, self._store, self._claims, self._threads, self._reused = kind, store, claims, threads, reused
        self._fresh = deque(missing)
        self._others: deque[tuple[LookedUp, Claim]] = deque()

    @property
    def others(self) -> int:
        """Items that others are making."""
        return len(self._others)

    def take(self, most: int) -> list[LookedUp]:
        """Up to `most` items to make now, claimed; none if others are making all that are left."""
        batch: list[LookedUp] = []
        while self._fresh and len(batch) < most:
            wanted = [self._fresh.popleft() for _ in range(min(most - len(batch), len(self._fresh)))]
            for found, answer in zip(wanted, self._threads.map(self._claims.take, wanted), strict=True):
                self._sort(found, answer, batch)
        while self._others and not batch and self._look_again(most, batch):
            pass
        return batch

    def waiting_for(self) -> str:
        """What it is waiting for, in words."""
        runs = list(dict.fromkeys(f"`{claim.owner.run_id}` of `{claim.owner.dag_id}`" for _, claim in self._others))
        more = [f"{len(runs) - _RUNS_TOLD} others"] if len(runs) > _RUNS_TOLD else []
        items = "1 item" if self.others == 1 else f"{self.others} items"
        return f"waiting for {items} made by run {', '.join(runs[:_RUNS_TOLD] + more)}"

    def _look_again(self, most: int, batch: list[LookedUp]) -> bool:
        """Ask after the first items that others make, a few at a time; whether anything has become of any."""
        asked = [self._others.popleft() for _ in range(min(THREADS, len(self._others)))]
        left = len(asked) + len(self._others)
        for now, (_, claim) in zip(self._threads.map(self._found, asked), asked, strict=True):
            if now.record is None and len(batch) == most:
                self._others.append((now, claim))
            else:
                self._sort(now, now if now.record else self._claims.take_over(now), batch)
        return len(self._others) < left

    def _found(self, other: tuple[LookedUp, Claim]) -> LookedUp:
        return find(other[0].wanted, self._kind, self._store)

    def _sort(self, found: LookedUp, answer: LookedUp | Claim, batch: list[LookedUp]) -> None:
        if isinstance(answer, Claim):
            self._others.append((found, answer))
        elif answer.record is not None:
            self._reused(found, answer.record)
        else:
            batch.append(answer)
