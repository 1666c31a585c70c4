"""Runs a request in a process of its own, as an engine would, on stages that just write words."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from atelier.testing.s3 import S3
from include.contract.failures import Failure, read_failure
from include.contract.keys import request_key
from include.contract.requests import StageRequest
from tests.include.runtime.desk import Desk

ROOT = Path(__file__).resolve().parents[3]


class Pod:
    """Starts the entry point on a request."""

    def __init__(self, s3: S3, folder: Path, seconds: float = 0.0, expiry_s: float = 60.0) -> None:
        self.log = folder / "termination-log"
        self.environment = {
            "PATH": os.environ["PATH"],
            **s3.environment(),
            "ATELIER_TERMINATION_LOG": str(self.log),
            "ATELIER_SCRATCH": str(folder),
            "WORDS_SECONDS": str(seconds),
            "WORDS_EXPIRY_S": str(expiry_s),
        }

    def start(self, desk: Desk, request: StageRequest, prefix: Sequence[str] = ()) -> subprocess.Popen[str]:
        desk.store.put_if_absent(request_key(request.sha256()), request.body())
        uri = desk.store.domain.uri(request_key(request.sha256()))
        command = [*prefix, sys.executable, "-m", "tests.include.runtime.words", "run", uri]
        return subprocess.Popen(
            command, cwd=ROOT, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )

    def failure(self) -> Failure:
        failure = read_failure(self.log.read_text())
        assert failure is not None
        return failure


def wait_for(process: subprocess.Popen[str], words: str) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        if words in line:
            return
    raise AssertionError(f"the process ended with {process.wait()} without saying {words!r}")
