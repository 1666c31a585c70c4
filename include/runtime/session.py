"""One request in one process, from its address to the termination message, however it ends."""

from __future__ import annotations

import logging
import os
import shutil
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from threading import Timer

import psutil

from include.contract import environment
from include.contract.errors import BadRequest, Cause, ExitCode, Preempted
from include.contract.failures import Failure, Progress, failure_of
from include.contract.keys import request_key, split_request_uri
from include.contract.requests import read_request
from include.contract.values import StageKind
from include.runtime.attempt import Attempt, preempted
from include.runtime.batching import typed
from include.runtime.earlier_tries import DONE
from include.runtime.logs import log_to_stdout
from include.runtime.models.arrival import Arrival
from include.runtime.models.asked import asked_model
from include.runtime.report import LOG_EVERY_S, Reporter
from include.runtime.runner import run
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
        self._overran_s: float | None = None
        """The time limit, once it has taken longer."""

    def run(self, uri: str) -> ExitCode:
        """Run the request at `uri`; the process's exit code."""
        try:
            with _limited(self._end_late):
                self._run(uri)
        except Exception as error:  # noqa: BLE001 - the last one to see it: it becomes the termination message
            code = self._failed(error)
        else:
            code = self._stopping.say("", ExitCode.OK)
            log.info("done", extra={"event": {"event": "done"}})
        if self._reporter is not None:
            self._reporter.close("failed" if code else DONE)
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
        log_every_s = float(os.environ.get(environment.LOG_EVERY) or LOG_EVERY_S)
        self._reporter = Reporter(store, request.run, sha256, attempt, self._buffer, log_every_s=log_every_s)
        self._reporter.begin()
        self._stopping.work(request.execution.grace_s, lambda: self._stopped().line(), self._reporter.leave)
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
        if self._overran_s is not None and failure.cause is Cause.PREEMPTED:
            failure = self._stopped()
        code = self._stopping.say(failure.line(), ExitCode(failure.exit_code))
        log.error("%s", failure.message, extra={"event": {"event": "failed", "cause": failure.cause}})
        return code

    def _stopped(self) -> Failure:
        """What an attempt that was asked to stop, or that was late, has failed with."""
        progress = self._progress()
        failure = failure_of(Preempted(preempted(progress)), progress=progress)
        if self._overran_s is None:
            return failure
        words = f"it stopped itself after {self._overran_s:g} s; {failure.message}"
        return failure.model_copy(update={"cause": Cause.DEADLINE, "message": words})

    def _end_late(self, limit_s: float) -> None:
        """Stop as if asked to, for another reason."""
        self._overran_s = limit_s
        os.kill(os.getpid(), signal.SIGTERM)

    def _progress(self) -> Progress:
        return self._reporter.progress if self._reporter else Progress()


@contextmanager
def _limited(end: Callable[[float], None]) -> Iterator[None]:
    """Call `end` with the limit if the block is still busy when the process is older than it may become."""
    told = os.environ.get(environment.DEADLINE)
    if not told:
        yield
        return
    limit_s = float(told)
    spent_s = max(0.0, time.time() - psutil.Process().create_time())
    timer = Timer(max(0.0, limit_s - spent_s), end, (limit_s,))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _tell(reporter: Reporter, words: str) -> None:
    reporter.update(phase=words)


def _publish(asked: Attempt) -> None:
    # Imported here, so that no other stage waits for what only publishing needs.
    from include.runtime.publishing.publisher import publish

    publish(asked)
