"""Requests in threads of their own, so that signals reach whoever waits for them.

A call into obstore holds the main thread's signal handlers back until it ends. A lock's wait does not: SIGTERM and
SIGALRM (Airflow's `execution_timeout`) are handled at once. The threads are daemons, since those of a pool are joined
when the process ends, and would hold it up as long as a silent server does.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from threading import Event, Thread, current_thread, main_thread
from typing import Generic, TypeVar

T = TypeVar("T")


class Pending(Generic[T]):
    """A call under way in a thread of its own."""

    def __init__(self, call: Callable[[], T]) -> None:
        self._call, self._over = call, Event()
        self._error: BaseException | None = None
        Thread(target=self._run, daemon=True, name="store").start()

    def result(self) -> T:
        """What the call gives, or raises."""
        self._over.wait()
        if self._error is not None:
            raise self._error
        return self._value

    def _run(self) -> None:
        try:
            self._value = self._call()
        except BaseException as error:  # noqa: BLE001 - raised again where the result is asked for
            self._error = error
        finally:
            self._over.set()


def interruptible(call: Callable[[], T]) -> T:
    """What `call` gives; on the main thread, signals are handled while it is waited for."""
    return Pending(call).result() if current_thread() is main_thread() else call()


def ahead(calls: Iterable[Callable[[], T]], most: int) -> Iterator[T]:
    """The results of `calls` in their order, up to `most` calls under way at once."""
    waiting = iter(calls)
    flying = deque(Pending(call) for call in islice(waiting, most))
    while flying:
        result = flying.popleft().result()
        flying.extend(Pending(call) for call in islice(waiting, 1))
        yield result
