"""A stage's log lines, read as they come: one JSON object per line, with `at`, `level`, `event`, `message` and more."""

from __future__ import annotations

import json
import logging
import os
import select
import time
from collections import deque
from collections.abc import Iterable
from typing import Any

from include.contract.messages import legible

TAIL_LINES = 20
MAX_LINE_BYTES = 16_384
OMITTED = (
    "(the stage writes more than can be shown; lines are left out here, but kept beside its manifest as log-*.jsonl)"
)
_SHOWN_APART = frozenset({"at", "level", "event", "message", "logger"})
_LEVELS = {
    "debug": logging.DEBUG,
    "info": logging.INFO,
    "warning": logging.WARNING,
    "error": logging.ERROR,
    "critical": logging.CRITICAL,
}


class LineReader:
    """Whole lines of a pipe, without ever waiting longer than asked."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor: int | None = descriptor
        self._rest = b""

    def read(self, wait_s: float) -> list[str] | None:
        """Lines that arrived within `wait_s`, or None if none did; a line that grows too long is cut."""
        if self._descriptor is None:
            time.sleep(wait_s)
            return None
        if not select.select([self._descriptor], [], [], wait_s)[0]:
            return None
        chunk = os.read(self._descriptor, 65_536)
        *whole, self._rest = (self._rest + chunk).split(b"\n")
        if not chunk:
            self._descriptor = None
        if not chunk or len(self._rest) > MAX_LINE_BYTES:
            whole, self._rest = [*whole, self._rest], b""
        return [text for line in whole if (text := line.decode(errors="replace").strip())]


class TaskLog:
    """Writes a stage's lines to the task's log, and keeps the last ones for the error message."""

    def __init__(self, log: logging.Logger, earlier: Iterable[str] = ()) -> None:
        """A log that goes on after the lines `earlier`, which were shown elsewhere."""
        self._log = log
        self._tail = deque(earlier, maxlen=TAIL_LINES)

    @property
    def last_lines(self) -> list[str]:
        """As they were shown."""
        return list(self._tail)

    def show(self, line: str) -> None:
        """Log one line at its level, readably."""
        level, text = readable(line)
        self._tail.append(text[:500])
        self._log.log(level, "%s", text)

    def tail(self) -> str:
        """The last lines, or a phrase if there are none."""
        return "\n".join(self._tail) or "(it wrote no log line)"


def readable(line: str) -> tuple[int, str]:
    """Level and text of a line; one that is not a JSON object is shown as it is, except for what cannot be written."""
    entry = entry_in(line)
    if entry is None:
        return logging.INFO, legible(line)
    level = _LEVELS.get(str(entry.get("level", "")).lower(), logging.INFO)
    head = dict.fromkeys(str(entry[key]) for key in ("event", "message") if entry.get(key))
    rest = [f"{key}={value}" for key, value in entry.items() if key not in _SHOWN_APART]
    return level, legible(" ".join([": ".join(head), *rest]))


def entry_in(line: str) -> dict[str, Any] | None:
    """The JSON object in a line; None for any other line, and for one that is nested too deeply for Python."""
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return entry if isinstance(entry, dict) else None
