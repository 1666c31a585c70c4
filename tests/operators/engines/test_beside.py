from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Iterator
from types import FrameType

import pytest

from operators.engines.beside import run_beside


class TimeIsUp(BaseException):
    """As Airflow's: nothing that catches `Exception` may hold it."""


@pytest.fixture
def alarm() -> Iterator[None]:
    """SIGALRM raises in the main thread, as Airflow's `execution_timeout` does."""

    def raise_it(number: int, frame: FrameType | None) -> None:
        raise TimeIsUp

    before = signal.signal(signal.SIGALRM, raise_it)
    yield
    signal.signal(signal.SIGALRM, before)


def test_what_it_comes_to_is_returned() -> None:
    async def work() -> int:
        await asyncio.sleep(0)
        return 7

    assert run_beside(work()) == 7


def test_what_it_raises_is_raised() -> None:
    async def work() -> None:
        raise LookupError("there")

    with pytest.raises(LookupError, match="there"):
        run_beside(work())


@pytest.mark.usefixtures("alarm")
def test_what_a_signals_handler_raises_ends_the_wait_and_cancels_the_work() -> None:
    ended = threading.Event()

    async def work() -> None:
        os.kill(os.getpid(), signal.SIGALRM)
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    with pytest.raises(TimeIsUp):
        run_beside(work())
    assert ended.wait(10)


def test_handlers_run_while_it_waits() -> None:
    """Even of a signal that didn't end the main thread's wait: it came to another thread, or just before the wait."""
    came = threading.Event()
    before = signal.signal(signal.SIGUSR1, lambda number, frame: came.set())

    async def work() -> bool:
        await asyncio.sleep(0.1)  # by then the main thread waits, as a rule; the test holds either way
        signal.pthread_kill(threading.get_ident(), signal.SIGUSR1)
        while not came.is_set():
            await asyncio.sleep(0.01)
        return True

    try:
        assert run_beside(work())
    finally:
        signal.signal(signal.SIGUSR1, before)
