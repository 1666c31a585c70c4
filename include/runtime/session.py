"""One request in one process, from its address to the termination message, however it ends."""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
from functools import partial
from pathlib import Path

from include.contract import environment
from include.contract.errors import BadRequest, ExitCode, Preempted
from include.contract.failures import Progress, failure_of
from include.contract.keys import request_key, split_request_uri
from include.contract.requests import read_request
from include.contract.values import StageKind
from include.runtime.batching import typed
from include.runtime.logs import log_to_stdout
from include.runtime.models.arrival import Arrival
from include.runtime.models.asked import asked_model
from include.runtime.report import Reporter
from include.runtime.runner import Attempt, preempted, run
from include.runtime.stages import stage_of
from include.runtime.stopping import Stopping
from include.store.connection import Connection
from include.store.store import Store

log = logging.getLogger("include.runtime")


class Session:
    """Runs one request and then reports: the termination message first, the rest as best effort."""

    def __init__(self, stopping: Stopping) -> None:
        self._stopping, self._buffer = stopping, log_to_stdout()
        self._reporter: Reporter | None = None
        self._scratch: Path | None = None

    def run(self, uri: str) -> ExitCode:
        """Run the request at `uri`; the process's exit code."""
        try:
            self._run(uri)
        except Exception as error:  # noqa: BLE001 - the last one to see it: it becomes the termination message
            code = self._failed(error)
        else:
            code = self._stopping.say("", ExitCode.OK)
            log.info("done", extra={"event": {"event": "done"}})
        if self._reporter is not None:
            self._reporter.close("failed" if code else "done")
        if self._scratch is not None:
            shutil.rmtree(self._scratch, ignore_errors=True)
        return code

    def _run(self, uri: str) -> None:
        domain, sha256 = split_request_uri(uri)
        store = Store(domain, Connection.from_environment())
        store.probe()
        stored = store.read(request_key(sha256))
        if stored is None:
            raise BadRequest(f"there is no request at {uri}")
        request = read_request(stored.body, sha256)
        attempt = int(os.environ.get(environment.ATTEMPT, "1"))
        self._reporter = Reporter(store, request.run, sha256, attempt, self._buffer)
        self._stopping.work(request.execution.grace_s, self._words_of_a_stop)
        self._scratch = Path(tempfile.mkdtemp(prefix="atelier-", dir=os.environ.get(environment.SCRATCH)))
        asked = Attempt(
            request,
            sha256,
            store,
            self._reporter,
            self._scratch,
            self._stopping.asked,
            asked_model(request, store),
            stage_of,
            attempt,
            Arrival(partial(_tell, self._reporter), self._stopping.asked, self._scratch),
        )
        _publish(asked) if request.kind is StageKind.PUBLISH else run(asked)

    def _failed(self, error: Exception) -> ExitCode:
        failure = failure_of(typed(error), progress=self._progress())
        code = self._stopping.say(failure.line(), ExitCode(failure.exit_code))
        log.error("%s", failure.message, extra={"event": {"event": "failed", "cause": failure.cause}})
        return code

    def _words_of_a_stop(self) -> str:
        progress = self._progress()
        return failure_of(Preempted(preempted(progress)), progress=progress).line()

    def _progress(self) -> Progress:
        return self._reporter.progress if self._reporter else Progress()


def _tell(reporter: Reporter, words: str) -> None:
    reporter.update(phase=words)


def _publish(asked: Attempt) -> None:
    # Imported here, so that no other stage waits for what only publishing needs.
    from include.runtime.publishing.publisher import publish

    publish(asked)
