"""A container's log, line by line, no line twice, and no more than can be shown."""

from __future__ import annotations

import re
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from operators.engines.lines import MAX_LINE_BYTES, entry_in

WINDOW_S = 20.0
"""The window over which bytes per second are counted: a burst at the start is shown completely."""
_OVERLAP_S = 3
"""Overlap of two readings, because clocks differ; what was shown already is left out."""
_MAX_AHEAD_S = 60.0
"""How far a node's clock may be ahead; a line with a later time says nothing about what was shown."""
_REMEMBERED_LINES = 20
"""Lines without a time, such as the kubelet's own, which end every reading."""
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)", re.ASCII)


@dataclass
class LogCursor:
    """How far a log has been shown. Another process needs only `since` to continue."""

    bytes_per_s: int
    since: str = ""
    """Time of the last line, in the cluster's format; empty before the first."""
    is_done: bool = False
    """Whether the stage has said that it is done."""
    _window_began: float = field(default_factory=time.monotonic)
    _rest: bytes = b""
    _is_cut: bool = False
    """Whether what comes up to the next line break belongs to a line that was shown as far as it is."""
    _shown_until_ns: int | None = None
    """Lines up to this moment are those of an earlier reading; None once a later one was seen."""
    _timeless: deque[str] = field(default_factory=lambda: deque(maxlen=_REMEMBERED_LINES))

    @property
    def limit_bytes(self) -> int:
        """How many bytes one reading may bring."""
        return int(self.bytes_per_s * WINDOW_S)

    def begin(self) -> int | None:
        """Start a reading: how many seconds back it has to start, None for the whole log."""
        self._window_began, self._rest, self._is_cut = time.monotonic(), b"", False
        self._shown_until_ns = _nanoseconds(self.since)
        if self._shown_until_ns is None:
            return None
        age_s = time.time() - self._shown_until_ns / 1e9
        if age_s < -_MAX_AHEAD_S:
            self.since, self._shown_until_ns = "", None
        return max(0, int(age_s)) + _OVERLAP_S

    def lines(self, chunk: bytes) -> Iterator[str]:
        """The new whole lines that `chunk` completes; of one that grows too long, its beginning."""
        *whole, self._rest = (self._rest + chunk).split(b"\n")
        for raw in whole:
            yield from self._new(raw)
            self._is_cut = False
        if len(self._rest) > MAX_LINE_BYTES:
            yield from self._new(self._rest)
            self._rest, self._is_cut = b"", True

    def overran(self) -> float:
        """After a reading that was full: seconds to wait until the next; what is logged in between is left out."""
        wait_s = max(0.0, self._window_began + WINDOW_S - time.monotonic())
        self.since = datetime.fromtimestamp(time.time() + wait_s, UTC).isoformat()
        return wait_s

    def _new(self, raw: bytes) -> Iterator[str]:
        """The text of a line, unless an earlier reading has shown it."""
        line = raw.decode(errors="replace")
        moment, _, text = line.partition(" ")
        at_ns = _nanoseconds(moment)
        if at_ns is None:
            text = line
        if self._is_cut or not text.strip():
            return
        is_new = self._is_first_of(text) if at_ns is None else self._is_later(at_ns, moment)
        if not is_new:
            return
        self.is_done = self.is_done or says_done(text)
        yield text[:MAX_LINE_BYTES]

    def _is_later(self, at_ns: int, moment: str) -> bool:
        """Whether a line follows what was shown; once one does, all that come after it do, whatever the clock says."""
        if self._shown_until_ns is not None and at_ns <= self._shown_until_ns:
            return False
        self._shown_until_ns = None
        if at_ns >= (_nanoseconds(self.since) or at_ns):
            self.since = moment
        return True

    def _is_first_of(self, text: str) -> bool:
        if text in self._timeless:
            return False
        self._timeless.append(text)
        return True


def says_done(line: str) -> bool:
    """Whether a stage's line says that its result is there."""
    if '"done"' not in line:
        return False
    entry = entry_in(line)
    return entry is not None and entry.get("event") == "done"


def _nanoseconds(moment: str) -> int | None:
    """Since 1970, of a moment as RFC 3339 writes it, whose zeros at the end are left out; None for anything else."""
    match = _MOMENT.fullmatch(moment)
    if match is None:
        return None
    seconds, fraction, offset = match.groups()
    try:
        return int(datetime.fromisoformat(f"{seconds}{offset}").timestamp()) * 10**9 + int(f"{fraction or 0:0<9}")
    except (ValueError, OverflowError):
        return None
