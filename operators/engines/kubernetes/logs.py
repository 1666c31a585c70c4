"""A container's log, line by line, no line twice, and no more than can be shown."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from operators.engines.lines import MAX_LINE_BYTES

WINDOW_S = 20.0
"""Over which the bytes a second are counted: a burst at the start is shown whole."""
_OVERLAP_S = 3
"""Read again at the joint of two readings, since clocks differ; what was shown is left out."""


@dataclass
class LogCursor:
    """How far a log has been shown. `since` is all that another process needs to go on."""

    bytes_per_s: int
    since: str = ""
    """Time of the last line, as the cluster writes it; empty before the first."""
    is_done: bool = False
    """Whether the stage has said that it is done."""
    _window_began: float = field(default_factory=time.monotonic)
    _rest: bytes = b""

    @property
    def limit_bytes(self) -> int:
        """How much one reading may bring."""
        return int(self.bytes_per_s * WINDOW_S)

    def begin(self) -> int | None:
        """Start a reading: how many seconds back it has to begin, None for the whole log."""
        self._window_began, self._rest = time.monotonic(), b""
        return None if not self.since else max(1, int(_age_s(self.since)) + _OVERLAP_S)

    def lines(self, chunk: bytes) -> Iterator[str]:
        """The new whole lines that `chunk` completes."""
        *whole, self._rest = (self._rest + chunk).split(b"\n")
        if len(self._rest) > MAX_LINE_BYTES:
            whole, self._rest = [*whole, self._rest], b""
        for raw in whole:
            moment, _, text = raw.decode(errors="replace").partition(" ")
            if text.strip() and self._is_new(moment):
                self.is_done = self.is_done or says_done(text)
                yield text[:MAX_LINE_BYTES]

    def overran(self) -> float:
        """After a reading that brought all it may: seconds to wait until the next; what comes between is left out."""
        wait_s = max(0.0, self._window_began + WINDOW_S - time.monotonic())
        self.since = datetime.fromtimestamp(time.time() + wait_s, UTC).isoformat()
        return wait_s

    def _is_new(self, moment: str) -> bool:
        if self.since and _comparable(moment) <= _comparable(self.since):
            return False
        self.since = moment
        return True


def says_done(line: str) -> bool:
    """Whether a stage's line says that its result is there."""
    if '"done"' not in line:
        return False
    try:
        entry = json.loads(line)
    except ValueError:
        return False
    return isinstance(entry, dict) and entry.get("event") == "done"


def _comparable(moment: str) -> str:
    """RFC 3339 in UTC with nanoseconds, whose zeros at the end are not written."""
    seconds, _, fraction = moment.removesuffix("Z").removesuffix("+00:00").partition(".")
    return f"{seconds}.{fraction:0<9}"


def _age_s(moment: str) -> float:
    text = _comparable(moment)[:26] + "+00:00"
    return max(0.0, (datetime.now(UTC) - datetime.fromisoformat(text)).total_seconds())
