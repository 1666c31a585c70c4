"""What an attempt tells while it runs: JSON log lines, their copy in the store, and progress (K4). All best effort."""

from __future__ import annotations

import json
import logging
import sys
import time
from datetime import UTC, datetime
from threading import Event, Lock, Thread

from include.contract.errors import AtelierError
from include.contract.failures import Progress
from include.contract.keys import log_key, progress_key
from include.contract.manifests import Outcome, RunRef
from include.runtime.store import Store

PROGRESS_EVERY_S = 5.0
LOG_CHUNK_BYTES = 1_000_000
LOG_CHUNK_S = 60.0
MAX_LOG_CHUNKS = 50

log = logging.getLogger(__name__)


class JsonFormatter(logging.Formatter):
    """One JSON object per event: `at`, `level`, `logger`, `message`, and what the event carries in `extra`."""

    def format(self, record: logging.LogRecord) -> str:
        """The event as one line."""
        event = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "event", {}),
        }
        if record.exc_info:
            event["trace"] = self.formatException(record.exc_info)
        return json.dumps(event, ensure_ascii=False)


class LogBuffer(logging.Handler):
    """Keeps formatted lines until they are taken to the store."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(JsonFormatter())
        self._lines: list[str] = []
        self._bytes = 0

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one line."""
        line = self.format(record)
        self._lines.append(line)
        self._bytes += len(line) + 1

    def full(self) -> bool:
        """Whether a chunk is due by size."""
        return self._bytes >= LOG_CHUNK_BYTES

    def take(self) -> bytes:
        """All lines so far; the buffer is empty afterwards."""
        with self.lock:  # type: ignore[union-attr]
            lines, self._lines, self._bytes = self._lines, [], 0
        return "".join(f"{line}\n" for line in lines).encode("utf-8", "replace")


def log_to_stdout() -> LogBuffer:
    """Send every log line to stdout as JSON, and to a buffer for the store."""
    stream = logging.StreamHandler(sys.stdout)
    stream.setFormatter(JsonFormatter())
    buffer = LogBuffer()
    logging.basicConfig(level=logging.INFO, handlers=[stream, buffer], force=True)
    for noisy in ("botocore", "boto3", "urllib3", "s3transfer"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    return buffer


class Reporter:
    """Counts items as they come out, and a thread that takes counts and log lines to the store."""

    def __init__(self, store: Store, run: RunRef, request: str, attempt: int, buffer: LogBuffer) -> None:
        self._store, self._run, self._request, self._attempt = store, run, request, attempt
        self._buffer = buffer
        self._progress = Progress()
        self._lock = Lock()
        self._stop = Event()
        self._chunk = 0
        self._thread = Thread(target=self._loop, daemon=True, name="reporter")

    @property
    def progress(self) -> Progress:
        """Counts so far."""
        return self._progress

    def start(self, total: int) -> None:
        """Begin with `total` items planned."""
        self.update(phase="looking up", total=total)
        self._thread.start()

    def update(self, **counts: int | str) -> None:
        """Set some of the counts."""
        with self._lock:
            self._progress = self._progress.model_copy(update=counts)

    def count(self, outcome: str, places: int) -> None:
        """`places` more items came out as `outcome`."""
        with self._lock:
            done, so_far = self._progress.done + places, getattr(self._progress, outcome) + places
            self._progress = self._progress.model_copy(update={"done": done, outcome: so_far})
        if outcome != Outcome.REUSED:
            self.log_progress()

    def log_progress(self) -> None:
        """One log line that says how far it is."""
        progress = self._progress
        log.info("%d of %d", progress.done, progress.total, extra={"event": {"event": "progress"}})

    def close(self, phase: str) -> None:
        """Report for the last time."""
        self.update(phase=phase)
        self._stop.set()
        if self._thread.ident is not None:
            self._thread.join(timeout=10)
        self._send_progress()
        self._send_log()

    def _loop(self) -> None:
        sent_log_at = time.monotonic()
        sent: Progress | None = None
        while not self._stop.wait(PROGRESS_EVERY_S if sent else 0.2):
            if self._progress != sent:
                sent = self._progress
                self._send_progress()
            if self._buffer.full() or time.monotonic() - sent_log_at > LOG_CHUNK_S:
                sent_log_at = time.monotonic()
                self._send_log()

    def _send_progress(self) -> None:
        now = datetime.now(UTC).isoformat(timespec="seconds")
        body = self._progress.model_copy(update={"updated_at": now}).model_dump_json().encode()
        self._send(progress_key(self._run, self._request, self._attempt), body, "application/json")

    def _send_log(self) -> None:
        if self._chunk >= MAX_LOG_CHUNKS:
            return
        body = self._buffer.take()
        if body:
            key = log_key(self._run, self._request, self._attempt, self._chunk)
            self._chunk += 1
            self._send(key, body, "application/x-ndjson")

    def _send(self, key: str, body: bytes, media_type: str) -> None:
        """Best effort: what is lost here loses nothing (K4)."""
        try:
            self._store.write(key, body, media_type)
        except AtelierError as error:
            log.warning("could not report to %s: %s", key, error)
