"""Engines: the ways to run one request. Each starts the same command line with the same environment.

Here belong: starting a stage's process, showing its log lines as they come, ending it, and reading what it left
behind when it failed. Never here: what to run, or whether to run it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from include.contract.deployments import Deployment
from include.contract.failures import Failure

COMMAND = ("-m", "include.runtime", "run")
"""What the stage side's Python is called with, before the request's address: on a laptop as in a pod."""
PROJECT_ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Job:
    """One request to run."""

    request_uri: str
    attempt: int
    """Airflow's try number."""
    grace_s: float
    """Seconds between asking the process to stop and killing it."""
    environment: Mapping[str, str]
    """Credentials and address of the store; never logged."""


class Engine(Protocol):
    """Where a stage's process runs."""

    def run(self, job: Job) -> Failure | None:
        """Run `job` until it is done: None, or why it ended without success."""

    def stop(self) -> None:
        """Ask a running job to stop; it is killed when it does not within its grace. Safe in a signal handler."""


def engine_of(deployment: Deployment) -> Engine:
    """The engine that the deployment file names."""
    from operators.engines.process import ProcessEngine

    if deployment.process is None:
        raise AssertionError("a deployment without an engine's settings is refused when it is read")
    return ProcessEngine(deployment.process)
