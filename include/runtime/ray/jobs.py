"""What a worker has in hand for each job: one at a time, and of those before what they are still at work with."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue
from threading import Lock

from include.contract.keys import request_key, split_request_uri
from include.contract.requests import StageRequest, read_request
from include.runtime.batching import Result
from include.runtime.inputs import Inputs
from include.runtime.lookup import LookedUp
from include.runtime.models.load_times import LoadTimes
from include.runtime.ray.losses import LentOn
from include.runtime.ray.telling import Telling
from include.runtime.stage import Work
from include.store.connection import Connection
from include.store.store import Store


@dataclass
class Prepared:
    """A batch that was prepared."""

    found: list[LookedUp]
    works: list[Work]
    results: list[Result] = field(default_factory=list)
    device_s: float = 0.0
    """What computing it took, for each item."""


class Job:
    """What a worker does for one request."""

    def __init__(self, request: StageRequest, store: Store, inputs: Inputs, scratch: Path, times: LoadTimes) -> None:
        self.request, self.store, self.inputs, self.scratch, self.times = request, store, inputs, scratch, times
        self.batches: dict[int, Prepared] = {}
        self._lock, self._at_work = Lock(), 0

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """While a batch is computed or kept."""
        with self._lock:
            self._at_work += 1
        try:
            yield
        finally:
            with self._lock:
                self._at_work -= 1

    @property
    def is_at_work(self) -> bool:
        """Whether any of its batches is computed or kept now."""
        return self._at_work > 0


class Jobs:
    """By the address of the request. Thread-safe."""

    def __init__(self, scratch: Path, times: LoadTimes, telling: Telling) -> None:
        self._scratch, self._times, self._telling = scratch, times, telling
        self._opening = Lock()
        self._jobs: dict[str, Job] = {}
        self._said: dict[str, SimpleQueue[str]] = {}
        """To each job."""

    def open(self, uri: str) -> Job:
        """The one for the request at `uri`; those before have no business here any more.

        :raises AtelierError: there is no such request, or it cannot be read.
        """
        with self._opening:
            for other in [other for other in self._said if other != uri]:
                self._said.pop(other).put("")
            for other in [other for other, job in self._jobs.items() if other != uri and not job.is_at_work]:
                shutil.rmtree(self._jobs.pop(other).scratch, ignore_errors=True)
            if uri not in self._jobs:
                self._jobs[uri] = self._new(uri)
            return self._jobs[uri]

    def of(self, uri: str) -> Job:
        """The one for the request at `uri`, which was opened before.

        :raises LentOn: the worker was lent to another meanwhile.
        """
        try:
            return self._jobs[uri]
        except KeyError:
            raise LentOn("this worker was lent to another job") from None

    @property
    def are_at_work(self) -> bool:
        """Whether a batch of any is computed or kept now."""
        return any(job.is_at_work for job in tuple(self._jobs.values()))

    def watch(self, uri: str) -> str:
        """Waits for what all jobs are told; nothing once the worker is lent on."""
        with self._opening:
            said = self._said.setdefault(uri, SimpleQueue())
        return said.get()

    def tell(self, words: str) -> None:
        """Tell all who watch."""
        for said in list(self._said.values()):
            said.put(words)

    def _new(self, uri: str) -> Job:
        domain, sha256 = split_request_uri(uri)
        store = Store(domain, Connection.from_environment())
        request = read_request(store.get(request_key(sha256)) or b"", sha256)
        scratch = self._scratch / sha256
        told = self._telling.share, self._telling.say
        inputs = Inputs((), {}, store, scratch, *told, request.execution)
        return Job(request, store, inputs, scratch, self._times.from_now())
