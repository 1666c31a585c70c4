"""The arguments of a stage's tasks, as plain values: checked against the contract, and in the form for Airflow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from airflow.sdk import TaskGroup
from airflow.sdk.bases.operator import get_merged_defaults
from airflow.sdk.definitions._internal.contextmanager import DagContext
from pydantic import ValidationError

from include.contract.content_type_checks import recipe_of, stage_mistakes
from include.contract.content_types import StageSettings
from include.contract.deployments import Deployment
from include.contract.messages import quoted
from include.contract.mistakes import FieldMistake, field_mistakes
from include.contract.names import allowed_names
from include.contract.registry import recipe_named, recipes
from include.contract.values import Closed, StageKind, StageName
from operators.configuration import missing_folder
from operators.dag_stages import refusal, refuse
from operators.engines.selection import operator_arguments
from operators.retry import StageRetryPolicy
from operators.task_ids import stage_of_task

PARAMS = "recipe_params"
"""The argument for a content type's `params`, a name that Airflow uses for a DAG's form."""
SETTINGS = (
    "recipe",
    "inputs",
    PARAMS,
    "model",
    "profile",
    "pool",
    "retries",
    "retry_delay",
    "timeout_s",
    "max_failed_share",
    "batch_size",
    "shards",
)
"""Arguments that are a stage's settings; all but these two have the same name as in a content type."""
_IN_FILES = {PARAMS: "params", "retry_delay": "retry_delay_s"}


class _Stages(Closed):
    stages: dict[StageName, StageSettings]


def settings_of(
    task_id: str, deployment: Deployment, kinds: frozenset[StageKind], given: Mapping[str, Any]
) -> StageSettings:
    """The settings of the stage that the task makes.

    :param kinds: the kinds that the task's operator makes.
    :param given: its arguments; None means left out. `retries` are the stage's own unless a policy, which
        Airflow is given both budgets with, says how many of them are.
    :raises BadRequest: what is wrong, a line each, with what is allowed.
    """
    name = stage_of_task(task_id)
    stage = {_IN_FILES.get(each, each): _plain(given[each]) for each in SETTINGS if given.get(each) is not None}
    policy = given.get("retry_policy")
    if isinstance(policy, StageRetryPolicy):
        stage |= {"retries": policy.retries, "retry_delay_s": policy.retry_delay_s}
    mistakes = [
        *stage_mistakes(name, stage),
        *_of_another_kind(name, stage, kinds),
        *_unknown(name, stage, deployment),
        *missing_folder({"stages": {name: stage}}, deployment),
        *_params_of_airflow(name, stage, given.get("kwargs", given)),
    ]
    try:
        stages = _Stages.model_validate({"stages": {name: stage}})
    except ValidationError as error:
        raise refusal(map(_by_argument, [*map(_of_group, field_mistakes(error, _Stages)[0]), *mistakes])) from None
    refuse(map(_by_argument, mistakes))
    return stages.stages[name]


def tries(settings: StageSettings, deployment: Deployment) -> dict[str, Any]:
    """How often a task of the stage is tried."""
    return StageRetryPolicy(settings.retries, settings.retry_delay_s, deployment.infrastructure_retries).arguments


def argument_of(setting: str) -> str:
    """The argument for a setting of a content type's stage."""
    return next((argument for argument, written in _IN_FILES.items() if written == setting), setting)


def of_engine(settings: StageSettings, deployment: Deployment) -> dict[str, Any]:
    """Slots, and the engine's arguments for the profile."""
    profile, outside = deployment.profile(settings.profile), recipe_named(settings.recipe).publishes_outside
    slots = {"pool": settings.pool or profile.pool, "pool_slots": profile.slots}
    return slots | operator_arguments(deployment, profile, settings.timeout_s, outside)


def default_args_of(given: Mapping[str, Any], group: TaskGroup | None) -> Mapping[str, Any]:
    """The default arguments for a task created with `given`: its DAG's, its group's, and its own."""
    dag = given.get("dag") or DagContext.get_current()
    return get_merged_defaults(dag, group, None, given.get("default_args"))[0]


def _of_group(mistake: FieldMistake) -> FieldMistake:
    """A task group's id in front of a stage's name makes another name of it."""
    if len(mistake.path) != 2 or "." not in str(mistake.path[1]):
        return mistake
    return FieldMistake(mistake.path, f"{mistake.words}; give its TaskGroup `prefix_group_id=False`")


def _plain(value: Any) -> Any:
    return value.total_seconds() if isinstance(value, timedelta) else value


def _by_argument(mistake: FieldMistake) -> FieldMistake:
    head, rest = mistake.path[:2], mistake.path[2:]
    return FieldMistake((*head, *(argument_of(str(each)) for each in rest[:1]), *rest[1:]), mistake.words)


def _of_another_kind(name: str, stage: Mapping[str, Any], kinds: frozenset[StageKind]) -> Iterator[FieldMistake]:
    recipe = recipe_of(stage)
    if recipe is not None and recipe.kind not in kinds:
        allowed = allowed_names(recipe.name, sorted(each.name for each in recipes().values() if each.kind in kinds))
        yield FieldMistake(
            ("stages", name, "recipe"), f"is of the kind `{recipe.kind}`, which another operator makes; {allowed}"
        )


def _params_of_airflow(name: str, stage: Mapping[str, Any], given: Mapping[str, Any]) -> Iterator[FieldMistake]:
    """Parameters of the recipe that are put where Airflow looks for those of the DAG's form."""
    recipe, dag, params = recipe_of(stage), given.get("dag"), given.get("params")
    if recipe is None or not isinstance(params, Mapping):
        return
    for each in params.keys() & set(recipe.own_params) - (dag.params.keys() if dag is not None else set()):
        yield FieldMistake(
            ("stages", name, "params", each), f"`params` are Airflow's, for the DAG's form; write `{PARAMS}`"
        )


def _unknown(name: str, stage: Mapping[str, Any], deployment: Deployment) -> Iterator[FieldMistake]:
    """A profile that the deployment lacks, and ports that the recipe lacks."""
    profile, recipe, inputs = stage.get("profile"), recipe_of(stage), stage.get("inputs")
    if isinstance(profile, str) and profile not in deployment.profiles:
        allowed = allowed_names(profile, sorted(deployment.profiles))
        yield FieldMistake(
            ("stages", name, "profile"), f"is not in the deployment (found {quoted(profile)}); {allowed}"
        )
    if recipe is None or not isinstance(inputs, Mapping):
        return
    ports = [port.name for port in recipe.ports if not port.of_brief]
    for port in inputs.keys() - set(ports):
        words = f"`{recipe.name}` has no such port; {allowed_names(port, ports)}"
        yield FieldMistake(("stages", name, "inputs", str(port)), words)
