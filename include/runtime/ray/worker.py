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
from functools import partial
from importlib import import_module
from pathlib import Path
from threading import Lock, Thread

from include.contract import environment
from include.contract.errors import AtelierError, CheckFailed
from include.contract.failures import Failure, failure_of
from include.contract.manifests import Outcome
from include.contract.model_cards import weaker
from include.contract.registry import recipe_named
from include.runtime.batching import Ladder, Result, compute, typed
from include.runtime.item_lines import failed_lines, lines_of
from include.runtime.logs import quieten_libraries
from include.runtime.lookup import LookedUp
from include.runtime.models.arrival import Arrival
from include.runtime.models.asked import asked_model
from include.runtime.models.lacking import set_up
from include.runtime.models.load_times import LoadPart
from include.runtime.ray import memory
from include.runtime.ray.jobs import Job, Jobs, Prepared
from include.runtime.ray.lines import LogLine, LogLines
from include.runtime.ray.metrics import WorkerMetrics
from include.runtime.ray.pools import Beat, Pool
from include.runtime.ray.telling import Kept, Telling, Told
from include.runtime.record_writer import RecordWriter
from include.runtime.stage import ItemResult, Stage
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


class ModelWorker:
    """One worker of a pool; what it raises is a bug of its own, what a stage raises is returned.

    It is lent to one job at a time, and knows of an earlier one only what that still has in its hand.
    """

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        # The stage's model may belong to the thread that loads it.
        self._computer = ThreadPoolExecutor(1, thread_name_prefix="compute")
        self._lines = LogLines()
        self._ladder = Ladder()
        self._fetching = Lock()
        """Two batches may need the same input, which is fetched once."""
        self._loading, self._beginning = Lock(), Lock()
        self._scratch = Path(tempfile.mkdtemp(prefix="atelier-", dir=os.environ.get(environment.SCRATCH)))
        self._telling = Telling()
        self._arrival = Arrival(self._telling.phase, scratch=self._scratch)
        self._jobs = Jobs(self._scratch, self._arrival.times, self._telling)
        self._stage: Stage | None = None
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
        is_at_work = self._jobs.are_at_work
        return Beat(self._pool, self._node, self._stage is not None, load_s, self._items, computing_s, is_at_work)

    def leave(self) -> None:
        """End the process, and leave no file."""
        shutil.rmtree(self._scratch, ignore_errors=True)
        os._exit(0)

    def told(self) -> Told:
        """How far it is now."""
        self._heard_at = time.monotonic()
        return self._telling.told()

    def lines(self) -> list[LogLine]:
        """What it has logged since it was last asked; waits a while for something."""
        return self._lines.take(LINES_WAIT_S)

    def last_lines(self) -> list[LogLine]:
        """What is left of its log, before it is ended or given back."""
        return self._lines.take_all()

    def watch(self, uri: str) -> str:
        """Waits until there is something to say: that the process is to be ended, and why; nothing once lent on."""
        return self._jobs.watch(uri)

    def load(self, uri: str) -> Failure | None:
        """Be ready for the request at `uri`, with the model loaded; why that cannot be."""
        self._heard_at = time.monotonic()
        self._lines.begin()
        try:
            job = self._jobs.open(uri)
            with self._loading:
                if self._stage is None:
                    self._stage = self._loaded(job)
                    memory.watch(self._pool.spec.memory_mib, self._jobs.tell)
        except Exception as error:  # noqa: BLE001 - whatever a recipe raises is given its cause here
            return failure_of(typed(error))
        return None

    def prepare(self, uri: str, number: int, found: list[LookedUp], producers: Mapping[str, str]) -> Failure | None:
        """Fetch and check the inputs of a batch; why they are not to be had."""
        self._heard_at = time.monotonic()
        job = self._jobs.of(uri)
        try:
            with self._fetching:
                job.inputs.expect(found, producers)
                job.batches[number] = Prepared(found, [job.inputs.work(each) for each in found])
        except AtelierError as error:
            return failure_of(error)
        return None

    def compute(self, uri: str, number: int) -> Failure | None:
        """Compute a batch that was prepared; why all of it failed, which no smaller one would mend."""
        self._heard_at = time.monotonic()
        job = self._jobs.of(uri)
        batch = job.batches[number]
        began_at = time.monotonic()
        with job.at_work():
            try:
                batch.results = self._computer.submit(self._compute, batch).result()
            except AtelierError as error:
                return failure_of(error)
        batch.device_s = (time.monotonic() - began_at) / len(batch.found)
        return None

    def keep(self, uri: str, number: int) -> list[Kept] | Failure:
        """Upload and record what was computed; what became of each item."""
        job = self._jobs.of(uri)
        batch = job.batches.pop(number)
        with job.at_work():
            try:
                kept = self._kept(job, batch)
            except AtelierError as error:
                return failure_of(error)
        if self._metrics is not None:
            self._metrics.kept([Outcome(each.lines[0].outcome) for each in kept])
        return kept

    def forget(self, uri: str, number: int) -> None:
        """A batch that was prepared is made elsewhere."""
        job = self._jobs.of(uri)
        batch = job.batches.pop(number, None)
        for found in batch.found if batch else ():
            job.inputs.clear(found)

    def ladder(self) -> Ladder:
        """How many items fit on the device at once, as far as it has found out."""
        return self._ladder

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

    def _loaded(self, job: Job) -> Stage:
        """A stage with its model, as the request of the first job asks for it, and every other of its pool."""
        # First the stages' module, which may bring models too.
        stage_of: Callable[[str], Stage] = vars(import_module(self._pool.stages))["stage_of"]
        self._telling.phase("looking for the model")
        model = asked_model(job.request, job.store)
        model.check()
        self._determinism = weaker(recipe_named(job.request.recipe).determinism, model.determinism)
        with self._arrival.times.during(LoadPart.FIND):
            located = model.located(self._arrival)
        self._telling.phase("loading the model")
        stage = stage_of(job.request.recipe)
        self._computer.submit(set_up, stage, located).result()
        if self._metrics is not None:
            self._metrics.loaded(sum(self._arrival.times.told().model_dump().values()))
        return stage

    def _compute(self, batch: Prepared) -> list[Result]:
        if self._stage is None:
            raise AssertionError("a batch is computed after the model was loaded")
        self._computing_since = time.monotonic()
        try:
            return compute(self._stage, batch.works, self._ladder)
        finally:
            self._computed_s += time.monotonic() - self._computing_since
            self._computing_since = 0.0
            self._items += len(batch.found)

    def _kept(self, job: Job, batch: Prepared) -> list[Kept]:
        request = job.request
        with daemon_threads(THREADS, "store") as threads, daemon_threads(THREADS, "upload") as uploaders:
            writer = RecordWriter(request.kind, request.run, self._determinism, job.store, uploaders, job.times)
            return list(threads.map(partial(self._kept_item, job, writer, batch), batch.found, batch.results))

    def _kept_item(self, job: Job, writer: RecordWriter, batch: Prepared, found: LookedUp, result: Result) -> Kept:
        try:
            if isinstance(result, ItemResult):
                record = writer.write(found, result, batch.device_s, len(batch.found))
                return Kept(found.wanted.fingerprint, lines_of(found, record, Outcome.MADE), record.warnings)
        except CheckFailed as error:
            result = error
        finally:
            job.inputs.clear(found)
            self._telling.over(found.wanted.item)
        if not isinstance(result, AtelierError):
            raise AssertionError("what is no result is an error")
        return Kept(found.wanted.fingerprint, failed_lines(found, result))
