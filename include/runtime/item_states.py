"""What has become of each item of an attempt so far: noted as it happens, told when it is asked for."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from threading import Lock

from include.contract.item_states import ItemNow, ItemState
from include.contract.manifests import ItemLine, Outcome

HERE = socket.gethostname()
"""This host; in a pod its name."""


def _now() -> datetime:
    return datetime.now(UTC)


class ItemBoard:
    """The items of one attempt, in their order. Thread-safe."""

    def __init__(self, clock: Callable[[], datetime] = _now) -> None:
        self._clock = clock
        self._items: dict[str, ItemNow] = {}
        self._lock = Lock()
        self.version = 0
        """Grows with each change."""

    def plan(self, items: Iterable[str]) -> None:
        """Note which there are; they wait."""
        with self._lock:
            self._items = {item: ItemNow(item=item) for item in items}
            self.version += 1

    def began(self, items: Iterable[str], node: str) -> None:
        """Note that they are being made on `node` from now on."""
        update = {"state": ItemState.RUNNING, "node": node, "since": self._clock().isoformat(timespec="seconds")}
        with self._lock:
            for item in items:
                before = self._items.get(item, ItemNow(item=item))
                self._put(before.model_copy(update={**update, "tries": before.tries + 1}))

    def wait(self, items: Iterable[str]) -> None:
        """Note that whoever made them is lost: they wait again."""
        with self._lock:
            for item in items:
                before = self._items.get(item, ItemNow(item=item))
                self._put(before.model_copy(update={"state": ItemState.WAITING, "since": ""}))

    def ended(self, lines: Iterable[ItemLine]) -> None:
        """Note what has become of the items of `lines`."""
        with self._lock:
            for line in lines:
                before = self._items.get(line.item, ItemNow(item=line.item))
                node = before.node if line.counts_as is Outcome.FAILED else ""
                update = {"state": ItemState(line.counts_as), "node": node, "since": ""}
                self._put(before.model_copy(update={**update, "cause": line.cause, "message": line.message}))

    def items(self) -> Sequence[ItemNow]:
        """All of them, in order."""
        with self._lock:
            return tuple(self._items.values())

    def _put(self, item: ItemNow) -> None:
        self._items[item.item] = item
        self.version += 1
