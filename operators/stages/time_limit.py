"""A stage that exceeds its time limit: which limit, and where it is set."""

from __future__ import annotations

from include.contract.content_types import StageSettings
from include.contract.errors import Cause
from include.contract.failures import Failure
from include.contract.model_cards import is_reference
from include.contract.registry import recipe_named
from include.contract.values import StageKind
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
        f"larger profile, {_advice(settings)}or give it less to do ({failure.message})"
    )
    return failure.model_copy(update={"message": message})


def _advice(settings: StageSettings) -> str:
    """What else helps a language model of one's own, whose answers may be refused over and over."""
    if not is_reference(settings.model or "") or recipe_named(settings.recipe).kind is not StageKind.TEXT:
        return ""
    return (
        "name a model that follows instructions better, add this one under another revision with `--writes sentences` "
        "or fewer `--answer-tokens`, "
    )
