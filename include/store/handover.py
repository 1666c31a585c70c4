"""Requests in separate threads, so that signals reach whoever waits for them.

A call into obstore holds the main thread's signal handlers back until it ends. A lock's wait does not: SIGTERM and
SIGALRM (Airflow's `execution_timeout`) are handled at once. Nobody waits for the threads (`threads.py`).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from threading import current_thread, main_thread
from typing import TypeVar

from include.store.threads import begun

T = TypeVar("T")


def interruptible(call: Callable[[], T]) -> T:
    """The result of `call`; on the main thread, signals are handled while waiting for it."""
    return begun(call).result() if current_thread() is main_thread() else call()


def ahead(calls: Iterable[Callable[[], T]], most: int) -> Iterator[T]:
    """The results of `calls` in their order, with up to `most` calls in progress at once."""
    waiting = iter(calls)
    flying = deque(begun(call) for call in islice(waiting, most))
    while flying:
        result = flying.popleft().result()
        flying.extend(begun(call) for call in islice(waiting, 1))
        yield result
