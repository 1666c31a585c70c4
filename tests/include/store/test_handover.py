"""Signals reach whoever waits for a silent server, and the process ends when it wants to."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from socket import create_server
from types import FrameType

import pytest

from include.contract.keys import Domain
from include.store.connection import Connection
from include.store.handover import ahead, interruptible
from include.store.objects import Objects
from include.store.stored import JSON

ROOT = Path(__file__).resolve().parents[3]
PATIENCE_S = 60.0
"""What a client waits for the server; nobody may wait so long."""
SOON_S = 10.0
PROGRAM = """
import signal, sys
from include.contract.keys import Domain
from include.store.connection import Connection
from include.store.objects import Objects

def end(number, frame):
    sys.exit(75)

signal.signal(signal.SIGTERM, end)
objects = Objects(Domain("b"), Connection.with_keys(sys.argv[1], "a", "s", "us-east-1"))
if "thread" in sys.argv:
    import threading
    threading.Thread(target=objects.get, args=("k",), daemon=True).start()
objects.get("k")
"""


class Interrupted(Exception):
    """Raised by a handler."""


class Silent:
    """A server that takes requests and answers none."""

    def __init__(self) -> None:
        self._listening = create_server(("127.0.0.1", 0))
        self._taken: list[object] = []
        self.asked = threading.Semaphore(0)
        threading.Thread(target=self._take, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listening.getsockname()[1]}"

    def _take(self) -> None:
        while True:
            connection, _ = self._listening.accept()
            self._taken.append(connection)
            connection.recv(1)
            self.asked.release()


@pytest.fixture(scope="module")
def silent() -> Silent:
    return Silent()


@pytest.fixture
def objects(silent: Silent) -> Objects:
    return Objects(Domain("b"), Connection.with_keys(silent.url, "a", "s", "us-east-1", read_timeout_s=PATIENCE_S))


@pytest.fixture(params=[signal.SIGTERM, signal.SIGALRM], ids=["SIGTERM", "SIGALRM"])
def sent(request: pytest.FixtureRequest) -> Iterator[signal.Signals]:
    """A signal whose handler raises."""

    def raise_it(number: int, frame: FrameType | None) -> None:
        raise Interrupted

    before = signal.signal(request.param, raise_it)
    yield request.param
    signal.signal(request.param, before)


ASKED: dict[str, Callable[[Objects], object]] = {
    "get": lambda objects: objects.get("k"),
    "put": lambda objects: objects.put("k", b"1", JSON),
    "listed": lambda objects: list(objects.listed("", None)),
    "stream": lambda objects: list(objects.stream("k").chunks),
}


@pytest.mark.parametrize("what", ASKED)
def test_a_handler_runs_while_the_server_is_silent(
    objects: Objects, silent: Silent, sent: signal.Signals, what: str
) -> None:
    def send() -> None:
        assert silent.asked.acquire(timeout=SOON_S)
        signal.pthread_kill(threading.main_thread().ident or 0, sent)

    threading.Thread(target=send, daemon=True).start()
    started_at = time.monotonic()
    with pytest.raises(Interrupted):
        ASKED[what](objects)
    assert time.monotonic() - started_at < SOON_S < PATIENCE_S


@pytest.mark.parametrize("more", [(), ("thread",)], ids=["alone", "beside a thread that asks too"])
def test_a_process_that_is_asked_to_stop_ends_while_the_server_is_silent(silent: Silent, more: tuple[str, ...]) -> None:
    process = subprocess.Popen([sys.executable, "-c", PROGRAM, silent.url, *more], env={"PYTHONPATH": str(ROOT)})
    for _ in range(1 + len(more)):
        assert silent.asked.acquire(timeout=PATIENCE_S)
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=SOON_S) == 75


def test_another_thread_s_calls_are_made_there() -> None:
    found: list[threading.Thread] = []
    thread = threading.Thread(target=lambda: found.append(interruptible(threading.current_thread)))
    thread.start()
    thread.join()
    assert found == [thread]
    assert interruptible(threading.current_thread).daemon


def test_what_a_call_raises_is_raised_where_it_is_waited_for() -> None:
    def fail() -> None:
        raise KeyError("k")

    with pytest.raises(KeyError):
        interruptible(fail)


def test_calls_are_a_few_ahead_of_their_results_and_no_more() -> None:
    begun: list[int] = []

    def call(number: int) -> int:
        begun.append(number)
        return number

    results = ahead((partial(call, number) for number in range(10)), 3)
    assert next(results) == 0
    assert max(begun) <= 3
    assert list(results) == list(range(1, 10))
