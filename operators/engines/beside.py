"""Asynchronous work beside a task's main thread, where no signal handler breaks into it."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import Future
from threading import Thread
from typing import Any, TypeVar

from include.store.threads import await_end

T = TypeVar("T")


def run_beside(work: Coroutine[Any, Any, T]) -> T:
    """The result of `work`, which runs in a thread of its own while the calling thread waits.

    Handlers of signals run in the main thread at once. What one raises, as Airflow's `execution_timeout` does, is
    raised here, and `work` is cancelled; in an event loop's own callback it would be logged and lost.
    """
    loop = asyncio.new_event_loop()
    future = asyncio.run_coroutine_threadsafe(work, loop)
    try:
        Thread(target=_serve, args=(loop, future), daemon=True, name="beside").start()
        await_end(future)
        return future.result()
    except BaseException:
        future.cancel()
        raise


def _serve(loop: asyncio.AbstractEventLoop, future: Future[Any]) -> None:
    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        runner.run(_end_of(future))


async def _end_of(future: Future[Any]) -> None:
    await asyncio.gather(asyncio.wrap_future(future), return_exceptions=True)
