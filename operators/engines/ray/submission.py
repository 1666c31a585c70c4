"""What a try submits: one command with a digest, resources, and nothing secret. Anyone in the cluster can read it."""

from __future__ import annotations

import math
import shlex
from collections.abc import Mapping
from typing import Any

from include.contract import environment
from include.contract.deployments import Profile
from include.contract.engines import COMMAND, Job
from include.contract.ray import RaySettings, WorkerSpec
from operators.engines.ray.waiting import LOG_S

STOP_WAIT = "RAY_JOB_STOP_WAIT_TIME_S"
"""Ray's own: seconds from SIGTERM to SIGKILL."""
DRIVER_MIB = 512
"""Reserved for a driver and Ray's supervisor of it, which take 300: many stages at once wait, and fill no node."""
_STOP_SLACK_S = 5
_NOWHERE = "/dev/null"
"""For the termination message, which is read from the store."""
_PASSED_ON = (environment.TIMEOUT,)
"""Of the variables that a stage's process gets; the others are credentials, which the cluster has of its own."""


def submission_of(
    job: Job, submission_id: str, metadata: Mapping[str, str], settings: RaySettings, profile: Profile, memory_mib: int
) -> dict[str, Any]:
    """The job of one try, as the Jobs API takes it."""
    command = shlex.join((settings.python, *COMMAND, job.request_uri))
    return {
        "submission_id": submission_id,
        "entrypoint": f"exec {command}",
        "runtime_env": {"env_vars": _variables(job, settings, _workers(settings, profile, memory_mib))},
        "metadata": dict(metadata),
        # Where it is put, no driver needs more; nor is there a limit that Ray would enforce.
        "entrypoint_memory": DRIVER_MIB << 20,
    }


def _variables(job: Job, settings: RaySettings, workers: WorkerSpec) -> dict[str, str]:
    known = {name: job.environment[name] for name in _PASSED_ON if name in job.environment}
    limit = known.get(environment.TIMEOUT)
    return {
        **known,
        **({environment.DEADLINE: limit} if limit else {}),
        environment.ATTEMPT: str(job.attempt),
        environment.WORKER: workers.model_dump_json(),
        environment.LOG_EVERY: f"{LOG_S:g}",
        environment.TERMINATION_LOG: _NOWHERE,
        STOP_WAIT: str(math.ceil(job.grace_s) + _STOP_SLACK_S),
        **settings.model_variables(),
    }


def _workers(settings: RaySettings, profile: Profile, memory_mib: int) -> WorkerSpec:
    """What the profile says of each worker; Ray takes parts of less than one alone."""
    return WorkerSpec(
        cpu=profile.cpu if profile.cpu <= 1 else math.ceil(profile.cpu),
        memory_mib=memory_mib,
        gpus=profile.gpus * (profile.gpu_share or 1.0),
        labels=dict(profile.ray_labels),
        schedule_timeout_s=settings.schedule_timeout_s,
        workers=settings.workers,
    )
