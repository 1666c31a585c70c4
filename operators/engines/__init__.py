"""Engines: the ways to run one request. Each starts the same command line with the same environment.

Here belong: starting a stage's process, showing its log lines as they come, ending it, and reading what it left
behind when it failed. Never here: what to run, or whether to run it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from include.contract.failures import Failure

if TYPE_CHECKING:
    from airflow.triggers.base import BaseTrigger

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


@dataclass(frozen=True)
class Suspension:
    """The stage goes on without this worker; `trigger` waits for it."""

    trigger: BaseTrigger
    pod: str


RunOutcome = Failure | Suspension | None
"""How running a stage came out so far: why it failed, that it goes on, or that it is done."""


class Engine(Protocol):
    """Where a stage's process runs."""

    def run(self, job: Job) -> RunOutcome:
        """Run `job` until it is done or suspended."""

    def resume(self, job: Job, event: Mapping[str, Any]) -> RunOutcome:
        """Go on with a suspended `job`, after its trigger has fired `event`."""

    def stop(self) -> None:
        """Ask a running job to stop; it is killed when it does not within its grace. Safe in a signal handler."""

    def abandon(self) -> list[str]:
        """End what still runs for the task: nobody needs it any more. The uids of its pods."""
