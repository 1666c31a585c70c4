"""When a task's worker stops waiting before what it waits for has ended."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from include.contract.failures import Failure

T = TypeVar("T")


class Stopped(Exception):
    """Waiting no longer makes sense; `failure` says why."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.message)
        self.failure = failure


async def unless_left(work: Coroutine[Any, Any, T], leaves: Callable[[], bool], poll_s: float) -> T | None:
    """What `work` comes to; None once `leaves`, asked every `poll_s`, says that nobody waits for it here any more.

    `work` has ended then: it is cancelled.
    """
    working = asyncio.create_task(work)
    try:
        while not (await asyncio.wait({working}, timeout=poll_s))[0]:
            if leaves():
                return None
        return working.result()
    finally:
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)
