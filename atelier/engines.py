"""What an engine from outside needs: the interface, and what all engines do alike.

    [project.entry-points."atelier.engines"]
    batch = "my_engines:BATCH"

    BATCH = EngineType(BatchSettings, begin="my_engines.batch:begin")

A deployment with `engine: batch` has `BatchSettings` under `batch:`. `begin(settings, task)` returns an `Engine` for
one try; it starts `COMMAND` with the request's address after it, in an environment that has `stage_variables`.
"""

from __future__ import annotations

from include.contract.ending import FailureReason, failure_after, to_failure
from include.contract.engines import (
    COMMAND,
    Engine,
    EngineType,
    Job,
    RunOutcome,
    Suspension,
    TaskTry,
    stage_variables,
)
from include.contract.errors import Cause, ExitCode
from include.contract.failures import Failure, FailureClass

__all__ = [
    "COMMAND",
    "Cause",
    "Engine",
    "EngineType",
    "ExitCode",
    "Failure",
    "FailureClass",
    "FailureReason",
    "Job",
    "RunOutcome",
    "Suspension",
    "TaskTry",
    "failure_after",
    "stage_variables",
    "to_failure",
]
