"""Log lines of an attempt: JSON on stdout, and a copy for the store that keeps the beginning and the end (K4)."""

from __future__ import annotations

import json
import logging
import sys
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

CHUNK_BYTES = 1_000_000
HEAD_CHUNKS = 16
"""Chunks that keep a log's beginning, each written once it is full; one more keeps its end."""
TAIL_BYTES = 4_000_000
ERRORS_BYTES = 500_000
"""Of the errors between beginning and end, the first ones are kept."""
MAX_LINE_BYTES = 16_000
_SHORTEST = 100


class JsonFormatter(logging.Formatter):
    """One JSON object per event: `at`, `level`, `logger`, `message`, and the event's `extra`."""

    def format(self, record: logging.LogRecord) -> str:
        """The event as one line of at most `MAX_LINE_BYTES`; the middle of longer texts is left out."""
        event = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "event", {}),
        }
        if record.exc_info:
            event["trace"] = self.formatException(record.exc_info)
        line = _json(event)
        characters = MAX_LINE_BYTES
        while len(line.encode()) > MAX_LINE_BYTES and characters > _SHORTEST:
            characters //= 2
            line = _json({name: _shortened(value, characters) for name, value in event.items()})
        return line


@dataclass(frozen=True)
class LogChunk:
    """A piece of the log, as it is to be stored."""

    number: int
    body: bytes
    version: int
    """Grows with each line of the log."""


class LogBuffer(logging.Handler):
    """The part of an attempt's log that is not stored yet; never more than beginning, end and errors."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(JsonFormatter())
        self._full: deque[LogChunk] = deque()
        self._open: deque[tuple[bytes, bool]] = deque()
        """Lines of the chunk that grows, and whether each tells of an error."""
        self._number = self._open_bytes = self._version = 0
        self._errors: list[bytes] = []
        self._errors_bytes = self._lines_left_out = self._bytes_left_out = 0

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one line."""
        try:
            line = f"{self.format(record)}\n".encode()
        except Exception:  # noqa: BLE001 - as logging's own handlers do: a bad log call ends no stage
            self.handleError(record)
            return
        self._version += 1
        is_head = self._number < HEAD_CHUNKS
        if is_head and self._open and self._open_bytes + len(line) > CHUNK_BYTES:
            self._full.append(LogChunk(self._number, self._body(), self._version))
            self._number, self._open_bytes = self._number + 1, 0
            self._open.clear()
        self._open.append((line, record.levelno >= logging.ERROR))
        self._open_bytes += len(line)
        while self._number == HEAD_CHUNKS and self._open_bytes > TAIL_BYTES:
            self._leave_out()

    def full(self) -> LogChunk | None:
        """The first chunk that is full and not stored yet."""
        with self._held():
            return self._full[0] if self._full else None

    def stored(self, chunk: LogChunk) -> None:
        """Note that a full chunk is stored."""
        with self._held():
            if self._full and self._full[0].number == chunk.number:
                self._full.popleft()

    def growing(self) -> LogChunk:
        """The growing chunk, as it is now."""
        with self._held():
            return LogChunk(self._number, self._body(), self._version)

    def _leave_out(self) -> None:
        line, is_error = self._open.popleft()
        self._open_bytes -= len(line)
        if is_error and self._errors_bytes + len(line) <= ERRORS_BYTES:
            self._errors.append(line)
            self._errors_bytes += len(line)
        else:
            self._lines_left_out += 1
            self._bytes_left_out += len(line)

    def _body(self) -> bytes:
        gap = [self._gap(), *self._errors] if self._lines_left_out else self._errors
        return b"".join([*gap, *(line for line, _ in self._open)])

    def _gap(self) -> bytes:
        what = f"{self._lines_left_out} lines ({self._bytes_left_out / 1e6:.1f} MB) of this log are left out here"
        errors = "; errors among them follow" if self._errors else ""
        told = {
            "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "level": "warning",
            "logger": __name__,
            "message": f"{what}{errors}",
            "event": "left_out",
            "lines": self._lines_left_out,
            "bytes": self._bytes_left_out,
        }
        return f"{_json(told)}\n".encode()

    def _held(self) -> Any:
        if self.lock is None:
            raise AssertionError("logging gives each handler a lock")
        return self.lock


def log_to_stdout() -> LogBuffer:
    """Send every log line to stdout as JSON, and to a buffer for the store."""
    stream = logging.StreamHandler(sys.stdout)
    stream.setFormatter(JsonFormatter())
    buffer = LogBuffer()
    logging.basicConfig(level=logging.INFO, handlers=[stream, buffer], force=True)
    quieten_libraries()
    return buffer


def quieten_libraries() -> None:
    """Have libraries that tell of each request tell of what is wrong alone."""
    for noisy in ("botocore", "boto3", "urllib3", "s3transfer", "httpx2", "openai"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def _json(event: Mapping[str, Any]) -> str:
    # A lone surrogate, as in a file's name, can be written nowhere.
    return json.dumps(event, ensure_ascii=False, default=str).encode("utf-8", "replace").decode()


def _shortened(value: Any, characters: int) -> Any:
    if not isinstance(value, str) or len(value) <= characters:
        return value
    half = characters // 2
    return f"{value[:half]} … {len(value) - 2 * half} characters … {value[-half:]}"
