"""What a driver tells the dispatcher, and is lent: said beside its loop, so that a slow store costs it no worker."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import replace
from threading import Event, Lock, Thread
from types import TracebackType
from typing import Any, Self

import ray

from include.runtime.ray.dispatcher import Grant, Wish
from include.runtime.ray.pools import Pool

log = logging.getLogger(__name__)

SAY_S = 0.5
ANSWER_S = 10.0
_GOODBYE_S = 5.0


class Lending:
    """What one job is lent. Thread-safe."""

    def __init__(self, job: str, pool: Pool, dispatcher: Callable[[], Any]) -> None:
        """`dispatcher` finds or makes it; called again when it is lost."""
        self._find = dispatcher
        self._wish = Wish(job, pool, 0, 0, 0)
        self._new: list[str] = []
        self._grant = Grant()
        self._lock, self._over, self._changed = Lock(), Event(), Event()
        self._dispatcher: Any = None
        self._thread = Thread(target=self._keep_saying, daemon=True, name="lending")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._over.set()
        self._changed.set()
        if not self._thread.is_alive():
            return
        self._thread.join(ANSWER_S)
        try:
            ray.get(self._dispatcher.gone.remote(self._wish.job, self._wish.worn), timeout=_GOODBYE_S)
        except (ray.exceptions.RayError, AttributeError) as away:
            log.info("workers are given back by silence: %s", away)

    def need(self, batches: int, items: int, busy: int) -> None:
        """Say how much waits, and how many workers have something in hand."""
        with self._lock:
            before, self._wish = self._wish, replace(self._wish, batches=batches, items=items, busy=busy)
        if not self._thread.is_alive():
            self._thread.start()
        elif bool(before.batches) != bool(batches):
            self._changed.set()

    def new(self) -> list[str]:
        """Workers that were lent since the last time."""
        with self._lock:
            new, self._new = self._new, []
        return new

    def keep(self, names: Iterable[str], ended: Iterable[str]) -> None:
        """Give back all but `names`; those of `ended` are no more."""
        with self._lock:
            held = self._wish.held & {*names, *self._new}
            is_same = held == self._wish.held
            self._wish = replace(self._wish, held=held, worn=frozenset(ended))
        if not is_same:
            self._changed.set()

    @property
    def held(self) -> frozenset[str]:
        """What this job has."""
        return self._wish.held

    @property
    def grant(self) -> Grant:
        """What was said last."""
        return self._grant

    def _keep_saying(self) -> None:
        while not self._over.is_set():
            self._changed.clear()
            try:
                self._say()
            except Exception as error:  # noqa: BLE001 - whatever it is, a job that falls silent loses its workers
                self._dispatcher = None
                log.info("the dispatcher does not answer now: %s", str(error).partition("\n")[0])
            self._changed.wait(SAY_S)

    def _say(self) -> None:
        if self._dispatcher is None:
            self._dispatcher = self._find()
        wish = self._wish
        grant = ray.get(self._dispatcher.sync.remote(wish), timeout=ANSWER_S)
        with self._lock:
            self._grant = grant
            self._new += grant.new
            self._wish = replace(self._wish, held=(self._wish.held | {*grant.new}) - {*grant.lost})
