"""Threads that nobody waits for: one silent request must not hold up the end of a process."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

THREADS = 16
"""Requests that a stage has under way at most."""


@contextmanager
def threads(most: int, name: str) -> Iterator[ThreadPoolExecutor]:
    """Up to `most` threads; what is not done when the block is left is dropped, or ends unheard."""
    executor = ThreadPoolExecutor(most, thread_name_prefix=name)
    try:
        yield executor
    finally:
        executor.shutdown(wait=False, cancel_futures=True)
