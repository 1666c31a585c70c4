"""What is reported while a model's files arrive: which file, how much of it, at what rate; and how long it all took."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread

from include.contract.errors import Preempted
from include.runtime.models.load_times import LoadPart, LoadTimes

log = logging.getLogger(__name__)
_UNITS = ("B", "kB", "MB", "GB", "TB")
_STEP = 1000
_WORDS = {LoadPart.DOWNLOAD: "downloading", LoadPart.VERIFY: "checking"}


@dataclass(frozen=True)
class Arrival:
    """The arrival of one model's files, for one attempt. Thread-safe."""

    tell: Callable[[str], None] = lambda words: None
    """Shows people what is happening; may be called at any rate."""
    stop: Event = field(default_factory=Event)
    """Set when the process is asked to stop."""
    scratch: Path | None = None
    """A folder of this process's own; if None, the system's temporary one."""
    times: LoadTimes = field(default_factory=LoadTimes)
    _later: list[Thread] = field(default_factory=list, init=False, repr=False)

    def later(self, call: Callable[[], None]) -> None:
        """Call `call` in a thread, without waiting for it."""
        thread = Thread(target=call, daemon=True, name="arrival")
        self._later.append(thread)
        thread.start()

    def settle(self) -> None:
        """Wait for every call that `later` began."""
        for thread in self._later:
            thread.join()

    def check_stop(self) -> None:
        """Give up when asked to stop.

        :raises Preempted: it was.
        """
        if self.stop.is_set():
            raise Preempted("asked to stop while a model's files arrived; what has come is kept")

    @contextmanager
    def of(self, part: LoadPart, name: str, total_bytes: int) -> Iterator[Callable[[int], None]]:
        """Report what is done to a file; the block says how many more bytes are done.

        :raises Preempted: in the block, if the process is asked to stop.
        """
        began_at, done_bytes, doing = time.monotonic(), 0, _WORDS[part]

        def more(count: int) -> None:
            nonlocal done_bytes
            self.check_stop()
            done_bytes += count
            rate = done_bytes / max(time.monotonic() - began_at, 1e-3)
            self.tell(f"{doing} {name}: {size(done_bytes)} of {size(total_bytes)}, {size(rate)}/s")

        more(0)
        with self.times.during(part):
            yield more
        took_s = time.monotonic() - began_at
        log.info("%s %s: %s in %.1f s", doing, name, size(total_bytes), took_s)


def size(count: float) -> str:
    """An amount of bytes for people, as in `4.2 GB`."""
    for unit in _UNITS[:-1]:
        if count < _STEP:
            return f"{count:.0f} {unit}" if unit == _UNITS[0] else f"{count:.3g} {unit}"
        count /= _STEP
    return f"{count:.3g} {_UNITS[-1]}"
