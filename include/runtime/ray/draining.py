"""Nodes that are about to go: on a spot machine's notice, with a pod that is asked to stop, by an autoscaler."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Mapping
from threading import Event, Thread
from types import TracebackType
from typing import Self

import ray

log = logging.getLogger(__name__)

LOOK_S = 1.0


class Draining:
    """Asks the cluster now and then, beside the driver's loop: a head that is away answers late."""

    def __init__(self) -> None:
        self._deadlines: Mapping[str, float] = {}
        """Node's id to when it goes, by the clock of `time.time`."""
        self._over = Event()
        self._thread = Thread(target=self._look, daemon=True, name="draining")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._over.set()
        self._thread.join(LOOK_S)

    def left_s(self, node: str) -> float | None:
        """How long a node is still there, infinite if nobody has said; None if it stays."""
        deadline = self._deadlines.get(node)
        return None if deadline is None else deadline - time.time()

    def _look(self) -> None:
        while not self._over.wait(LOOK_S):
            try:
                told = ray._private.state.state.get_draining_nodes()
            except Exception as error:  # noqa: BLE001 - of an API that is not public; what is lost with a node is made again
                log.debug("which nodes are about to go cannot be asked: %s", error)
                continue
            self._deadlines = {node: at_ms / 1000 if at_ms else math.inf for node, at_ms in told.items()}
