"""Engines, the ways to run one request: the interface that a stage's task uses, and each engine's settings.

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
from include.contract.model_cache import ModelCacheSettings
from include.contract.ray import RaySettings
from include.contract.values import Closed, TechnicalName

if TYPE_CHECKING:
    from include.contract.deployments import Profile

COMMAND = ("-m", "include.runtime", "run")
"""Arguments for the stage side's Python, before the request's address: the same on a laptop as in a pod."""


@dataclass(frozen=True)
class Job:
    """One request to run."""

    request_uri: str
    attempt: int
    """Airflow's try number."""
    grace_s: float
    """Seconds between asking the process to stop and killing it."""
    environment: Mapping[str, str]
    """Credentials and address of the store, and of the model's server where it is on one; never logged."""


def stage_variables(job: Job, work: Path, cache: Path, termination_log: Path, devices: int = 1) -> dict[str, str]:
    """Environment of the stage's process, besides the path to its programs.

    :param work: an empty folder of its own.
    :param cache: a folder that is kept between runs where that is possible.
    :param termination_log: where it leaves its termination message.
    :param devices: the profile's `gpus`.
    """
    return {
        "HOME": str(work),
        "TMPDIR": str(work),
        "PYTHONUNBUFFERED": "1",
        environment.ATTEMPT: str(job.attempt),
        environment.SCRATCH: str(work),
        environment.CACHE: str(cache),
        environment.TERMINATION_LOG: str(termination_log),
        **devices_variable(devices),
        **job.environment,
    }


def devices_variable(devices: int) -> dict[str, str]:
    """What tells a stage's process that it has more than one device."""
    return {environment.DEVICES: str(devices)} if devices > 1 else {}


def _not_shown(address: str) -> None:
    """Nobody looks."""


@dataclass(frozen=True)
class TaskTry:
    """What an engine may know about the task whose stage it runs."""

    operator: Any
    """Airflow's operator, a KubernetesPodOperator made with the engine's own arguments."""
    context: Any
    """Airflow's, of this try."""
    profile: Profile
    memory_mib: int
    """Memory for this try: the profile's, or more after a try that ran out of it."""
    may_use_spot: bool
    """Whether this try may run on machines that may be taken away at any time."""
    is_made: Callable[[int], bool]
    """Whether the try with this number left a manifest that counts as success."""
    count: Callable[[str], None]
    """Called with the id of each execution outside the worker that is started, found or ended; one counts once. Whoever
    it may have been lost before it said so."""
    asks_server: bool = False
    """Whether the stage's model is on a server, the key to which its process may need."""
    show: Callable[[str], None] = _not_shown
    """Called with the address of a page on which people see what runs, where there is one: Airflow's UI leads there.
    Whoever sees the task sees it, so it has no secret in it."""


@dataclass(frozen=True)
class Suspension:
    """The stage continues without this worker."""

    trigger: Any
    """Airflow's trigger that waits for it; the engine resumes with its event."""


RunOutcome = Failure | Suspension | None
"""The state of a stage that was run: why it failed, that it continues, or that it is done."""


class Engine(Protocol):
    """Where a stage's process runs, for one try of a task."""

    def run(self, job: Job) -> RunOutcome:
        """Run `job` until it is done or suspended, or continue what an earlier try of the task started."""

    def resume(self, job: Job, event: Mapping[str, Any]) -> RunOutcome:
        """Continue a suspended `job` after its trigger has fired `event`."""

    def stop(self) -> None:
        """Ask the job to stop, even one that has not started yet; it is killed if it does not stop within its grace.

        Safe in a signal handler.
        """

    def abandon(self) -> None:
        """End whatever is still running for the task: nobody needs it any more."""


class ProcessSettings(ModelCacheSettings):
    """Settings of the process engine."""

    python: TechnicalName
    """Python interpreter of the stage side; a relative path starts at the project's root."""
    scratch: TechnicalName
    """Folder for work files; a relative path starts at the project's root."""
    cache: TechnicalName
    """Folder for what stages keep between runs; a relative path starts at the project's root."""
    model_connection_id: TechnicalName | None = None
    """Airflow connection of type `http` to the server of models that are on one: its host, and its password as key."""
    publish_folder: TechnicalName | None = None
    """Folder that `publish.folder` writes pieces to; it has to exist. Relative paths as above."""


@dataclass(frozen=True)
class EngineType:
    """An engine that deployments may name. Light: `begin` and `arguments` are imported where they are called.

    :raises BadRequest: `begin` or `arguments` is no pointer.
    """

    settings: type[Closed]
    """Model of the settings under the engine's name in a deployment's file."""
    begin: str
    """`package.module:Name` of what makes the engine for one try from the settings and a `TaskTry`."""
    arguments: str | None = None
    """`package.module:name` of what gives the operator's arguments, wherever DAGs are parsed: from the settings, a
    profile, the stage's `timeout_s`, and whether it puts pieces in a place outside of the store. Left out, the task
    itself runs no longer than `timeout_s`."""
    gives_more_memory: bool = False
    """Whether a try gets the memory that `TaskTry.memory_mib` says, so that trying again with more makes sense."""

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
    RAY = "ray"
    """As a job on a Ray cluster."""


BUILT_IN: Mapping[str, EngineType] = {
    EngineName.PROCESS: EngineType(ProcessSettings, "operators.engines.process:begin"),
    EngineName.KUBERNETES: EngineType(
        KubernetesSettings,
        "operators.engines.kubernetes.engine:begin",
        arguments="operators.engines.kubernetes.pods:pod_arguments",
        gives_more_memory=True,
    ),
    EngineName.RAY: EngineType(
        RaySettings,
        "operators.engines.ray.engine:begin",
        arguments="operators.engines.ray.arguments:operator_arguments",
        gives_more_memory=True,
    ),
}
