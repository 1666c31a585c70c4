"""What a try submits: one command with a digest, resources, and nothing secret. Anyone in the cluster can read it."""

from __future__ import annotations

import math
import shlex
from collections.abc import Mapping
from typing import Any

from include.contract import environment
from include.contract.deployments import Profile
from include.contract.engines import COMMAND, Job
from include.contract.ray import RaySettings
from operators.engines.ray.waiting import LOG_S

STOP_WAIT = "RAY_JOB_STOP_WAIT_TIME_S"
"""Ray's own: seconds from SIGTERM to SIGKILL."""
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
        "runtime_env": {"env_vars": _variables(job, settings)},
        "metadata": dict(metadata),
        **_resources(profile, memory_mib),
    }


def _variables(job: Job, settings: RaySettings) -> dict[str, str]:
    known = {name: job.environment[name] for name in _PASSED_ON if name in job.environment}
    limit = known.get(environment.TIMEOUT)
    return {
        **known,
        **({environment.DEADLINE: limit} if limit else {}),
        environment.ATTEMPT: str(job.attempt),
        environment.LOG_EVERY: f"{LOG_S:g}",
        environment.TERMINATION_LOG: _NOWHERE,
        STOP_WAIT: str(math.ceil(job.grace_s) + _STOP_SLACK_S),
        **settings.model_variables(),
    }


def _resources(profile: Profile, memory_mib: int) -> dict[str, Any]:
    """What the profile says; Ray takes parts of less than one alone."""
    share = profile.gpu_share or 1.0
    return {
        "entrypoint_num_cpus": profile.cpu if profile.cpu <= 1 else math.ceil(profile.cpu),
        "entrypoint_memory": memory_mib << 20,
        **({"entrypoint_num_gpus": profile.gpus * share} if profile.gpus else {}),
        **({"entrypoint_label_selector": dict(profile.ray_labels)} if profile.ray_labels else {}),
    }
