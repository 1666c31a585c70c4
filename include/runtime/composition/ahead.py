"""Work done ahead of its use, in a thread of its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from queue import Full, Queue
from threading import Event, Thread
from typing import TypeVar

T = TypeVar("T")
_POLL_S = 0.1


class _End:
    """The last thing in the queue: nothing more comes, or why."""

    def __init__(self, error: BaseException | None) -> None:
        self.error = error


def ahead(values: Iterable[T], depth: int) -> Iterator[T]:
    """`values` in their order, up to `depth` of them made while earlier ones are used.

    What making one raises is raised here. Leaving early stops the making.
    """
    queue: Queue[T | _End] = Queue(maxsize=depth)
    stopped = Event()
    thread = Thread(target=_fill, args=(values, queue, stopped), name="ahead", daemon=True)
    thread.start()
    try:
        while not isinstance(value := queue.get(), _End):
            yield value
        if value.error is not None:
            raise value.error
    finally:
        stopped.set()
        thread.join()


def _fill(values: Iterable[T], queue: Queue[T | _End], stopped: Event) -> None:
    end = _End(None)
    try:
        for value in values:
            if not _put(queue, value, stopped):
                return
    except BaseException as error:  # noqa: BLE001 - handed to the thread that asked
        end = _End(error)
    _put(queue, end, stopped)


def _put(queue: Queue[T | _End], value: T | _End, stopped: Event) -> bool:
    while not stopped.is_set():
        try:
            queue.put(value, timeout=_POLL_S)
        except Full:
            continue
        return True
    return False
