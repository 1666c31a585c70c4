"""Why a job failed, from what it left in the store and what Ray says of it."""

from __future__ import annotations

import signal

from include.contract.ending import FailureReason, failure_after, to_failure, without_manifest
from include.contract.errors import Cause
from include.contract.failures import Failure
from operators.engines.ray.jobs import JobStatus, RayJob

_BY_ERROR = {
    "RUNTIME_ENV_SETUP_FAILURE": (Cause.STARTUP_TIMEOUT, "Ray could not set up its environment"),
    "JOB_SUPERVISOR_ACTOR_START_TIMEOUT": (Cause.STARTUP_TIMEOUT, "Ray did not start it in time"),
    "JOB_SUPERVISOR_ACTOR_START_FAILURE": (Cause.NODE_LOST, "Ray lost what was to watch it"),
    "JOB_SUPERVISOR_ACTOR_UNSCHEDULABLE": (Cause.NEVER_SCHEDULED, "no node of the cluster can take it"),
    "JOB_SUPERVISOR_ACTOR_UNKNOWN_FAILURE": (Cause.NODE_LOST, "Ray lost what watched it"),
    "JOB_SUPERVISOR_ACTOR_DIED": (Cause.NODE_LOST, "its node, or what watched it there, is gone"),
    "JOB_ENTRYPOINT_COMMAND_START_ERROR": (Cause.NODE_LOST, "its node could not start it"),
}
"""Error types of a job as `ray.dashboard.modules.job.common.JobErrorType` has them, but for that of a driver that
ended with an exit code. All of them are the cluster's."""
_KILLED = frozenset({-signal.SIGKILL, 128 + signal.SIGKILL})
"""Exit codes of a driver that was killed. More memory for its stage would be more for the workers, which end themselves
and say why."""
_SHOWN = 600
"""Characters of Ray's own message that are shown."""


def failure_of_job(name: str, job: RayJob | None, tail: str) -> Failure:
    """Why the job `name`, which has ended or is unknown to Ray, and left neither message nor manifest, failed.

    :param tail: the last lines of its log.
    """
    if job is None:
        return _infrastructure(Cause.NODE_LOST, f"Ray does not know the job {name} any more: its head was replaced")
    if job.status is JobStatus.STOPPED:
        return _infrastructure(Cause.PREEMPTED, f"the job {name} was stopped in Ray, and left no word")
    if job.status is JobStatus.SUCCEEDED:
        return without_manifest(f"the job {name}", tail)
    if job.driver_exit_code in _KILLED:
        words = f"the driver of the job {name} was killed by SIGKILL, as by a machine that has no memory left"
        failure = _infrastructure(Cause.NODE_LOST, f"{words}; it left no word. Its last lines:\n{tail}")
        return failure.model_copy(update={"exit_code": job.driver_exit_code})
    if job.driver_exit_code is not None:
        left = failure_after(job.driver_exit_code, "", tail, stopped=False)
        if left is not None:
            return left
    cause, words = _BY_ERROR.get(job.error_type or "", (Cause.NODE_LOST, "Ray lost it"))
    return _infrastructure(cause, f"the job {name} failed: {words}{_said(job)}")


def _said(job: RayJob) -> str:
    said = " ".join((job.message or "").split())
    return f" ({said[-_SHOWN:]})" if said else ""


def _infrastructure(cause: Cause, words: str) -> Failure:
    return to_failure(FailureReason(cause, words))
