"""An actor with one model on one device, or on a share of one: fetches, computes, uploads and records batches.

The driver that it is lent to calls `prepare`, `compute` and `keep` for each batch, so that it knows at every moment
which one is being computed: the one that it is lost with. The next is prepared and the last kept meanwhile.
"""

from __future__ import annotations

import faulthandler
import logging
import os
import shutil
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
from threading import Lock, Thread
from typing import Any

from include.contract import environment
from include.contract.errors import AtelierError, CheckFailed
from include.contract.failures import Failure, failure_of
from include.contract.keys import request_key, split_request_uri
from include.contract.manifests import ItemLine, Outcome
from include.contract.model_cards import weaker
from include.contract.registry import recipe_named
from include.contract.requests import StageRequest, read_request
from include.contract.values import shortened
from include.runtime.batching import Ladder, Result, compute, typed
from include.runtime.inputs import Inputs
from include.runtime.item_lines import failed_lines, lines_of
from include.runtime.logs import quieten_libraries
from include.runtime.lookup import LookedUp
from include.runtime.models.arrival import Arrival
from include.runtime.models.asked import asked_model
from include.runtime.models.lacking import set_up
from include.runtime.models.load_times import LoadPart, LoadTimes
from include.runtime.ray import memory
from include.runtime.ray.lines import LogLine, LogLines
from include.runtime.ray.losses import LentOn
from include.runtime.ray.metrics import WorkerMetrics
from include.runtime.ray.pools import Beat, Pool
from include.runtime.record_writer import RecordWriter
from include.runtime.stage import ItemResult, Stage, Work
from include.store.connection import Connection
from include.store.store import Store
from include.store.threads import THREADS, daemon_threads

log = logging.getLogger(__name__)

CALLS_AT_ONCE = 12
"""Threads of an actor: one each to prepare, compute, keep, tell how far it is, say its last lines and that it is there,
two that wait for something to say, and some for what a job asked that has lost it."""
LINES_WAIT_S = 5.0
"""Who asks for a worker's log lines waits so long for some."""
SILENCE_S = 120.0
"""A worker that nobody asks anything for so long ends itself: no worker without a master keeps a device."""
_LOOK_S = 5.0
_MOST_BYTES_SAID = 400


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


class _Job:
    """What a worker does for one request."""

    def __init__(self, request: StageRequest, inputs: Inputs, scratch: Path, times: LoadTimes) -> None:
        self.request, self.inputs, self.scratch, self.times = request, inputs, scratch, times
        self.batches: dict[int, _Batch] = {}
        self.at_work = 0
        """How many of its batches are computed or kept now."""


class ModelWorker:
    """One worker of a pool; what it raises is a bug of its own, what a stage raises is returned.

    It is lent to one job at a time, and knows of an earlier one only what that still has in its hand.
    """

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._jobs: dict[str, _Job] = {}
        """By the address of the request."""
        self._said: dict[str, SimpleQueue[str]] = {}
        """To each job."""
        # The stage's model may belong to the thread that loads it.
        self._computer = ThreadPoolExecutor(1, thread_name_prefix="compute")
        self._lines = LogLines()
        self._ladder = Ladder()
        self._fetching = Lock()
        """Two batches may need the same input, which is fetched once."""
        self._opening, self._loading, self._beginning = Lock(), Lock(), Lock()
        self._scratch = Path(tempfile.mkdtemp(prefix="atelier-", dir=os.environ.get(environment.SCRATCH)))
        self._arrival = Arrival(self._tell_phase, scratch=self._scratch)
        self._stage: Stage | None = None
        self._phase = ""
        self._shares: dict[str, float] = {}
        self._words: dict[str, str] = {}
        self._items, self._computed_s, self._computing_since = 0, 0.0, 0.0
        self._heard_at = time.monotonic()
        self._node = ""
        self._metrics: WorkerMetrics | None = None

    def hello(self) -> tuple[str, int, str, tuple[str, ...]]:
        """Where it is: node, process, what people call the node, and where its log is there."""
        from include.runtime.ray.last_words import log_files

        self._begin()
        return self._node, os.getpid(), f"{socket.gethostname()}/{self._node[:8]}", log_files()

    def beat(self) -> Beat:
        """That it is there, and what it has done."""
        self._begin()
        now = time.monotonic()
        computing_s = self._computed_s + (now - self._computing_since if self._computing_since else 0.0)
        load_s = sum(self._arrival.times.told().model_dump().values())
        is_computing = any(job.at_work for job in tuple(self._jobs.values()))
        return Beat(self._pool, self._node, self._stage is not None, load_s, self._items, computing_s, is_computing)

    def leave(self) -> None:
        """End the process, and leave no file."""
        shutil.rmtree(self._scratch, ignore_errors=True)
        os._exit(0)

    def told(self) -> Told:
        """How far it is now."""
        self._heard_at = time.monotonic()
        return Told(self._phase, dict(self._shares), dict(self._words))

    def lines(self) -> list[LogLine]:
        """What it has logged since it was last asked; waits a while for something."""
        return self._lines.take(LINES_WAIT_S)

    def last_lines(self) -> list[LogLine]:
        """What is left of its log, before it is ended or given back."""
        return self._lines.take_all()

    def watch(self, uri: str) -> str:
        """Waits until there is something to say: that the process is to be ended, and why; nothing once lent on."""
        with self._opening:
            said = self._said.setdefault(uri, SimpleQueue())
        return said.get()

    def load(self, uri: str) -> Failure | None:
        """Be ready for the request at `uri`, with the model loaded; why that cannot be."""
        self._heard_at = time.monotonic()
        self._lines.begin()
        try:
            request = self._open(uri)
            with self._loading:
                if self._stage is None:
                    self._stage = self._loaded(request)
                    memory.watch(self._pool.spec.memory_mib, self._tell_all)
        except Exception as error:  # noqa: BLE001 - whatever a recipe raises is given its cause here
            return failure_of(typed(error))
        return None

    def prepare(self, uri: str, number: int, found: list[LookedUp], producers: Mapping[str, str]) -> Failure | None:
        """Fetch and check the inputs of a batch; why they are not to be had."""
        self._heard_at = time.monotonic()
        job = self._job(uri)
        try:
            with self._fetching:
                job.inputs.expect(found, producers)
                job.batches[number] = _Batch(found, [job.inputs.work(each) for each in found])
        except AtelierError as error:
            return failure_of(error)
        return None

    def compute(self, uri: str, number: int) -> Failure | None:
        """Compute a batch that was prepared; why all of it failed, which no smaller one would mend."""
        self._heard_at = time.monotonic()
        job = self._job(uri)
        batch = job.batches[number]
        job.at_work += 1
        began_at = time.monotonic()
        try:
            batch.results = self._computer.submit(self._compute, batch).result()
        except AtelierError as error:
            return failure_of(error)
        finally:
            job.at_work -= 1
        batch.device_s = (time.monotonic() - began_at) / len(batch.found)
        return None

    def keep(self, uri: str, number: int) -> list[Kept] | Failure:
        """Upload and record what was computed; what became of each item."""
        job = self._job(uri)
        batch = job.batches.pop(number)
        job.at_work += 1
        try:
            with daemon_threads(THREADS, "store") as threads, daemon_threads(THREADS, "upload") as uploaders:
                writer = self._writer(job, uploaders)
                each = partial(self._kept, job, writer, batch.device_s, len(batch.found))
                kept = list(threads.map(each, batch.found, batch.results))
        except AtelierError as error:
            return failure_of(error)
        finally:
            job.at_work -= 1
        if self._metrics is not None:
            self._metrics.kept([Outcome(each.lines[0].outcome) for each in kept])
        return kept

    def forget(self, uri: str, number: int) -> None:
        """A batch that was prepared is made elsewhere."""
        job = self._job(uri)
        batch = job.batches.pop(number, None)
        for found in batch.found if batch else ():
            job.inputs.clear(found)

    def ladder(self) -> Ladder:
        """How many items fit on the device at once, as far as it has found out."""
        return self._ladder

    def _job(self, uri: str) -> _Job:
        try:
            return self._jobs[uri]
        except KeyError:
            raise LentOn("this worker was lent to another job") from None

    def _begin(self) -> None:
        """What only a worker of a cluster does: it ends itself if nobody asks anything of it."""
        self._heard_at = time.monotonic()
        with self._beginning:
            if self._node:
                return
            import ray

            faulthandler.enable()
            logging.basicConfig(level=logging.INFO, stream=sys.stderr)
            logging.getLogger().addHandler(self._lines)
            quieten_libraries()
            self._metrics = WorkerMetrics(self._pool)
            self._node = ray.get_runtime_context().get_node_id()
            Thread(target=self._end_in_silence, daemon=True, name="silence").start()

    def _end_in_silence(self) -> None:
        while time.monotonic() - self._heard_at < SILENCE_S:
            time.sleep(_LOOK_S)
        log.error("nobody has asked anything for %g s, so this worker ends", SILENCE_S)
        self.leave()

    def _open(self, uri: str) -> StageRequest:
        """The request at `uri`; the jobs before have no business here any more."""
        with self._opening:
            for other in [other for other in self._said if other != uri]:
                self._said.pop(other).put("")
            for other in [other for other, job in self._jobs.items() if other != uri and not job.at_work]:
                shutil.rmtree(self._jobs.pop(other).scratch, ignore_errors=True)
            if uri not in self._jobs:
                domain, sha256 = split_request_uri(uri)
                self._store = Store(domain, Connection.from_environment())
                request = read_request(self._store.get(request_key(sha256)) or b"", sha256)
                scratch = self._scratch / sha256
                inputs = Inputs((), {}, self._store, scratch, self._tell_share, self._say)
                self._jobs[uri] = _Job(request, inputs, scratch, self._arrival.times.from_now())
            return self._jobs[uri].request

    def _loaded(self, request: StageRequest) -> Stage:
        """A stage with its model, as the first request asks for it, and every other of its pool."""
        # First the stages' module, which may bring models too.
        stage_of: Callable[[str], Stage] = vars(import_module(self._pool.stages))["stage_of"]
        self._tell_phase("looking for the model")
        model = asked_model(request, self._store)
        model.check()
        self._determinism = weaker(recipe_named(request.recipe).determinism, model.determinism)
        with self._arrival.times.during(LoadPart.FIND):
            located = model.located(self._arrival)
        self._tell_phase("loading the model")
        stage = stage_of(request.recipe)
        self._computer.submit(set_up, stage, located).result()
        if self._metrics is not None:
            self._metrics.loaded(sum(self._arrival.times.told().model_dump().values()))
        return stage

    def _compute(self, batch: _Batch) -> list[Result]:
        if self._stage is None:
            raise AssertionError("a batch is computed after the model was loaded")
        self._computing_since = time.monotonic()
        try:
            return compute(self._stage, batch.works, self._ladder)
        finally:
            self._computed_s += time.monotonic() - self._computing_since
            self._computing_since = 0.0
            self._items += len(batch.found)

    def _writer(self, job: _Job, uploaders: Any) -> RecordWriter:
        request = job.request
        return RecordWriter(request.kind, request.run, self._determinism, self._store, uploaders, job.times)

    def _kept(
        self, job: _Job, writer: RecordWriter, device_s: float, at_once: int, found: LookedUp, result: Result
    ) -> Kept:
        try:
            if isinstance(result, ItemResult):
                record = writer.write(found, result, device_s, at_once)
                return Kept(found.wanted.fingerprint, lines_of(found, record, Outcome.MADE), record.warnings)
        except CheckFailed as error:
            result = error
        finally:
            job.inputs.clear(found)
            self._shares.pop(found.wanted.item, None)
            self._words.pop(found.wanted.item, None)
        if not isinstance(result, AtelierError):
            raise AssertionError("what is no result is an error")
        return Kept(found.wanted.fingerprint, failed_lines(found, result))

    def _tell_all(self, words: str) -> None:
        for said in list(self._said.values()):
            said.put(words)

    def _tell_phase(self, words: str) -> None:
        self._phase = words

    def _tell_share(self, item: str, share: float) -> None:
        self._shares[item] = share

    def _say(self, item: str, words: str) -> None:
        self._words[item] = shortened(words, _MOST_BYTES_SAID)
