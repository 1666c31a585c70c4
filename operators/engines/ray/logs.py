"""A try's log as the task shows it: from the store's chunks, no line twice, and no more than can be shown."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from operators.engines.lines import MAX_LINE_BYTES, OMITTED

SHORTEST_S, LONGEST_S = 5.0, 20.0
"""What may be shown at once is counted for so many seconds: what has passed since, within these."""
_NEARLY_FULL = 900_000
"""Bytes from which a chunk may have a successor."""


@dataclass(frozen=True)
class LogPlace:
    """How far a log was shown; another process continues there."""

    chunk: int = 0
    lines: int = 0
    """Of the chunk."""
    last: str = ""
    """Digest of the last of them: a chunk that keeps a log's end loses its first lines."""

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> Self:
        """The place that `told` is."""
        return cls(int(told.get("chunk", 0)), int(told.get("lines", 0)), str(told.get("last", "")))

    def told(self) -> dict[str, Any]:
        """The place in plain values."""
        return asdict(self)

    def after(self, body: bytes) -> tuple[list[bytes], LogPlace, bool]:
        """The new lines of the chunk, the place after them, and whether some that were never shown are lost."""
        lines = body.splitlines()
        begin, is_torn = self._begin(lines)
        new = lines[begin:]
        return new, LogPlace(self.chunk, len(lines), _digest(lines[-1]) if lines else ""), is_torn

    def _begin(self, lines: Sequence[bytes]) -> tuple[int, bool]:
        if not self.lines:
            return 0, False
        if self.lines <= len(lines) and _digest(lines[self.lines - 1]) == self.last:
            return self.lines, False
        for index in range(len(lines) - 1, -1, -1):
            if _digest(lines[index]) == self.last:
                return index + 1, False
        return 0, True


@dataclass
class LogReader:
    """Reads on in a log whose chunks `chunk` gives, by their number."""

    chunk: Callable[[int], bytes | None]
    bytes_per_s: int
    place: LogPlace = LogPlace()
    _read_at: float = field(default_factory=time.monotonic)

    def more(self) -> list[str]:
        """What is to be shown of the lines that have come since the last reading."""
        now = time.monotonic()
        passed_s, self._read_at = now - self._read_at, now
        lines, is_torn = self._new_lines()
        shown = _within(lines, int(self.bytes_per_s * min(max(passed_s, SHORTEST_S), LONGEST_S)))
        return [OMITTED, *shown] if is_torn and OMITTED not in shown else shown

    def _new_lines(self) -> tuple[list[bytes], bool]:
        found: list[bytes] = []
        is_torn = False
        while True:
            body = self.chunk(self.place.chunk)
            if body is None:
                return found, is_torn
            is_followed = len(body) > _NEARLY_FULL and self.chunk(self.place.chunk + 1) is not None
            if is_followed:
                body = self.chunk(self.place.chunk) or body
            new, self.place, torn = self.place.after(body)
            found += new
            is_torn = is_torn or torn
            if not is_followed:
                return found, is_torn
            self.place = LogPlace(self.place.chunk + 1)


def _within(lines: Sequence[bytes], most_bytes: int) -> list[str]:
    """All of `lines`; of more than may be shown, the first and the last of them."""
    if sum(map(len, lines)) <= most_bytes:
        return [_text(line) for line in lines if line.strip()]
    first = _fitting(lines, most_bytes // 2)
    last = _fitting(lines[len(first) :][::-1], most_bytes - most_bytes // 2)[::-1]
    return [*map(_text, first), OMITTED, *map(_text, last)]


def _fitting(lines: Sequence[bytes], most_bytes: int) -> Sequence[bytes]:
    taken = 0
    for number, line in enumerate(lines):
        taken += len(line)
        if taken > most_bytes:
            return lines[:number]
    return lines


def _text(line: bytes) -> str:
    return line[:MAX_LINE_BYTES].decode(errors="replace")


def _digest(line: bytes) -> str:
    return hashlib.sha256(line).hexdigest()[:16]
