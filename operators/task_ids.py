"""Ids of a run's tasks other than its stages, which have the content type's names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from include.contract.content_types import ContentType

BRIEF_TASK = "brief"
REFUSED_TASK = "refused_rows"
SCRIPT_GROUP, PIECE_GROUP = "review_script", "review"
"""Groups of the reviews of a script and of a piece."""
LIST, ASK, COLLECT = "list", "ask", "decided"
"""Tasks of each of them."""
_SHARDS = "_shards"
"""Which no stage's name ends in: it has no `_`."""


def full_id(task_id: str, given: Mapping[str, Any]) -> str:
    """The id of a task with these arguments, including its task group's prefix, if any."""
    group = given.get("task_group")
    return str(group.child_id(task_id)) if group is not None else task_id


def shards_task(stage: str) -> str:
    """The mapped task that makes the shards which the task of `stage` merges."""
    return f"{stage}{_SHARDS}"


def stage_of_task(task_id: str) -> str:
    """Name of the stage that a task makes, alone or as one of its shards."""
    return task_id.removesuffix(_SHARDS)


def instances_of(task_ids: Iterable[str], content_type: ContentType) -> list[str | tuple[str, int]]:
    """The instances of these tasks, as Airflow takes what to skip: each shard of a stage separately."""
    shards = {shards_task(name): stage.shards for name, stage in content_type.stages.items()}
    instances: list[str | tuple[str, int]] = []
    for task_id in sorted(task_ids):
        indices = range(shards.get(task_id, 0))
        instances += [(task_id, index) for index in indices] or [task_id]
    return instances
