"""A worker's log lines, for which its driver asks: what a stage says on a cluster stands in the same log as elsewhere.

A worker that is asked too rarely waits a little, and then leaves lines out, and says how many.
"""

from __future__ import annotations

import json
import logging
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Condition
from typing import Any

from include.runtime.logs import MAX_LINE_BYTES

MOST_BYTES = 8_000_000
"""Held for a driver that does not ask."""
ANSWER_BYTES = 500_000
"""One answer is not longer, so that its driver does other things between two of them."""
PATIENCE_S = 2.0
"""A stage that logs faster than its driver takes it waits so long for room, once."""


@dataclass(frozen=True)
class LogLine:
    """One event, as it goes from a worker to its driver."""

    created: float
    level: int
    logger: str
    message: str
    event: dict[str, Any] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """About how many bytes it takes."""
        return len(self.message) + 100


class LogLines(logging.Handler):
    """What a worker has logged and its driver has not asked for yet."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self._lines: deque[LogLine] = deque()
        self._bytes = self._left_out = 0
        self._changed = Condition()
        self._is_patient, self._is_over = True, False

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one line, if there is room."""
        try:
            line = _line_of(record)
        except Exception:  # noqa: BLE001 - as logging's own handlers do: a bad log call ends no stage
            self.handleError(record)
            return
        with self._changed:
            if self._is_full and self._is_patient:
                self._is_patient = self._changed.wait_for(lambda: not self._is_full, PATIENCE_S)
            if self._is_full:
                self._left_out += 1
                return
            self._append(line)

    def take(self, wait_s: float) -> list[LogLine]:
        """The next lines, as soon as there are any; none within `wait_s` if it is silent."""
        with self._changed:
            self._changed.wait_for(lambda: self._lines or self._is_over, wait_s)
            return self._taken(ANSWER_BYTES)

    def begin(self) -> None:
        """For another driver: what is left for the last one is of no interest."""
        with self._changed:
            self._lines.clear()
            self._bytes, self._left_out, self._is_over = 0, 0, False

    def take_all(self) -> list[LogLine]:
        """All that is left, without waiting; whoever waits is sent away."""
        with self._changed:
            self._is_over = True
            return self._taken(MOST_BYTES)

    def _taken(self, most_bytes: int) -> list[LogLine]:
        taken: list[LogLine] = []
        size = 0
        while self._lines and size < most_bytes:
            line = self._lines.popleft()
            size += line.size
            taken.append(line)
        self._bytes -= size
        self._is_patient = True
        if self._left_out and not self._lines:
            words = f"{self._left_out} lines of a worker are left out here: it logs faster than they can be kept"
            taken.append(LogLine(time.time(), logging.WARNING, __name__, words))
            self._left_out = 0
        self._changed.notify_all()
        return taken

    @property
    def _is_full(self) -> bool:
        return self._bytes >= MOST_BYTES

    def _append(self, line: LogLine) -> None:
        self._lines.append(line)
        self._bytes += line.size
        self._changed.notify_all()


def show(lines: Sequence[LogLine], worker: str) -> None:
    """Log what a worker has, as if it had happened here."""
    for line in lines:
        told = {"name": line.logger, "levelno": line.level, "levelname": logging.getLevelName(line.level)}
        event = {**line.event, "worker": worker}
        record = logging.makeLogRecord({**told, "msg": line.message, "created": line.created, "event": event})
        logging.getLogger(line.logger).handle(record)


def _line_of(record: logging.LogRecord) -> LogLine:
    message = record.getMessage()
    if record.exc_info:
        message = f"{message}\n{logging.Formatter().formatException(record.exc_info)}"
    if len(message) > MAX_LINE_BYTES:
        half = MAX_LINE_BYTES // 2
        message = f"{message[:half]} … {len(message) - 2 * half} characters … {message[-half:]}"
    event = json.loads(json.dumps(getattr(record, "event", {}), default=str))
    return LogLine(record.created, record.levelno, record.name, message, event)
