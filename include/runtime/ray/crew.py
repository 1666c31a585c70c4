"""The workers that a driver has: lent to it, loaded, lost, given back."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import ray

from include.contract.errors import AtelierError, Cause, InputLost, NeverScheduled
from include.contract.failures import Failure
from include.contract.ray import WorkerSpec
from include.runtime.ray.batches import Batch, BatchPhase
from include.runtime.ray.lines import LogLine, show

AT_ONCE = 3
"""Batches of a worker: one is prepared and one kept while one is computed."""
_LAST_LINES_S = 2.0
"""A worker's last lines are waited for no longer."""


@dataclass(eq=False)
class Worker:
    """One actor, as its driver sees it."""

    name: str
    handle: Any
    node: str = ""
    """Empty until it runs."""
    node_name: str = ""
    """What people call it."""
    logs: tuple[str, ...] = ()
    """Its files there, which outlive it."""
    phase: str = ""
    """Of loading its model, in its own words."""
    ask_at: float = 0.0
    """When to ask it next how far it is."""
    is_loaded: bool = False
    batches: list[Batch] = field(default_factory=list)
    made: int = 0
    """Items so far."""
    goes: bool = False
    """Whether it gets no new batch."""
    drains: bool = False
    """Whether its node is about to go."""
    is_asked_back: bool = False
    """Whether it is given back after the batch in hand."""

    @property
    def computing(self) -> Batch | None:
        """What it computes now."""
        return next((batch for batch in self.batches if batch.phase is BatchPhase.COMPUTING), None)

    @property
    def suspect(self) -> Batch | None:
        """What it may have died of: what it computed, else what it was keeping or preparing."""
        order = (BatchPhase.COMPUTING, BatchPhase.KEEPING, BatchPhase.PREPARING)
        at_work = (batch for phase in order for batch in self.batches if batch.phase is phase)
        return next(at_work, None)

    @property
    def not_begun(self) -> list[Batch]:
        """What it was given, and has not begun to compute."""
        return [batch for batch in self.batches if batch.phase in (BatchPhase.PREPARING, BatchPhase.PREPARED)]

    @property
    def room(self) -> int:
        """How many more batches it takes."""
        return 0 if self.goes or not self.is_loaded else AT_ONCE - 1 - len(self.batches) + self.keeping

    @property
    def keeping(self) -> int:
        """How many it uploads."""
        return sum(batch.phase is BatchPhase.KEEPING for batch in self.batches)


@dataclass(frozen=True)
class Call:
    """A call to a worker that was not answered yet."""

    worker: Worker
    method: str
    batch: Batch | None = None


class Crew:
    """All workers that this driver has, and what they were asked."""

    def __init__(self, spec: WorkerSpec, namespace: str, uri: str) -> None:
        """:param uri: of the request that they are for."""
        self._spec, self._namespace, self._uri = spec, namespace, uri
        self.workers: list[Worker] = []
        self.ended: set[str] = set()
        """Names of those that are no more."""
        self._calls: dict[Any, Call] = {}
        self._up_at = time.monotonic()

    def adopt(self, name: str) -> None:
        """Have the worker `name`, which is lent to this driver, load its model."""
        try:
            handle = ray.get_actor(name, namespace=self._namespace)
        except ValueError:
            self.ended.add(name)
            return
        worker = Worker(name, handle)
        self.workers.append(worker)
        self.call(worker, "hello")
        for method in ("load", "watch"):
            self.call(worker, method, self._uri)
        self.call(worker, "lines")

    def drop(self, worker: Worker) -> list[Batch]:
        """Have nothing more to do with a worker, which lives on; what it had in hand."""
        self.workers.remove(worker)
        self._calls = {ref: call for ref, call in self._calls.items() if call.worker is not worker}
        batches, worker.batches = worker.batches, []
        return batches

    def ask(self, worker: Worker, method: str, batch: Batch, *arguments: Any) -> None:
        """Have `worker` do something with a batch."""
        self.call(worker, method, self._uri, batch.number, *arguments, batch=batch)

    def call(self, worker: Worker, method: str, *arguments: Any, batch: Batch | None = None) -> None:
        """Have `worker` do something; `answers` gives what comes of it."""
        self._calls[getattr(worker.handle, method).remote(*arguments)] = Call(worker, method, batch)

    def answers(self, wait_s: float) -> Iterator[tuple[Call, Any | BaseException]]:
        """What has been answered within `wait_s`: with what the call returned, or why it did not."""
        if not self._calls:
            time.sleep(wait_s)
            return
        ready, _ = ray.wait(list(self._calls), num_returns=1, timeout=wait_s, fetch_local=False)
        if ready:
            more, _ = ray.wait(list(self._calls), num_returns=len(self._calls), timeout=0, fetch_local=False)
            ready = more
        for ref in ready:
            call = self._calls.pop(ref, None)
            if call is None:
                continue
            try:
                answer = ray.get(ref)
            except ray.exceptions.RayError as error:
                answer = error
            if call.method == "lines" and isinstance(answer, list):
                self._show(call.worker, answer)
            else:
                yield call, answer

    def end(self, worker: Worker) -> list[Batch]:
        """End a worker, lost or not; what it had in hand."""
        batches = self.drop(worker) if worker in self.workers else []
        self.ended.add(worker.name)
        ray.kill(worker.handle, no_restart=True)
        return batches

    def let_go(self, workers: Sequence[Worker]) -> None:
        """End workers, once they have said what is left to say."""
        self._hear_last_lines(workers)
        for worker in list(workers):
            self.end(worker)

    def give_back(self, workers: Sequence[Worker]) -> None:
        """Leave workers that have nothing in hand to others, once they have said what is left to say."""
        self._hear_last_lines(workers)
        for worker in list(workers):
            self.drop(worker)

    def _hear_last_lines(self, workers: Sequence[Worker]) -> None:
        asked = {ref: call.worker for ref, call in self._calls.items() if call.method == "lines"}
        asked = {ref: worker for ref, worker in asked.items() if worker in workers}
        asked |= {worker.handle.last_lines.remote(): worker for worker in workers if worker.node}
        if asked:
            ready, _ = ray.wait(list(asked), num_returns=len(asked), timeout=_LAST_LINES_S)
            for ref in ready:
                with suppress(ray.exceptions.RayError):
                    show(ray.get(ref), asked[ref].node_name)

    def check_scheduled(self, *, is_up: bool) -> None:
        """Give up if not a single worker of the pool could be had for too long.

        :raises NeverScheduled: says what was asked for, and what the nodes have.
        """
        if is_up:
            self._up_at = time.monotonic()
            return
        if time.monotonic() - self._up_at > self._spec.schedule_timeout_s:
            raise NeverScheduled(
                f"no node took a worker within {self._spec.schedule_timeout_s:g} s (`schedule_timeout_s`): asked for "
                f"{self._asked()}; {_nodes()}"
            )

    def _show(self, worker: Worker, lines: Sequence[LogLine]) -> None:
        show(lines, worker.node_name)
        if worker in self.workers:
            self.call(worker, "lines")

    def _asked(self) -> str:
        spec = self._spec
        labels = "".join(f", label {name}={value}" for name, value in spec.labels.items())
        return f"{spec.cpu:g} CPUs, {spec.memory_mib} MiB, {spec.gpus:g} GPUs{labels}"


def _nodes() -> str:
    nodes = [node for node in ray.nodes() if node["Alive"]]  # type: ignore[no-untyped-call]
    if not nodes:
        return "the cluster has no node"
    told = []
    for node in nodes[:5]:
        has = node["Resources"]
        labels = {name: value for name, value in node.get("Labels", {}).items() if not name.startswith("ray.io/")}
        memory_mib = int(has.get("memory", 0)) >> 20
        told.append(
            f"{has.get('CPU', 0):g} CPUs, {memory_mib} MiB, {has.get('GPU', 0):g} GPUs, labels {labels or 'none'}"
        )
    return f"of {len(nodes)} nodes, the first have: {'; '.join(told)}"


def raised(failure: Failure) -> AtelierError:
    """The error that `failure` was in another process."""
    if failure.cause is Cause.INPUT_LOST:
        return InputLost(failure.message, failure.producer)
    kinds = {kind.cause: kind for kind in _below(AtelierError)}
    return kinds.get(failure.cause, AtelierError)(failure.message)


def _below(kind: type[AtelierError]) -> Iterator[type[AtelierError]]:
    for each in kind.__subclasses__():
        yield from _below(each)
        if "cause" in vars(each):
            yield each
