"""A stage that exceeds its time limit: which limit, and where it is set."""

from __future__ import annotations

from include.contract.content_types import StageSettings
from include.contract.errors import Cause
from include.contract.failures import Failure
from operators.configuration import CONTENT_TYPES, shown


def with_limit(failure: Failure, stage: str, settings: StageSettings, dag_id: str) -> Failure:
    """`failure`; if the stage ran out of time, with the limit and the place where it is set."""
    if failure.cause is not Cause.DEADLINE:
        return failure
    default = "" if "timeout_s" in settings.model_fields_set else " (what holds when none is set)"
    file = CONTENT_TYPES / f"{dag_id}.yaml"
    where = f"stage `{stage}` in {shown(file)}" if file.exists() else f"task `{stage}` of the DAG `{dag_id}`"
    message = (
        f"took longer than `timeout_s: {settings.timeout_s:g}` of {where} allows{default}; set more seconds there or a "
        f"larger profile, or give it less to do ({failure.message})"
    )
    return failure.model_copy(update={"message": message})
