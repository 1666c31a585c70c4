"""Calls in threads, of which a silent one holds nobody up."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path
from threading import Event, current_thread, get_ident

import pytest

from include.store.threads import begun, daemon_threads

ROOT = Path(__file__).resolve().parents[3]
SOON_S = 10.0
PROGRAM = """
import os, signal, sys
from threading import Event
from include.store.threads import begun, daemon_threads

def end(number, frame):
    sys.exit(75)

def silent(number):
    if number == 3:
        os.write(1, b"asked\\n")
    Event().wait()

signal.signal(signal.SIGTERM, end)
with daemon_threads(4, "test") as threads:
    list(threads.map(silent, range(9)))
"""


def test_what_hangs_is_left_behind_and_what_has_not_begun_is_dropped() -> None:
    begun, answered = Event(), Event()

    def silent() -> bool:
        begun.set()
        return answered.wait(60)

    with daemon_threads(1, "test") as executor:
        hanging, waiting = executor.submit(silent), executor.submit(silent)
        begun.wait(60)
    assert not hanging.done()
    assert waiting.cancelled()
    answered.set()
    assert hanging.result()


def test_a_signal_ends_a_process_whose_threads_all_hang() -> None:
    command = [sys.executable, "-c", PROGRAM]
    with subprocess.Popen(command, env={"PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"asked\n"
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=SOON_S) == 75


def test_results_come_in_the_order_of_the_calls_from_a_few_threads() -> None:
    with daemon_threads(3, "test") as threads:
        found = list(threads.map(lambda number: (number, current_thread().name), range(100)))
    assert [number for number, _ in found] == list(range(100))
    assert {name for _, name in found} <= {"test-1", "test-2", "test-3"}


def test_what_a_call_raises_is_raised_where_it_is_waited_for() -> None:
    def fail() -> None:
        raise KeyError("k")

    with daemon_threads(1, "test") as threads:
        failed, next_one = threads.submit(fail), threads.submit(int, "7")
        assert next_one.result() == 7
        with pytest.raises(KeyError):
            failed.result()


def test_nothing_more_is_taken_once_the_block_is_left() -> None:
    with daemon_threads(1, "test") as threads:
        assert threads.submit(int).result() == 0
    with pytest.raises(RuntimeError, match="the block of the threads `test` has ended"):
        threads.submit(int)


@pytest.mark.parametrize("in_a_pool", [False, True], ids=["begun", "pool"])
def test_a_handler_runs_even_of_a_signal_that_does_not_end_the_wait(in_a_pool: bool) -> None:
    """It came to another thread, or just before the main thread's wait."""
    came = Event()
    before = signal.signal(signal.SIGUSR1, lambda number, frame: came.set())

    def silent() -> bool:
        came.wait(0.1)  # by then the main thread waits, as a rule; the test holds either way
        signal.pthread_kill(get_ident(), signal.SIGUSR1)
        return came.wait(60)

    try:
        with daemon_threads(1, "test") as executor:
            answer = executor.submit(silent) if in_a_pool else begun(silent)
            assert answer.result()
    finally:
        signal.signal(signal.SIGUSR1, before)
