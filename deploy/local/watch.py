"""Following a run in Airflow from its start to its end."""

from __future__ import annotations

import time
from datetime import datetime

from deploy.local import stack
from deploy.local.api import ENDED, AirflowApi, AirflowRefused, TaskState
from deploy.local.installation import Installation
from deploy.local.progress import Row, display_for_stdout, row_of
from deploy.local.store import progress_of
from include.contract.failures import Progress
from operators.store import Store

POLL_S = 0.25
PARSE_LIMIT_S = 60.0


class DagMissing(Exception):
    """Airflow has no such DAG; the message has its import errors."""


def await_dag(api: AirflowApi, dag_id: str, since: datetime) -> None:
    """Wait until Airflow has read the DAG's file after `since`: before that it may serve an older one.

    :raises DagMissing: it does not come.
    """
    limit = time.monotonic() + PARSE_LIMIT_S
    while time.monotonic() < limit:
        parsed = api.parsed_at(dag_id)
        if parsed and parsed >= since:
            return
        time.sleep(POLL_S)
    errors = "\n".join(api.import_errors()) or "it has no import errors either; see .atelier/logs/dag-processor.log"
    raise DagMissing(f"Airflow has no DAG `{dag_id}`.\n{errors}")


def end_stale_runs(api: AirflowApi, dag_id: str, prefix: str) -> None:
    """End the runs of demos that were killed, before the scheduler takes them up again."""
    for run_id in api.unfinished_runs(dag_id, prefix):
        api.fail_run(dag_id, run_id)


def watch(
    installation: Installation, api: AirflowApi, place: Store, dag_id: str, run_id: str
) -> tuple[str, dict[str, TaskState]]:
    """Show the run until it ends; its state and its tasks in order. Interrupted, it ends the run.

    :raises StackFailed: the embedded servers ended.
    """
    order = api.task_ids(dag_id)
    display = display_for_stdout()
    try:
        while True:
            stack.check(installation)
            state = api.run_state(dag_id, run_id)
            found = api.tasks(dag_id, run_id)
            tasks = {task_id: found[task_id] for task_id in order if task_id in found}
            display.show([_row(place, dag_id, run_id, task) for task in tasks.values()])
            if state in ENDED:
                return state, tasks
            time.sleep(POLL_S)
    except KeyboardInterrupt:
        _end_quietly(api, dag_id, run_id)
        raise
    finally:
        display.close()


def _row(place: Store, dag_id: str, run_id: str, task: TaskState) -> Row:
    asked = task.state in ("running", "success", "failed")
    progress: Progress | None = progress_of(place, dag_id, run_id, task.task_id) if asked else None
    return row_of(task, progress)


def _end_quietly(api: AirflowApi, dag_id: str, run_id: str) -> None:
    """End the run if Airflow still answers; the next demo does it otherwise."""
    try:
        api.fail_run(dag_id, run_id)
    except AirflowRefused:
        return
