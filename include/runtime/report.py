"""What an attempt reports to the store while it runs: its progress, its items and its log (K4). Best effort."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from threading import Event, Lock, Thread

from include.contract.errors import AtelierError, StoreAway
from include.contract.failures import Progress
from include.contract.item_states import STATES_MEDIA_TYPE, pack_states
from include.contract.keys import end_key, items_key, log_key, progress_key
from include.contract.manifests import ItemLine, Outcome, RunRef
from include.contract.values import shortened
from include.runtime.item_states import HERE, ItemBoard
from include.runtime.logs import LogBuffer, LogChunk
from include.store.store import Store
from include.store.stored import Headers

PROGRESS_EVERY_S = 5.0
HEARTBEAT_S = 20.0
"""Progress that stands still is written again after so long: that it is fresh says that the process lives."""
LOG_EVERY_S = 60.0
"""The growing chunk is written again after so long, unless an engine that shows it wants it sooner."""
WITHIN_EVERY_S = 30.0
"""A line of the log about an item that is being made comes no sooner."""
_MOST_SAID, _MOST_BYTES_SAID = 3, 400
_FIRST_LOOK_S = 0.2
_CLOSE_S = 10.0
"""The end of an attempt waits no longer for its last report."""

log = logging.getLogger(__name__)


class Reporter:
    """Knows how far each item is; a thread sends that, with counts and log lines, to the store."""

    def __init__(
        self,
        store: Store,
        run: RunRef,
        request: str,
        attempt: int,
        buffer: LogBuffer,
        clock: Callable[[], float] = time.monotonic,
        log_every_s: float = LOG_EVERY_S,
    ) -> None:
        self._store, self._run, self._request, self._attempt = store, run, request, attempt
        self._buffer, self._clock, self._log_every_s = buffer, clock, log_every_s
        self._progress = Progress()
        self._sent_progress: Progress | None = None
        self._heartbeat_due_at = clock() + HEARTBEAT_S
        self._board, self._sent_board = ItemBoard(), 0
        self._shares: dict[str, float] = {}
        """Of the items in hand, how much of each is done."""
        self._said: dict[str, str] = {}
        """Of the items in hand, what each last said of itself."""
        self._within_due_at = clock() + WITHIN_EVERY_S
        self._sent_version = 0
        """Of the log's chunk that grows."""
        self._log_due_at = clock() + log_every_s
        self._refusal = ""
        self._lock = Lock()
        self._stop = Event()
        self._thread = Thread(target=self._loop, daemon=True, name="reporter")

    @property
    def progress(self) -> Progress:
        """Counts so far."""
        return self._progress

    def begin(self) -> None:
        """Report from now on."""
        if self._thread.ident is None:
            self._thread.start()

    def start(self, items: Sequence[str]) -> None:
        """Start with these items planned, in their order."""
        self._board.plan(items)
        self.update(phase="looking up", total=len(items))
        self.begin()

    def began(self, items: Iterable[str], node: str = HERE) -> None:
        """Note that `items` are being made from now on, on the host or pod `node`."""
        self._board.began(items, node)

    def lost(self, items: Iterable[str]) -> None:
        """Note that whoever was making `items` is gone: they wait again."""
        items = tuple(items)
        self._board.wait(items)
        with self._lock:
            self._progress = self._progress.model_copy(update=self._without(items))

    def update(self, **counts: int | str) -> None:
        """Set some of the counts."""
        with self._lock:
            self._progress = self._progress.model_copy(update=counts)

    def within(self, item: str, share: float) -> None:
        """Note that `share` of `item`, from 0 to 1, is done. Logged now and then, so long items show progress."""
        with self._lock:
            self._shares[item] = min(max(share, 0.0), 1.0)
            self._progress = self._progress.model_copy(update={"in_hand": self._in_hand()})
            is_due = self._clock() >= self._within_due_at
            if is_due:
                self._within_due_at = self._clock() + WITHIN_EVERY_S
        if is_due:
            log.info("%s: %.0f %%", item, 100 * share, extra={"event": {"event": "progress"}})

    def say(self, item: str, words: str) -> None:
        """Note what is under way for `item`."""
        with self._lock:
            self._said[item] = words
            self._progress = self._progress.model_copy(update={"under_way": self._under_way()})

    def ended(self, lines: Sequence[ItemLine]) -> None:
        """Note what has become of the items of `lines`; what was made once for several places counts as made there."""
        self._board.ended(lines)
        made = {line.fingerprint for line in lines if line.fingerprint and line.counts_as is Outcome.MADE}
        with self._lock:
            counts = {str(each): getattr(self._progress, each) for each in Outcome}
            for line in lines:
                counts[Outcome.MADE if line.fingerprint in made else line.counts_as] += 1
            done = self._progress.done + len(lines)
            update = {**counts, "done": done, **self._without(line.item for line in lines)}
            self._progress = self._progress.model_copy(update=update)
        if any(line.outcome is not Outcome.REUSED for line in lines):
            self.log_progress()

    def _without(self, items: Iterable[str]) -> dict[str, float | str | None]:
        """What progress says of the items in hand, which `items` are no longer."""
        for item in items:
            self._shares.pop(item, None)
            self._said.pop(item, None)
        return {"in_hand": self._in_hand(), "under_way": self._under_way()}

    def _in_hand(self) -> float:
        return round(sum(self._shares.values()), 2)

    def _under_way(self) -> str | None:
        said = [shortened(words, _MOST_BYTES_SAID) for words in [*self._said.values()][:_MOST_SAID]]
        more = len(self._said) - len(said)
        return "; ".join([*said, *([f"and {more} more"] if more else [])]) or None

    def log_progress(self) -> None:
        """One log line that says how far it is."""
        progress = self._progress
        log.info("%d of %d", progress.done, progress.total, extra={"event": {"event": "progress"}})

    def send_due(self) -> None:
        """Send what has changed: progress, items and full log chunks at once, the growing chunk now and then."""
        if self._progress != self._sent_progress or self._clock() >= self._heartbeat_due_at:
            self._send_progress()
        self._send_items()
        self._send_log(with_growing=self._clock() >= self._log_due_at)

    def close(self, phase: str) -> None:
        """Report for the last time, within a time limit."""
        self.update(phase=phase)
        self._stop.set()
        self.begin()
        self._thread.join(_CLOSE_S)

    def leave(self, words: str) -> None:
        """Keep `words`, the termination message, beside the progress."""
        self._send(end_key(self._run, self._request, self._attempt), words.encode(), "application/json")

    def _loop(self) -> None:
        while not self._stop.wait(PROGRESS_EVERY_S if self._sent_progress else _FIRST_LOOK_S):
            self.send_due()
        self._send_progress()
        self._send_items()
        self._send_log(with_growing=True)

    def _send_progress(self) -> None:
        self._sent_progress = self._progress
        self._heartbeat_due_at = self._clock() + HEARTBEAT_S
        now = datetime.now(UTC).isoformat(timespec="seconds")
        body = self._progress.model_copy(update={"updated_at": now}).model_dump_json().encode()
        self._send(progress_key(self._run, self._request, self._attempt), body, "application/json")

    def _send_items(self) -> None:
        version = self._board.version
        if version != self._sent_board:
            key = items_key(self._run, self._request, self._attempt)
            if self._send(key, pack_states(self._board.items()), STATES_MEDIA_TYPE):
                self._sent_board = version

    def _send_log(self, *, with_growing: bool) -> None:
        while (chunk := self._buffer.full()) is not None:
            if not self._send_chunk(chunk):
                return
            self._buffer.stored(chunk)
        if not with_growing:
            return
        self._log_due_at = self._clock() + self._log_every_s
        chunk = self._buffer.growing()
        if chunk.version != self._sent_version and self._send_chunk(chunk):
            self._sent_version = chunk.version

    def _send_chunk(self, chunk: LogChunk) -> bool:
        key = log_key(self._run, self._request, self._attempt, chunk.number)
        return self._send(key, chunk.body, "application/x-ndjson")

    def _send(self, key: str, body: bytes, media_type: str) -> bool:
        """Whether it lies in the store. Best effort: what is lost here loses nothing (K4)."""
        try:
            self._store.put(key, body, Headers(media_type))
        except StoreAway:
            return False
        except AtelierError as error:
            if str(error) != self._refusal:
                self._refusal = str(error)
                log.warning("could not report to %s: %s", key, error)
            return False
        return True
