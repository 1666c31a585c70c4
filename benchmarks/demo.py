"""The demo, measured: starting the servers, a first run in an empty store, and a second one that reuses it all.

Of each task's seconds the manifest's `wall_s` is the stage's own (or, reused, the lookup's); the rest is Airflow's:
forking the task, reading the DAG, talking to the API server. Between tasks the scheduler is all there is.

`.venv/airflow/bin/python -m benchmarks.demo [BRIEF.yaml]`
"""

from __future__ import annotations

import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from deploy.demo.airflow_api import AirflowApi, TaskState
from deploy.demo.briefs import BriefFile, read_brief
from deploy.demo.results import RunResult
from deploy.demo.run import run_brief
from deploy.local import stack
from deploy.local.airflow import USER, base_url
from deploy.local.credentials import credentials_of
from deploy.local.installation import PROJECT_ROOT, Installation

BRIEF = PROJECT_ROOT / "examples" / "honey-bees.yaml"


@dataclass(frozen=True)
class Row:
    """One task of one run."""

    task: str
    task_s: float
    stage_s: float

    @property
    def airflow_s(self) -> float:
        """What Airflow added inside the task."""
        return max(0.0, self.task_s - self.stage_s)


def main(brief: Path) -> None:
    """Measure in an installation of its own, which is removed afterwards."""
    file = read_brief(brief)
    with tempfile.TemporaryDirectory(prefix="atelier-bench-") as folder:
        installation = Installation(home=Path(folder))
        for title in ("first start, empty database", "second start"):
            with stack.running(installation, lambda line: None) as running:
                started_s = time.time() - running.stack.started_at.timestamp()
                print(f"\n{title}: servers ready after {started_s:.1f} s")
                measure(installation, running, file)


def measure(installation: Installation, running: stack.Running, file: BriefFile) -> None:
    """Run the brief and print where the time went."""
    result = run_brief(installation, file)
    credentials = credentials_of(installation)
    with AirflowApi(base_url(running.stack.ports), USER, credentials.airflow_password) as api:
        tasks = api.tasks(result.dag_id, result.run_id)
        print_table(result, [row_of(api, result, task) for task in tasks.values()], idle_s(tasks, result))


def row_of(api: AirflowApi, result: RunResult, task: TaskState) -> Row:
    """The task's seconds, and those that the stage's manifest accounts for."""
    reference = api.xcom(result.dag_id, result.run_id, task.task_id)
    return Row(task.task_id, task.duration_s, float((reference or {}).get("wall_s", 0.0)))


def idle_s(tasks: dict[str, TaskState], result: RunResult) -> float:
    """Seconds of the run in which no task ran: the scheduler's."""
    spans = sorted((t.started.timestamp(), t.started.timestamp() + t.duration_s) for t in tasks.values() if t.started)
    busy_s, until = 0.0, 0.0
    for begin, end in spans:
        busy_s += max(0.0, end - max(begin, until))
        until = max(until, end)
    return result.seconds - busy_s


def print_table(result: RunResult, rows: list[Row], idle: float) -> None:
    """One line a task, then the run."""
    print(f"{'task':<10}{'task s':>9}{'stage s':>9}{'Airflow s':>11}")
    for row in rows:
        print(f"{row.task:<10}{row.task_s:>9.2f}{row.stage_s:>9.2f}{row.airflow_s:>11.2f}")
    print(f"between tasks {idle:.2f} s; whole run {result.seconds:.2f} s ({result.state})")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else BRIEF)
