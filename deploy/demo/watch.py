"""Following a run in Airflow from its start to its end."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path

from deploy.demo.airflow_api import ENDED, AirflowApi, AirflowRefused, TaskState
from deploy.demo.progress import Display, display_for_stdout, row_of
from deploy.local import stack
from deploy.local.installation import Installation
from deploy.local.store import progress_of
from include.contract.failures import Progress
from include.store.store import Store

POLL_S = 0.25
PARSE_LIMIT_S = 600.0
"""On a machine with much else to do; a file that is wrong is told of as soon as it was read."""
LOADER = "content.py"


class DagMissing(Exception):
    """Airflow has no such DAG; the message has its import errors."""


def await_dag(api: AirflowApi, dag_id: str, since: datetime) -> None:
    """Wait until Airflow has read the DAG's file after `since`: before that it may serve an older one.

    :raises DagMissing: it does not come.
    """
    limit = time.monotonic() + PARSE_LIMIT_S
    errors: list[str] = []
    while time.monotonic() < limit and not _speak_of(errors, dag_id):
        parsed = api.parsed_at(dag_id)
        if parsed and parsed >= since:
            return
        time.sleep(POLL_S)
        errors = api.import_errors(since)
    reasons = "\n".join(errors) or "it has no import errors either; see .atelier/logs/dag-processor.log"
    raise DagMissing(f"Airflow has no DAG `{dag_id}`.\n{reasons}")


def _speak_of(errors: Iterable[str], dag_id: str) -> bool:
    """Whether any is of the content type's file, or of the loader of all."""
    names = {Path(error.partition(":\n")[0]).name for error in errors}
    return not names.isdisjoint({f"{dag_id}.yaml", LOADER})


def end_stale_runs(api: AirflowApi, dag_id: str, prefix: str) -> None:
    """End the runs of demos that were killed, before the scheduler takes them up again."""
    for run_id in api.unfinished_runs(dag_id, prefix):
        api.fail_run(dag_id, run_id)


class RunWatch:
    """One run, watched until it ends."""

    def __init__(self, installation: Installation, api: AirflowApi, place: Store, dag_id: str, run_id: str) -> None:
        self.installation = installation
        self.api = api
        self.place = place
        self.dag_id = dag_id
        self.run_id = run_id
        self._finished: dict[str, Progress | None] = {}
        self._heard = len(stack.check(installation).told)

    def until_end(self) -> tuple[str, dict[str, TaskState]]:
        """Show the run until it ends; its state and its tasks in order. Left early, it ends the run.

        :raises StackFailed: the embedded servers ended.
        """
        order = self.api.task_ids(self.dag_id)
        display = display_for_stdout()
        try:
            while True:
                self._pass_on(display)
                state = self.api.run_state(self.dag_id, self.run_id)
                found = self.api.tasks(self.dag_id, self.run_id)
                tasks = {task_id: found[task_id] for task_id in order if task_id in found}
                display.show([row_of(task, self._progress(task)) for task in tasks.values()])
                if state in ENDED:
                    return state, tasks
                time.sleep(POLL_S)
        except BaseException:
            _end_quietly(self.api, self.dag_id, self.run_id)
            raise
        finally:
            display.close()

    def _pass_on(self, display: Display) -> None:
        """Say what the supervisor has told meanwhile.

        :raises StackFailed: the embedded servers ended.
        """
        told = stack.check(self.installation).told
        for line in told[self._heard :]:
            display.say(line)
        self._heard = len(told)

    def _progress(self, task: TaskState) -> Progress | None:
        """What a running stage reports, or what a finished one has done."""
        if task.state == "running":
            return progress_of(self.place, self.dag_id, self.run_id, task.task_id)
        if task.state == "success" and task.task_id not in self._finished:
            self._finished[task.task_id] = _counted(self.api.xcom(self.dag_id, self.run_id, task.task_id))
        return self._finished.get(task.task_id)


def _counted(reference: object) -> Progress | None:
    """A finished stage's counts as progress; None for a task that is no stage."""
    counts = reference.get("counts") if isinstance(reference, Mapping) else None
    if counts is None:
        return None
    planned = counts["planned"]
    return Progress(total=planned, done=planned, made=counts["made"], reused=counts["reused"])


def _end_quietly(api: AirflowApi, dag_id: str, run_id: str) -> None:
    """End the run if Airflow still answers; the next demo does it otherwise."""
    try:
        api.fail_run(dag_id, run_id)
    except (AirflowRefused, stack.StackFailed):
        return
