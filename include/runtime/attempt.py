"""One attempt at a request: what it works with, and how it gives up when it is asked to stop."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

from include.contract.errors import Preempted
from include.contract.failures import Progress
from include.contract.model_cards import weaker
from include.contract.registry import recipe_named
from include.contract.requests import StageRequest
from include.contract.values import Determinism
from include.runtime.models.arrival import Arrival
from include.runtime.models.asked import AskedModel
from include.runtime.record_writer import RecordWriter
from include.runtime.report import Reporter
from include.runtime.stage import Stage
from include.store.store import Store


@dataclass(frozen=True)
class Attempt:
    """Everything that one attempt at a request works with."""

    request: StageRequest
    sha256: str
    store: Store
    reporter: Reporter
    scratch: Path
    stop: Event
    """Set when the process is asked to stop."""
    model: AskedModel
    new_stage: Callable[[str], Stage]
    """Recipe name to a fresh stage."""
    number: int = 1
    """Of the try."""
    arrival: Arrival = field(default_factory=Arrival)
    """Of the model's files."""

    def writer(self, uploaders: Executor) -> RecordWriter:
        """What writes its records."""
        request, times = self.request, self.arrival.times
        return RecordWriter(request.kind, request.run, self.determinism, self.store, uploaders, times)

    @property
    def determinism(self) -> Determinism:
        """What a remake is like."""
        return weaker(recipe_named(self.request.recipe).determinism, self.model.determinism)


def check_stop(attempt: Attempt) -> None:
    """Give up when asked to stop.

    :raises Preempted: with how far the attempt came.
    """
    if attempt.stop.is_set():
        raise Preempted(preempted(attempt.reporter.progress))


def preempted(progress: Progress) -> str:
    """How far an attempt got that was asked to stop."""
    return f"asked to stop with {progress.done} of {progress.total} items done; their records are kept"
