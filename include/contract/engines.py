"""Engines: the ways to run one request. The port that a stage's task sees, and what a deployment may say of each.

An engine starts the same command line with the same environment wherever it does, shows the log lines as they come,
ends what it started, and reads what that left behind when it failed. What to run, and whether, is not its business.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from include.contract import environment
from include.contract.cluster import KubernetesSettings
from include.contract.errors import BadRequest
from include.contract.failures import Failure
from include.contract.installed import POINTER_FORM, is_pointer
from include.contract.values import Closed, TechnicalName

if TYPE_CHECKING:
    from include.contract.deployments import Profile

COMMAND = ("-m", "include.runtime", "run")
"""What the stage side's Python is called with, before the request's address: on a laptop as in a pod."""


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


def stage_variables(job: Job, work: Path, cache: Path, termination_log: Path) -> dict[str, str]:
    """What the stage's process sees, beside the path to its programs.

    :param work: an empty folder of its own.
    :param cache: a folder that is kept between runs where that is possible.
    :param termination_log: where it leaves its termination message.
    """
    return {
        "HOME": str(work),
        "TMPDIR": str(work),
        "PYTHONUNBUFFERED": "1",
        environment.ATTEMPT: str(job.attempt),
        environment.SCRATCH: str(work),
        environment.CACHE: str(cache),
        environment.TERMINATION_LOG: str(termination_log),
        **job.environment,
    }


@dataclass(frozen=True)
class TaskTry:
    """What an engine may know of the task whose stage it runs."""

    operator: Any
    """Airflow's operator, a KubernetesPodOperator made with the engine's own arguments."""
    context: Any
    """Airflow's, of this try."""
    profile: Profile
    memory_mib: int
    """What this try gets: the profile's, or more, after one that ran out."""
    may_use_spot: bool
    """Whether this try may run where it may be taken away at any time."""
    is_made: Callable[[int], bool]
    """Whether the try with this number left a manifest that counts as success."""
    count: Callable[[str], None]
    """Called with the id of each execution outside the worker that is begun, found or ended; one counts once. Who began
    it may have been lost before it said so."""


@dataclass(frozen=True)
class Suspension:
    """The stage goes on without this worker."""

    trigger: Any
    """Airflow's trigger that waits for it; with its event the engine goes on."""


RunOutcome = Failure | Suspension | None
"""How running a stage came out so far: why it failed, that it goes on, or that it is done."""


class Engine(Protocol):
    """Where a stage's process runs, for one try of a task."""

    def run(self, job: Job) -> RunOutcome:
        """Run `job` until it is done or suspended, or go on with what an earlier try of the task has begun."""

    def resume(self, job: Job, event: Mapping[str, Any]) -> RunOutcome:
        """Go on with a suspended `job`, after its trigger has fired `event`."""

    def stop(self) -> None:
        """Ask the job to stop, also one that is yet to run; it is killed when it does not within its grace.

        Safe in a signal handler.
        """

    def abandon(self) -> None:
        """End what still runs for the task: nobody needs it any more."""


class ProcessSettings(Closed):
    """Settings of the process engine."""

    python: TechnicalName
    """Interpreter of the stage side; a relative path starts at the project's root."""
    scratch: TechnicalName
    """Folder for work files; a relative path starts at the project's root."""
    cache: TechnicalName
    """Folder for what stages keep between runs; a relative path starts at the project's root."""
    publish_folder: TechnicalName | None = None
    """Folder in which `publish.folder` puts pieces, which has to be there; relative paths as above."""


@dataclass(frozen=True)
class EngineType:
    """An engine that deployments may name. Light: `begin` and `arguments` are imported where they are called.

    :raises BadRequest: `begin` or `arguments` is no pointer.
    """

    settings: type[Closed]
    """What a deployment says under the engine's name."""
    begin: str
    """`package.module:Name` of what gives the engine for one try, from the settings and a `TaskTry`."""
    arguments: str | None = None
    """`package.module:name` of what gives the operator's arguments, wherever DAGs are parsed: from the settings, a
    profile, the stage's `timeout_s`, and whether it puts pieces in a place outside of the store. Left out, the task
    itself runs no longer than `timeout_s`."""
    gives_more_memory: bool = False
    """Whether it gives a try what `TaskTry.memory_mib` says, so that trying again with more makes sense."""

    def __post_init__(self) -> None:
        for name, pointer in (("begin", self.begin), ("arguments", self.arguments)):
            if pointer is not None and not is_pointer(pointer):
                raise BadRequest(f"`{name}` leads nowhere (found {pointer!r:.200}); allowed: {POINTER_FORM}")


class EngineName(StrEnum):
    """The engines that are built in."""

    PROCESS = "process"
    """On this machine, as a child of the task."""
    KUBERNETES = "kubernetes"
    """In a pod of its own."""


BUILT_IN: Mapping[str, EngineType] = {
    EngineName.PROCESS: EngineType(ProcessSettings, "operators.engines.process:begin"),
    EngineName.KUBERNETES: EngineType(
        KubernetesSettings,
        "operators.engines.kubernetes.engine:begin",
        arguments="operators.engines.kubernetes.pods:pod_arguments",
        gives_more_memory=True,
    ),
}
