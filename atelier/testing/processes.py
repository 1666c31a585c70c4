"""Running a stage's request in a process of its own, as an engine starts it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Timer

from atelier.testing.held import HELD, HOLD_AT
from atelier.testing.s3 import S3
from include.contract import environment
from include.contract.failures import Failure, read_failure
from include.contract.keys import Domain, request_key
from include.contract.requests import StageRequest

ANSWER_S = 240.0
"""A process that has not ended by then hangs."""
_ELSEWHERE = {
    "TZ": "Asia/Tokyo",
    "PYTHONHASHSEED": "7",
    # glibc fills what it hands out, large pieces too, with this byte: a read of unset memory shows.
    "MALLOC_PERTURB_": "85",
    "MALLOC_MMAP_THRESHOLD_": "100000000",
}


@dataclass(frozen=True)
class Ended:
    """How a process ended."""

    code: int
    output: str
    failure: Failure | None
    """Its termination message, if it left one."""


class StageProcess:
    """Runs requests of a store, one after the other, on one core, in another time zone, with memory that was used."""

    def __init__(self, s3: S3, folder: Path) -> None:
        self._s3, self._folder = s3, folder
        self._last_words = folder / "termination-message"

    def run(self, request: StageRequest, attempt: int = 1) -> Ended:
        """Run `request` to its end."""
        with self._started(request, {environment.ATTEMPT: str(attempt)}) as process:
            output, _ = process.communicate()
        return self._ended(process, output)

    def stop_at_second_batch(self, request: StageRequest) -> Ended:
        """Run `request`, ask it to stop when its first batch is made and the second in hand, and wait for its end."""
        told = ""
        with self._started(request, {HOLD_AT: "2"}) as process:
            while (line := process.stdout.readline() if process.stdout else "") and HELD not in line:
                told += line
            process.terminate()
            output, _ = process.communicate()
        return self._ended(process, told + output)

    @contextmanager
    def _started(self, request: StageRequest, more: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
        """The process, of which nothing is left when the block ends; one that hangs is killed meanwhile."""
        self._last_words.unlink(missing_ok=True)
        uri = Domain(self._s3.bucket).uri(request_key(request.sha256()))
        told = {environment.TERMINATION_LOG: str(self._last_words), environment.SCRATCH: str(self._folder)}
        with subprocess.Popen(  # noqa: S603 - this interpreter and a digest make the command
            [sys.executable, "-m", "atelier.testing.held", "run", uri],
            env={**os.environ, **self._s3.environment(), **_ELSEWHERE, **told, **more},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as process:
            watch = Timer(ANSWER_S, process.kill)
            watch.start()
            try:
                yield process
            finally:
                watch.cancel()
                process.kill()

    def _ended(self, process: subprocess.Popen[str], output: str) -> Ended:
        words = self._last_words.read_text() if self._last_words.exists() else ""
        return Ended(process.returncode, output, read_failure(words))
