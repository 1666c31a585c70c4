"""`python -m include.runtime run <request uri>`: all that starts a stage, anywhere.

The store's settings come from the standard AWS environment variables.
"""

from __future__ import annotations

import argparse
import logging
import os
import shutil
import signal
import sys
import tempfile
from pathlib import Path
from threading import Event

from include.contract import environment
from include.contract.errors import BadRequest, ExitCode
from include.contract.failures import Progress, failure_of
from include.contract.keys import request_key, split_request_uri
from include.contract.requests import read_request
from include.contract.values import StageKind
from include.runtime.compute import typed
from include.runtime.models.files import registry
from include.runtime.report import LogBuffer, Reporter, log_to_stdout
from include.runtime.runner import Attempt, run
from include.runtime.stages import stage_of
from include.runtime.store import Store

log = logging.getLogger("include.runtime")


def main(arguments: list[str]) -> int:
    """Run one request and say how it ended: exit code, termination message, last log line."""
    parser = argparse.ArgumentParser(prog="python -m include.runtime", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    command = commands.add_parser("run", help="run one stage request")
    command.add_argument("request", metavar="URI", help="s3://bucket/[prefix/]v1/requests/<sha256>.json")
    uri = parser.parse_args(arguments).request
    buffer = log_to_stdout()
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    session = _Session(stop, buffer)
    try:
        session.run(uri)
    except Exception as error:  # noqa: BLE001 - the last one to see it: it becomes the termination message
        return session.fail(error)
    return ExitCode.OK


class _Session:
    """What has to be put in order however a run ends."""

    def __init__(self, stop: Event, buffer: LogBuffer) -> None:
        self._stop, self._buffer = stop, buffer
        self._reporter: Reporter | None = None

    def run(self, uri: str) -> None:
        domain, sha256 = split_request_uri(uri)
        store = Store(domain)
        store.probe()
        stored = store.read(request_key(sha256))
        if stored is None:
            raise BadRequest(f"there is no request at {uri}")
        request = read_request(stored.body, sha256)
        attempt = int(os.environ.get(environment.ATTEMPT, "1"))
        self._reporter = Reporter(store, request.run, sha256, attempt, self._buffer)
        scratch = Path(tempfile.mkdtemp(prefix="atelier-", dir=os.environ.get(environment.SCRATCH)))
        try:
            asked = Attempt(request, sha256, store, self._reporter, scratch, self._stop, registry(), stage_of, attempt)
            _publish(asked) if request.kind is StageKind.PUBLISH else run(asked)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
        log.info("done", extra={"event": {"event": "done"}})
        self._reporter.close("done")

    def fail(self, error: Exception) -> int:
        progress = self._reporter.progress if self._reporter else Progress()
        failure = failure_of(typed(error), progress=progress)
        log.error("%s", failure.message, extra={"event": {"event": "failed", "cause": failure.cause}})
        _write_termination_message(failure.line())
        if self._reporter is not None:
            self._reporter.close("failed")
        return failure.exit_code


def _publish(asked: Attempt) -> None:
    # Imported here, so that no other stage waits for what only publishing needs.
    from include.runtime.publishing.press import publish

    publish(asked)


def _write_termination_message(line: str) -> None:
    path = Path(os.environ.get(environment.TERMINATION_LOG, environment.DEFAULT_TERMINATION_LOG))
    try:
        path.write_text(f"{line}\n")
    except OSError as error:
        log.warning("could not write the termination message to %s: %s", path, error)


if __name__ == "__main__":
    code = main(sys.argv[1:])
    sys.stdout.flush()
    logging.shutdown()
    # A batch that was dropped may still be computing in its thread; nothing waits for it.
    os._exit(code)
