"""An actor with one model on one device, or on a share of one: fetches, computes, uploads and records batches.

Its driver calls `prepare`, `compute` and `keep` for each batch, so that it knows at every moment which one is being
computed: the one that it is lost with. The next is prepared and the last kept meanwhile.
"""

from __future__ import annotations

import faulthandler
import logging
import os
import socket
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from importlib import import_module
from pathlib import Path
from queue import SimpleQueue
from threading import Lock
from typing import Any

from include.contract import environment
from include.contract.errors import AtelierError, CheckFailed
from include.contract.failures import Failure, failure_of
from include.contract.keys import request_key, split_request_uri
from include.contract.manifests import ItemLine, Outcome
from include.contract.model_cards import weaker
from include.contract.registry import recipe_named
from include.contract.requests import read_request
from include.contract.values import shortened
from include.runtime.batching import Ladder, Result, compute, typed
from include.runtime.inputs import Inputs
from include.runtime.item_lines import failed_lines, lines_of
from include.runtime.logs import quieten_libraries
from include.runtime.lookup import LookedUp
from include.runtime.models.arrival import Arrival
from include.runtime.models.asked import asked_model
from include.runtime.models.lacking import set_up
from include.runtime.models.load_times import LoadPart
from include.runtime.ray import memory
from include.runtime.ray.lines import LogLine, LogLines
from include.runtime.record_writer import RecordWriter
from include.runtime.stage import ItemResult, Stage, Work
from include.store.connection import Connection
from include.store.store import Store
from include.store.threads import THREADS, daemon_threads

log = logging.getLogger(__name__)

CALLS_AT_ONCE = 8
"""Threads of an actor: one each to prepare, compute, keep, tell how far it is and say its last lines, two that wait for
something to say, and one left."""
LINES_WAIT_S = 5.0
"""Who asks for a worker's log lines waits so long for some."""
_MOST_BYTES_SAID = 400


@dataclass(frozen=True)
class WorkerTask:
    """What a worker is for. It never changes."""

    request_uri: str
    stages: str
    """Module whose `stage_of` gives a stage for a recipe."""
    memory_mib: int


@dataclass(frozen=True)
class Kept:
    """What became of one item."""

    fingerprint: str
    lines: list[ItemLine]
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Told:
    """How far a worker is."""

    phase: str
    """Of loading its model."""
    shares: dict[str, float]
    """Of the items in hand, how much of each is done."""
    said: dict[str, str]
    """Of the items in hand, what each last said of itself."""


@dataclass
class _Batch:
    found: list[LookedUp]
    works: list[Work]
    results: list[Result] = field(default_factory=list)
    device_s: float = 0.0


class ModelWorker:
    """One worker of one stage; what it raises is a bug of its own, what a stage raises is returned."""

    def __init__(self, task: WorkerTask) -> None:
        self._task = task
        self._said: SimpleQueue[str] = SimpleQueue()
        self._lines = LogLines()
        self._batches: dict[int, _Batch] = {}
        # The stage's model may belong to the thread that loads it.
        self._computer = ThreadPoolExecutor(1, thread_name_prefix="compute")
        self._ladder = Ladder()
        self._fetching = Lock()
        """Two batches may need the same input, which is fetched once."""
        self._phase = ""
        self._shares: dict[str, float] = {}
        self._words: dict[str, str] = {}

    def hello(self) -> tuple[str, int, str, tuple[str, ...]]:
        """Where it is: node, process, what people call the node, and where its log is there."""
        import ray

        from include.runtime.ray.last_words import log_files

        faulthandler.enable()
        logging.basicConfig(level=logging.INFO, stream=sys.stderr)
        logging.getLogger().addHandler(self._lines)
        quieten_libraries()
        node = ray.get_runtime_context().get_node_id()
        return node, os.getpid(), f"{socket.gethostname()}/{node[:8]}", log_files()

    def told(self) -> Told:
        """How far it is now."""
        return Told(self._phase, dict(self._shares), dict(self._words))

    def lines(self) -> list[LogLine]:
        """What it has logged since it was last asked; waits a while for something."""
        return self._lines.take(LINES_WAIT_S)

    def last_lines(self) -> list[LogLine]:
        """What is left of its log, before it is ended."""
        return self._lines.take_all()

    def watch(self) -> str:
        """Waits until there is something to say: that the process is to be ended, and why."""
        return self._said.get()

    def load(self) -> Failure | None:
        """Load the model; why it cannot be."""
        try:
            self._load()
        except Exception as error:  # noqa: BLE001 - whatever a recipe raises is given its cause here
            return failure_of(typed(error))
        memory.watch(self._task.memory_mib, self._said.put)
        return None

    def prepare(self, number: int, found: list[LookedUp], producers: Mapping[str, str]) -> Failure | None:
        """Fetch and check the inputs of a batch; why they are not to be had."""
        try:
            with self._fetching:
                self._inputs.expect(found, producers)
                self._batches[number] = _Batch(found, [self._inputs.work(each) for each in found])
        except AtelierError as error:
            return failure_of(error)
        return None

    def compute(self, number: int) -> Failure | None:
        """Compute a batch that was prepared; why all of it failed, which no smaller one would mend."""
        batch = self._batches[number]
        began_at = time.monotonic()
        try:
            batch.results = self._computer.submit(compute, self._stage, batch.works, self._ladder).result()
        except AtelierError as error:
            return failure_of(error)
        batch.device_s = (time.monotonic() - began_at) / len(batch.found)
        return None

    def keep(self, number: int) -> list[Kept] | Failure:
        """Upload and record what was computed; what became of each item."""
        batch = self._batches.pop(number)
        try:
            with daemon_threads(THREADS, "store") as threads, daemon_threads(THREADS, "upload") as uploaders:
                writer = self._writer(uploaders)
                each = partial(self._kept, writer, batch.device_s, len(batch.found))
                return list(threads.map(each, batch.found, batch.results))
        except AtelierError as error:
            return failure_of(error)

    def ladder(self) -> Ladder:
        """How many items fit on the device at once, as far as it has found out."""
        return self._ladder

    def _load(self) -> None:
        task = self._task
        domain, sha256 = split_request_uri(task.request_uri)
        self._store = Store(domain, Connection.from_environment())
        request = self._request = read_request(self._store.get(request_key(sha256)) or b"", sha256)
        # First the stages' module, which may bring models too.
        stage_of: Callable[[str], Stage] = vars(import_module(task.stages))["stage_of"]
        self._scratch = Path(tempfile.mkdtemp(prefix="atelier-", dir=os.environ.get(environment.SCRATCH)))
        self._arrival = Arrival(self._tell_phase, scratch=self._scratch)
        self._tell_phase("looking for the model")
        model = asked_model(request, self._store)
        model.check()
        self._determinism = weaker(recipe_named(request.recipe).determinism, model.determinism)
        with self._arrival.times.during(LoadPart.FIND):
            located = model.located(self._arrival)
        self._tell_phase("loading the model")
        self._stage = stage_of(request.recipe)
        self._computer.submit(set_up, self._stage, located).result()
        self._inputs = Inputs((), {}, self._store, self._scratch, self._tell_share, self._say)

    def _writer(self, uploaders: Any) -> RecordWriter:
        request, times = self._request, self._arrival.times
        return RecordWriter(request.kind, request.run, self._determinism, self._store, uploaders, times)

    def _kept(self, writer: RecordWriter, device_s: float, at_once: int, found: LookedUp, result: Result) -> Kept:
        try:
            if isinstance(result, ItemResult):
                record = writer.write(found, result, device_s, at_once)
                return Kept(found.wanted.fingerprint, lines_of(found, record, Outcome.MADE), record.warnings)
        except CheckFailed as error:
            result = error
        finally:
            self._inputs.clear(found)
            self._shares.pop(found.wanted.item, None)
            self._words.pop(found.wanted.item, None)
        if not isinstance(result, AtelierError):
            raise AssertionError("what is no result is an error")
        return Kept(found.wanted.fingerprint, failed_lines(found, result))

    def _tell_phase(self, words: str) -> None:
        self._phase = words

    def _tell_share(self, item: str, share: float) -> None:
        self._shares[item] = share

    def _say(self, item: str, words: str) -> None:
        self._words[item] = shortened(words, _MOST_BYTES_SAID)
