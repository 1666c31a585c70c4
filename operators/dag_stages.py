"""The stages of a DAG, read from its tasks: their names, what each reads, and what does not fit together.

DAGs of content types and DAGs by hand are treated alike: `include.contract.wiring` wires both.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from graphlib import TopologicalSorter
from typing import TYPE_CHECKING, Any, Protocol, TypeGuard

from include.contract.content_types import FIRST_DAY, ContentType, StageSettings, content_type_in
from include.contract.errors import BadRequest
from include.contract.labels import LABEL_PARAM
from include.contract.messages import path_of
from include.contract.mistakes import FieldMistake
from include.contract.registry import recipe_named
from include.contract.wiring import NamedStage, WiredStage, wired
from operators.task_ids import BRIEF_TASK, shards_task, stage_of_task

if TYPE_CHECKING:
    from airflow.sdk import DAG


class OfStage(Protocol):
    """A task of a stage, as its operator has it."""

    task_id: str
    settings: StageSettings

    @property
    def stage(self) -> str:
        """Name of its stage."""

    @property
    def stands_for_stage(self) -> bool:
        """Whether others read the stage through it: it is the stage's only task, or merges its shards."""


def stages_in(dag: DAG) -> dict[str, OfStage]:
    """The task that stands for each stage of `dag`, by the stage's name, in the order of their dependencies."""
    tasks = {task.task_id: task for task in dag.tasks}
    before = {task_id: sorted(task.upstream_task_ids) for task_id, task in sorted(tasks.items())}
    found = (tasks[task_id] for task_id in TopologicalSorter(before).static_order())
    return {task.stage: task for task in found if _is_of_stage(task) and task.stands_for_stage}


def _is_of_stage(task: object) -> TypeGuard[OfStage]:
    """A mapped one is not: its merge stands for its stage."""
    return isinstance(getattr(task, "settings", None), StageSettings)


def check_dag(dag: DAG) -> None:
    """Refuse stages that do not fit together, or have no brief.

    :raises BadRequest: a line for each mistake, with what to write.
    """
    refuse(_unmerged(dag))
    refuse(_without_brief(name, dag) for name in wiring_of(dag) if BRIEF_TASK not in _behind(name, dag))


def _unmerged(dag: DAG) -> Iterator[FieldMistake]:
    """Shards and merges that lack each other."""
    stages = stages_in(dag)
    for task_id, task in sorted(dag.task_dict.items()):
        stage, operator = stage_of_task(task_id), getattr(task, "operator_class", None)
        if isinstance(getattr(operator, "merges", None), bool) and stage not in stages:
            add = f'MergeOperator(task_id="{stage}", …)` with the same arguments, and `{task_id} >> {stage}'
            yield FieldMistake(("stages", task_id), f"nothing merges these shards; add `{add}`")
    for name, merge in stages.items():
        shards = shards_task(name)
        if merge.settings.shards > 1 and shards not in _upstream_ids(name, dag):
            yield FieldMistake(
                ("stages", name), f"merges shards that are not upstream of it; write `{shards} >> {name}`"
            )


def _without_brief(name: str, dag: DAG) -> FieldMistake:
    add = "" if BRIEF_TASK in dag.task_dict else "add a BriefOperator, and "
    return FieldMistake(("stages", name), f"the run's brief is not upstream of it; {add}write `{BRIEF_TASK} >> {name}`")


def wiring_of(dag: DAG) -> dict[str, WiredStage]:
    """Each stage of `dag`, by name, with what it reads from those upstream.

    :raises BadRequest: what does not fit, a line each.
    """
    stages = stages_in(dag)
    named = [
        NamedStage(
            name, recipe_named(task.settings.recipe), task.settings.inputs, _behind(task.task_id, dag) & {*stages}
        )
        for name, task in stages.items()
    ]
    found, mistakes = wired(named)
    refuse(mistakes)
    return {stage.name: stage for stage in found}


def content_type_of(dag: DAG, **told: Any) -> ContentType:
    """What `dag` makes, as a content type.

    :param told: the fields of a content type that do not come from its stages.
    :raises BadRequest: what does not fit, a line each.
    """
    wiring, tasks = wiring_of(dag), stages_in(dag)
    stages = {name: _as_written(tasks[name].settings) | {"inputs": stage.read} for name, stage in wiring.items()}
    title = dag.dag_display_name
    fields = {"name": dag.dag_id, "title": title, "description": title, "stages": stages}
    content_type, mistakes = content_type_in({**fields, **_schedule_of(dag, told), **told})
    if content_type is None:
        raise refusal(mistakes)
    return content_type


def refuse(mistakes: Iterable[FieldMistake]) -> None:
    """Raise `refusal` of the mistakes, if there are any."""
    told = list(mistakes)
    if told:
        raise refusal(told)


def refusal(mistakes: Iterable[FieldMistake]) -> BadRequest:
    """The mistakes, by the tasks of a DAG; a line each."""
    return BadRequest("\n".join(dict.fromkeys(map(_told, mistakes))))


def _told(mistake: FieldMistake) -> str:
    match mistake.path:
        case ("stages", name, *rest):
            where, inner = f"task `{name}`", tuple(rest)
        case ("name",):
            return f"the DAG's id: {mistake.words}"
        case ("schedule", *_):
            return f"the DAG's `schedule`: {mistake.words}"
        case rest:
            where, inner = f"task `{BRIEF_TASK}`", rest
    return f"{where}: `{path_of(inner)}`: {mistake.words}" if inner else f"{where}: {mistake.words}"


def _as_written(settings: StageSettings) -> dict[str, Any]:
    """The label is said at the top of a content type, and here with each stage that bears one."""
    params = {name: value for name, value in settings.params.items() if name != LABEL_PARAM}
    return settings.model_dump(exclude_unset=True) | {"params": params}


def _behind(task_id: str, dag: DAG) -> frozenset[str]:
    """Ids of all tasks upstream; shards by the name of their stage."""
    return frozenset(map(stage_of_task, _upstream_ids(task_id, dag)))


def _upstream_ids(task_id: str, dag: DAG) -> set[str]:
    """Ids of all tasks upstream."""
    found: set[str] = set()
    due = {task_id}
    while due:
        due = {each for one in due for each in dag.task_dict[one].upstream_task_ids} - found
        found |= due
    return found


def _schedule_of(dag: DAG, told: Mapping[str, Any]) -> dict[str, Any]:
    """The DAG's cron expression, where a source has rows for its days."""
    cron = getattr(dag.timetable, "expression", None)
    if told.get("source") is None or not isinstance(cron, str):
        return {}
    return {"schedule": cron, "start_date": dag.start_date.date() if dag.start_date else FIRST_DAY}
