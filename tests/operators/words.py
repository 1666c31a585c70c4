"""An engine that runs the real runtime in this process, with stages that only write words: a shard takes no second.

An item fails when its brief's id says so: of `refused-02` the second picture is refused, for good; of `blank-02` it is
blank, which another try might mend. Of the brief `large` the device takes two items at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Event
from typing import Any

from include.contract.engines import Job
from include.contract.errors import AtelierError, CheckFailed, DeviceOutOfMemory, RejectedContent
from include.contract.failures import Failure, failure_of
from include.contract.keys import request_key, split_request_uri
from include.contract.models import ModelRegistry
from include.contract.requests import read_request
from include.runtime import runner
from include.runtime.logs import LogBuffer
from include.runtime.models.asked import RegisteredModels
from include.runtime.report import Reporter
from include.runtime.stage import ItemResult, Work
from include.store.connection import Connection
from include.store.store import Store
from tests.include.runtime.desk import WordsStage

DEVICE_TAKES = 2
FAILURES = {"refused": RejectedContent("is refused"), "blank": CheckFailed("is blank")}
MODELS = {name: {"kind": "text", "revision": "1", "licence": "MIT", "files": {}} for name in ("smollm2-135m", "sketch")}
REGISTRY = ModelRegistry.model_validate({f"builtin/{name}": model for name, model in MODELS.items()})


class Words(WordsStage):
    """Writes as many scenes as the brief asks for."""

    def process(self, batch: Sequence[Work]) -> list[ItemResult | AtelierError]:
        if len(batch) > DEVICE_TAKES and batch[0].item.startswith("large/"):
            raise DeviceOutOfMemory("too large")
        return [self._of(work) for work in batch]

    def _of(self, work: Work) -> ItemResult | AtelierError:
        word, _, number = work.item.partition("/")[0].partition("-")
        if word in FAILURES and work.item.endswith(f"/{number}"):
            return FAILURES[word]
        self.scenes = getattr(work.params, "scenes", 0)
        (product,) = super().process([work])
        return product


class WordsEngine:
    """Runs one request on a store behind `connection`."""

    def __init__(self, connection: Connection, scratch: Path) -> None:
        self._connection, self._scratch = connection, scratch

    def run(self, job: Job) -> Failure | None:
        """Run `job` until it is done: None, or why it failed."""
        domain, sha256 = split_request_uri(job.request_uri)
        store = Store(domain, self._connection)
        stored = store.read(request_key(sha256))
        assert stored is not None
        request = read_request(stored.body, sha256)
        reporter = Reporter(store, request.run, sha256, job.attempt, LogBuffer())
        attempt = runner.Attempt(
            request,
            sha256,
            store,
            reporter,
            self._scratch,
            Event(),
            RegisteredModels(request.model, REGISTRY, store),
            lambda recipe: Words(),
            job.attempt,
        )
        try:
            runner.run(attempt)
        except AtelierError as error:
            return failure_of(error)
        finally:
            reporter.close("done")
        return None

    def resume(self, job: Job, event: Mapping[str, Any]) -> Failure | None:
        """Never asked for."""
        raise AssertionError(event)

    def stop(self) -> None:
        """Nothing runs that could be stopped."""

    def abandon(self) -> list[str]:
        """Nothing is left."""
        return []
