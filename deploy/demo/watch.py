"""Following a run in Airflow from its start to its end."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from deploy.demo.airflow_api import ENDED, AirflowApi, AirflowRefused, TaskState
from deploy.demo.progress import display_for_stdout, row_of
from deploy.local import stack
from deploy.local.installation import Installation
from include.contract.errors import AtelierError
from include.contract.failures import Progress
from include.contract.keys import runs_prefix
from include.contract.parsing import model_in
from include.store.store import Store

POLL_S = 0.25
PARSE_LIMIT_S = 600.0
"""For a busy machine; a wrong file is reported as soon as it has been read."""
LOADER = "content.py"
MOST_LISTED = 1000
"""The most objects of a task that are searched for its newest report."""


class DagMissing(Exception):
    """Airflow has no such DAG; the message has its import errors."""


def await_dag(api: AirflowApi, dag_id: str, since: datetime, parser_log: str) -> None:
    """Wait until Airflow has read the DAG's file after `since`: before that it may serve an older one.

    :param parser_log: where people see what Airflow logs while it reads.
    :raises DagMissing: it does not appear.
    """
    limit = time.monotonic() + PARSE_LIMIT_S
    errors: list[str] = []
    while time.monotonic() < limit and not _speak_of(errors, dag_id):
        parsed = api.parsed_at(dag_id)
        if parsed and parsed >= since:
            return
        time.sleep(POLL_S)
        errors = api.import_errors(since)
    reasons = "\n".join(errors) or f"it has no import errors either; see {parser_log}"
    raise DagMissing(f"Airflow has no DAG `{dag_id}`.\n{reasons}")


def _speak_of(errors: Iterable[str], dag_id: str) -> bool:
    """Whether any is of the content type's file, or of the loader of all."""
    names = {Path(error.partition(":\n")[0]).name for error in errors}
    return not names.isdisjoint({f"{dag_id}.yaml", LOADER})


def end_stale_runs(api: AirflowApi, dag_id: str, prefix: str) -> None:
    """End the runs of demos that were killed, before the scheduler takes them up again."""
    for run_id in api.unfinished_runs(dag_id, prefix):
        api.fail_run(dag_id, run_id)


def announcements(installation: Installation) -> Callable[[], Sequence[str]]:
    """What the supervisor reports from now on: each call returns the new lines.

    Either raises `StackFailed` when the embedded servers have ended.
    """
    heard = len(stack.check(installation).told)

    def new() -> Sequence[str]:
        nonlocal heard
        told = stack.check(installation).told
        lines, heard = told[heard:], len(told)
        return lines

    return new


class RunWatch:
    """One run, followed to its end.

    :param hear: returns new lines about what happens besides the run; raises if there is nothing left to wait for.
    :param ends_if_left: whether the run ends if watching is interrupted; otherwise it goes on.
    """

    def __init__(
        self,
        api: AirflowApi,
        store: Store,
        dag_id: str,
        run_id: str,
        hear: Callable[[], Sequence[str]] = tuple,
        ends_if_left: bool = False,
    ) -> None:
        self._api, self._store = api, store
        self._dag_id, self._run_id = dag_id, run_id
        self._hear, self._ends_if_left = hear, ends_if_left
        self._finished: dict[str, Progress | None] = {}

    def until_end(self) -> tuple[str, dict[str, TaskState]]:
        """Show the run until it ends; its state and its tasks in order."""
        order = self._api.task_ids(self._dag_id)
        display = display_for_stdout()
        try:
            while True:
                for line in self._hear():
                    display.say(line)
                state = self._api.run_state(self._dag_id, self._run_id)
                found = self._api.tasks(self._dag_id, self._run_id)
                tasks = {task_id: found[task_id] for task_id in order if task_id in found}
                display.show([row_of(task, self._progress(task)) for task in tasks.values()])
                if state in ENDED:
                    return state, tasks
                time.sleep(POLL_S)
        except BaseException:
            if self._ends_if_left:
                _end_quietly(self._api, self._dag_id, self._run_id)
            raise
        finally:
            display.close()

    def _progress(self, task: TaskState) -> Progress | None:
        """What a running stage reports, or what a finished one has done."""
        if task.state == "running":
            return progress_of(self._store, self._dag_id, self._run_id, task.task_id)
        if task.state == "success" and task.task_id not in self._finished:
            self._finished[task.task_id] = _counted(self._api.xcom(self._dag_id, self._run_id, task.task_id))
        return self._finished.get(task.task_id)


def progress_of(store: Store, dag_id: str, run_id: str, task_id: str) -> Progress | None:
    """How far the task's newest attempt is, if it has reported that and the store answers."""
    try:
        listed = store.listed(runs_prefix(dag_id, run_id, task_id), MOST_LISTED)
        reports = [each for each in listed if each.key.endswith("/progress.json")]
        if not reports:
            return None
        newest = max(reports, key=lambda each: each.modified_at)
        body = store.get(newest.key)
        return None if body is None else model_in(Progress, body, newest.key)
    except AtelierError:
        return None


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
