"""Being asked to stop: noticed at once, and obeyed within the grace period, whatever else hangs.

The interpreter's signal handler, which is C, writes into a pipe, and a thread reads it. So a stop is noticed while the
main thread is inside a library, and before anything else is loaded: this needs the standard library alone.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from threading import Event, Lock, Thread

from include.contract import environment
from include.contract.errors import Cause, ExitCode

log = logging.getLogger(__name__)

_END_S = 2.0
"""Kept of the grace period for the end of the process; of a short one no more than `_END_SHARE`."""
_END_SHARE = 0.2
_LOG_S = 0.3
"""The last log line is waited for no longer: who reads it may have stalled."""
_LEAVE_S = 1.0
"""The termination message's way to the store is waited for no longer."""


def _leave_nowhere(words: str) -> None:
    """Before there is work, nobody knows whose words they are."""


class Stopping:
    """Whether the process is asked to stop, and its termination message, which is written once."""

    def __init__(self) -> None:
        self.asked = Event()
        self._grace_s = 0.0
        self._words: Callable[[], str] = _words_before_work
        self._leave: Callable[[str], None] = _leave_nowhere
        self._code: ExitCode | None = None
        self._lock = Lock()

    def hear(self) -> None:
        """Obey SIGTERM and SIGINT from now on; at once if there is no work in progress. For the main thread."""
        reader, writer = os.pipe()
        os.set_blocking(writer, False)
        signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: None)
        Thread(target=self._obey, args=(reader,), daemon=True, name="stopping").start()

    def work(self, grace_s: float, words: Callable[[], str], leave: Callable[[str], None] = _leave_nowhere) -> None:
        """Note that work is in progress, which has `grace_s` seconds to end; `words` is the message of a stop then.

        :param leave: keeps the message beside where it is written.
        """
        with self._lock:
            self._grace_s, self._words, self._leave = grace_s, words, leave

    def say(self, words: str, code: ExitCode) -> ExitCode:
        """Write `words` as termination message, unless there is one already; the exit code of the one that counts."""
        with self._lock:
            if self._code is not None:
                return self._code
            self._code = code
            _write(words)
            leave = self._leave
        if words:
            leaving = Thread(target=leave, args=(words,), daemon=True)
            leaving.start()
            leaving.join(_LEAVE_S)
        return code

    def _obey(self, reader: int) -> None:
        os.read(reader, 1)
        asked_at = time.monotonic()
        self.asked.set()
        with self._lock:
            grace_s = self._grace_s
        deadline = asked_at + grace_s - min(_END_S, grace_s * _END_SHARE)
        time.sleep(max(0.0, deadline - time.monotonic()))
        words = self._words()
        code = self.say(words, ExitCode.TRANSIENT)
        if code is ExitCode.TRANSIENT:
            telling = Thread(target=_tell, args=(words,), daemon=True)
            telling.start()
            telling.join(_LOG_S)
        os._exit(code)


def _tell(words: str) -> None:
    log.error("%s", json.loads(words)["message"], extra={"event": {"event": "failed", "cause": Cause.PREEMPTED}})


def _words_before_work() -> str:
    """A `Failure`'s line, of which nothing is loaded yet."""
    told = {
        "failure_class": "transient",
        "cause": Cause.PREEMPTED,
        "exit_code": ExitCode.TRANSIENT,
        "message": "asked to stop while it was starting; nothing was begun",
    }
    return json.dumps(told)


def _write(words: str) -> None:
    if not words:
        return
    path = Path(os.environ.get(environment.TERMINATION_LOG, environment.DEFAULT_TERMINATION_LOG))
    try:
        path.write_bytes(f"{words}\n".encode())
    except OSError as error:
        log.warning("could not write the termination message to %s: %s", path, error)
