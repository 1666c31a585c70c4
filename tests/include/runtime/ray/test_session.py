"""A driver's connection, with a stand-in for Ray that does to signals what Ray does; `tests/ray` has the real one."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from include.contract.errors import NodeLost, Preempted
from include.runtime.ray import session
from include.runtime.ray.session import connected


@pytest.fixture
def heard() -> Iterator[threading.Event]:
    """Set when this process is asked to stop, by the handler that was there before Ray."""
    asked = threading.Event()
    before = signal.signal(signal.SIGTERM, lambda *_: asked.set())
    yield asked
    signal.signal(signal.SIGTERM, before)


@pytest.fixture(autouse=True)
def stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ray sets a handler that ends the process, and the system's own at its end."""
    monkeypatch.setattr(session.ray, "init", lambda *_, **__: signal.signal(signal.SIGTERM, lambda *_: sys.exit(15)))
    monkeypatch.setattr(session.ray, "shutdown", lambda: signal.signal(signal.SIGTERM, signal.SIG_DFL))
    monkeypatch.setattr(session, "_watch", lambda *_: None)


def test_a_stop_is_heard_as_before_while_it_is_connected_and_afterwards(heard: threading.Event) -> None:
    with connected(lambda: None):
        os.kill(os.getpid(), signal.SIGTERM)
        assert heard.wait(5)
        heard.clear()
    os.kill(os.getpid(), signal.SIGTERM)
    assert heard.wait(5)


def test_a_stop_while_it_connects_is_told_as_one(heard: threading.Event, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_: Any, **__: Any) -> None:
        sys.exit(15)

    monkeypatch.setattr(session.ray, "init", stopped)
    with pytest.raises(Preempted, match="asked to stop while it was connecting"), connected(lambda: None):
        pass


@pytest.mark.parametrize("error", [ConnectionError("no Ray is found"), RuntimeError("other Python")])
def test_a_cluster_that_cannot_be_joined_is_lost(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session.ray, "init", _raising(error))
    with pytest.raises(NodeLost, match=str(error)), connected(lambda: None):
        pass


def _raising(error: Exception) -> Callable[..., None]:
    def init(*_: Any, **__: Any) -> None:
        raise error

    return init
