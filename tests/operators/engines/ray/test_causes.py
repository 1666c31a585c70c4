"""What a job's end means, where it left neither manifest nor message."""

from __future__ import annotations

from typing import Any

import pytest

from include.contract.errors import SURROUNDINGS, Cause
from include.contract.failures import FailureClass
from operators.engines.ray.causes import failure_of_job
from operators.engines.ray.jobs import ENDED, RayJob

ERROR_TYPES = (
    "RUNTIME_ENV_SETUP_FAILURE",
    "JOB_SUPERVISOR_ACTOR_START_TIMEOUT",
    "JOB_SUPERVISOR_ACTOR_START_FAILURE",
    "JOB_SUPERVISOR_ACTOR_UNSCHEDULABLE",
    "JOB_SUPERVISOR_ACTOR_UNKNOWN_FAILURE",
    "JOB_SUPERVISOR_ACTOR_DIED",
    "JOB_ENTRYPOINT_COMMAND_START_ERROR",
)
"""All of Ray 2.60's but that of a driver which ended with an exit code; `tests/ray` compares with Ray itself."""


def job(**told: Any) -> RayJob:
    return RayJob.model_validate({"submission_id": "atelier-x-1", "status": "FAILED", **told})


@pytest.mark.parametrize("error_type", [*ERROR_TYPES, "OF_A_LATER_VERSION", None])
def test_what_ray_itself_failed_at_is_never_the_users(error_type: str | None) -> None:
    failure = failure_of_job("atelier-x-1", job(error_type=error_type, message="in\nmore   words"), "")
    assert failure.cause in SURROUNDINGS
    assert failure.failure_class is FailureClass.TRANSIENT
    assert failure.message.endswith("(in more words)")


@pytest.mark.parametrize(
    ("code", "cause"),
    [
        (65, Cause.BUG),
        (75, Cause.PREEMPTED),
        (77, Cause.DEVICE_OUT_OF_MEMORY),
        (137, Cause.NODE_LOST),
        (-9, Cause.NODE_LOST),
        (-11, Cause.BUG),
        (1, Cause.BUG),
    ],
)
def test_an_exit_code_is_read_as_any_processs_but_that_of_a_driver_that_was_killed(code: int, cause: Cause) -> None:
    told = job(driver_exit_code=code, error_type="JOB_ENTRYPOINT_COMMAND_ERROR")
    failure = failure_of_job("atelier-x-1", told, "the last words")
    assert (failure.cause, failure.exit_code) == (cause, code)
    assert "the last words" in failure.message


def test_every_status_that_is_an_end_has_a_cause() -> None:
    causes = {status: failure_of_job("x", job(status=status), "").cause for status in ENDED}
    assert causes == {"STOPPED": Cause.PREEMPTED, "SUCCEEDED": Cause.BUG, "FAILED": Cause.NODE_LOST}
    assert failure_of_job("x", None, "").cause is Cause.NODE_LOST
