"""What has become of the task that a pod or a job was started for."""

from __future__ import annotations

import logging
from enum import StrEnum

log = logging.getLogger(__name__)

WAITED_FOR = frozenset(
    {
        "scheduled", "queued", "running", "deferred", "restarting",
        "up_for_retry", "up_for_reschedule", "awaiting_input",
    }
)  # fmt: skip
"""States of a task that will read the result of what it started, or look for it."""


class TaskStatus(StrEnum):
    """Whether anybody waits for what a task started."""

    WAITED_FOR = "waited for"
    GONE = "gone"
    """Ended or deleted: nobody will ever read the result."""
    RESET = "reset"
    """It has no state: it was cleared while deferred, or its worker is believed lost and it will be tried again."""
    UNKNOWN = "unknown"
    """Airflow did not answer: what it started is left alone."""


def task_status_of(dag_id: str, run_id: str, task_id: str, map_index: int) -> TaskStatus:
    """Ask Airflow, from inside a task or a trigger."""
    try:
        states = states_of(dag_id, task_id, map_index, [run_id])
    except Exception as error:  # noqa: BLE001 - whatever keeps Airflow from answering, the stage must live
        log.warning(
            "Airflow does not say what became of %s in %s (%s): what it started is left alone", task_id, run_id, error
        )
        return TaskStatus.UNKNOWN
    if run_id not in states:
        return TaskStatus.GONE
    if states[run_id] is None:
        return TaskStatus.RESET
    return TaskStatus.WAITED_FOR if states[run_id] in WAITED_FOR else TaskStatus.GONE


def states_of(dag_id: str, task_id: str, map_index: int, run_ids: list[str]) -> dict[str, str | None]:
    """The task's state in each run that has it, from the execution API; other runs are left out."""
    from airflow.sdk.execution_time.task_runner import RuntimeTaskInstance

    index = map_index if map_index >= 0 else None
    found = RuntimeTaskInstance.get_task_states(dag_id, map_index=index, task_ids=[task_id], run_ids=run_ids)
    name = task_id if index is None else f"{task_id}_{index}"
    return {run_id: states[name] for run_id, states in found.items() if name in states}
