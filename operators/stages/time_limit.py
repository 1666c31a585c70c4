"""A stage that takes longer than it may: which limit that is, and where it is set."""

from __future__ import annotations

from include.contract.content_types import StageSettings
from include.contract.errors import Cause
from include.contract.failures import Failure


def with_limit(failure: Failure, stage: str, settings: StageSettings, content_type: str) -> Failure:
    """`failure`, if the stage's time was over, with the limit and the place in the content type that sets it."""
    if failure.cause is not Cause.DEADLINE:
        return failure
    default = "" if "timeout_s" in settings.model_fields_set else " (what holds when none is set)"
    message = (
        f"took longer than `timeout_s: {settings.timeout_s:g}` of stage `{stage}` in "
        f"dags/content_types/{content_type}.yaml allows{default}; set more seconds there or a larger profile, or give "
        f"it less to do ({failure.message})"
    )
    return failure.model_copy(update={"message": message})
