"""Threads that nobody waits for: one silent request holds up neither the end of a block nor that of the process.

Python waits for the threads of a `ThreadPoolExecutor` when its block ends, even through a signal handler, and when the
process ends.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, wait
from contextlib import contextmanager, suppress
from functools import partial
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")
THREADS = 16
"""The most requests of one sort that a task has in progress: look-ups and records, or uploads."""
_ROUND_S = 1.0
"""How long one wait takes. A signal that comes just before a wait blocks, or to another thread, doesn't end it: its
handler runs after it."""


@contextmanager
def daemon_threads(most: int, name: str) -> Iterator[Executor]:
    """Up to `most` threads; calls that are not done when the block ends are dropped, or end unnoticed."""
    daemons = _Daemons(most, name)
    try:
        yield daemons
    finally:
        daemons.leave()


def begun(call: Callable[[], T]) -> Future[T]:
    """Start `call` in a thread of its own."""
    future: Future[T] = _Answer()
    Thread(target=_answer, args=(future, call), daemon=True, name="store").start()
    return future


def await_end(future: Future[T]) -> None:
    """Wait until `future` is done; on the main thread, signals are handled meanwhile."""
    while not wait({future}, timeout=_ROUND_S).done:
        pass


class _Answer(Future[T]):
    """What a call comes to; on the main thread, signals are handled while it is waited for."""

    def result(self, timeout: float | None = None) -> T:
        """As `Future.result`."""
        if timeout is None and not self.done():
            await_end(self)
        return super().result(timeout)


class _Daemons(Executor):
    """Calls in daemon threads, begun in the order in which they come. Thread-safe."""

    def __init__(self, most: int, name: str) -> None:
        self._most, self._name = most, name
        self._waiting: SimpleQueue[tuple[Future[object], Callable[[], object]] | None] = SimpleQueue()
        self._lock = Lock()
        self._started = 0
        self._is_left = False

    def submit(self, call: Callable[P, T], /, *arguments: P.args, **named: P.kwargs) -> Future[T]:
        """Have `call` called as soon as a thread is free."""
        future: Future[T] = _Answer()
        with self._lock:
            if self._is_left:
                raise RuntimeError(f"the block of the threads `{self._name}` has ended")
            self._waiting.put((future, partial(call, *arguments, **named)))  # type: ignore[arg-type]
            if self._started < self._most:
                self._started += 1
                Thread(target=self._work, daemon=True, name=f"{self._name}-{self._started}").start()
        return future

    def leave(self) -> None:
        """Take no more calls, drop those that have not begun, and let each thread end with the one that it is at."""
        with self._lock:
            self._is_left = True
            with suppress(Empty):
                while dropped := self._waiting.get_nowait():
                    dropped[0].cancel()
            for _ in range(self._started):
                self._waiting.put(None)

    def _work(self) -> None:
        while self._has_answered():
            pass

    def _has_answered(self) -> bool:
        """Make the next call; whether there was one."""
        taken = self._waiting.get()
        if taken is not None:
            _answer(*taken)
        return taken is not None


def _answer(future: Future[T], call: Callable[[], T]) -> None:
    """Make `call`, unless it was dropped, and give `future` what comes of it."""
    if not future.set_running_or_notify_cancel():
        return
    try:
        future.set_result(call())
    except BaseException as error:  # noqa: BLE001 - raised again where the result is asked for
        future.set_exception(error)
