"""The driver's connection to the cluster that it runs on."""

from __future__ import annotations

import logging
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

import ray

from include.contract.errors import NodeLost, Preempted

log = logging.getLogger(__name__)

_LOOK_S = 1.0
_LOOKS = 5
"""A raylet that does not answer so often in a row is gone."""
_SIGNALS = (signal.SIGTERM, signal.SIGINT)


@contextmanager
def connected(lost: Callable[[], None], address: str | None = None) -> Iterator[None]:
    """Connected to the cluster of this job. What this process does at a signal stays as it is.

    :param lost: called when this node's raylet is gone, which Ray itself does not tell a driver.
    :param address: of the cluster, where it is not that of this job.
    :raises NodeLost: the cluster cannot be joined.
    :raises Preempted: the process was asked to stop meanwhile.
    """
    over = Event()
    _join(address)
    try:
        Thread(target=_watch, args=(lost, over), daemon=True, name="raylet").start()
        yield
    finally:
        over.set()
        with _signals_kept():
            ray.shutdown()


def module_of_stages() -> str:
    """The module that says which stages there are: this process's own, where it is another than the runtime's."""
    spec = getattr(sys.modules["__main__"], "__spec__", None)
    name = "" if spec is None else spec.name
    return "include.runtime.session" if not name or name.startswith("include.runtime") else name


def _join(address: str | None) -> None:
    with _signals_kept():
        try:
            ray.init(address, log_to_driver=False, configure_logging=False)
        except SystemExit as error:
            # Ray's handler of SIGTERM, which is in force until then.
            raise Preempted("asked to stop while it was connecting to Ray; nothing was begun") from error
        except (ConnectionError, RuntimeError) as error:
            raise NodeLost(f"the Ray cluster that this is a job of cannot be joined: {error}") from error


@contextmanager
def _signals_kept() -> Iterator[None]:
    """Ray puts its own handlers in the place of what is there when it begins, and the system's when it ends."""
    before = {number: signal.getsignal(number) for number in _SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _watch(lost: Callable[[], None], over: Event) -> None:
    node = ray._private.worker.global_worker.node
    path = "" if node is None else node.raylet_socket_name
    failures = 0
    while not over.wait(_LOOK_S):
        failures = 0 if _answers(path) else failures + 1
        if failures >= _LOOKS:
            log.error("the raylet of this node is gone, so this driver ends")
            lost()
            return


def _answers(path: str) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(_LOOK_S)
        try:
            probe.connect(path)
        except OSError:
            return False
        return True
