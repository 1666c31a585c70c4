"""Sound for one or several who each want all of it, and take it while the rest is still being made."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from queue import Full, Queue

from include.runtime.media.audio import Block

BLOCKS_AHEAD = 4
"""So many blocks at most wait for a listener."""
_POLL_S = 0.1

Listener = Callable[[Iterator[Block]], None]


class _End:
    """The last thing in a queue: nothing more comes, or why."""

    def __init__(self, error: BaseException | None) -> None:
        self.error = error


def play_to(listeners: Sequence[Listener], blocks: Iterable[Block]) -> None:
    """Give each of `listeners` all `blocks`, in a thread of its own, while the next ones are made in this one.

    What making a block raises is raised in the listeners too. What a listener raises ends the playing, and is raised
    here.
    """
    queues = [Queue[Block | _End](BLOCKS_AHEAD) for _ in listeners]
    with ThreadPoolExecutor(len(listeners), "listener") as threads:
        heard = [threads.submit(listen, _taken(queue)) for listen, queue in zip(listeners, queues, strict=True)]
        end = _End(None)
        try:
            for block in blocks:
                for queue, listening in zip(queues, heard, strict=True):
                    _put(queue, block, listening)
        except BaseException as error:
            end = _End(error)
            raise
        finally:
            for queue, listening in zip(queues, heard, strict=True):
                _put(queue, end, listening)
    for listening in heard:
        listening.result()


def _taken(queue: Queue[Block | _End]) -> Iterator[Block]:
    while not isinstance(value := queue.get(), _End):
        yield value
    if value.error is not None:
        raise value.error


def _put(queue: Queue[Block | _End], value: Block | _End, listening: Future[None]) -> None:
    while True:
        if listening.done():
            if not isinstance(value, _End):
                listening.result()
            return
        try:
            queue.put(value, timeout=_POLL_S)
        except Full:
            continue
        return
