"""Runs of one small content type, `film`, in an Airflow of their own."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

from tests.airflow_home import ROOT

PROGRAM = """
import json, os, sys
from datetime import datetime
from pathlib import Path
from airflow.dag_processing.dagbag import DagBag
folder = Path(os.environ["AIRFLOW__CORE__DAGS_FOLDER"])
dag = DagBag(folder, bundle_path=folder, bundle_name="dags-folder").dags[sys.argv[2]]
found = []
for conf, at in json.loads(sys.argv[1]):
    run = dag.test(run_conf=conf, logical_date=at and datetime.fromisoformat(at))
    tis = run.get_task_instances()
    tasks = {}
    for ti in tis:
        name = ti.task_id if ti.map_index < 0 else f"{ti.task_id}[{ti.map_index}]"
        left = ti.xcom_pull(task_ids=ti.task_id, map_indexes=ti.map_index)
        tasks[name] = [ti.state, ti.try_number, left]
    found.append({"state": run.state, "tasks": tasks})
print(json.dumps(found, default=str))
"""
SCRIPT: dict[str, Any] = {
    "title": "Bees",
    "description": "Two scenes about bees.",
    "hashtags": ["#bees"],
    "scenes": [
        {"narration": "A bee visits a flower.", "image_prompt": "a bee on a flower"},
        {"narration": "Then it flies home.", "image_prompt": "a beehive in a meadow"},
    ],
}


def runs(environment: dict[str, str], *confs: dict[str, object]) -> list[dict[str, dict[str, list[object]]]]:
    """One run after another that somebody triggers with these confs."""
    return _made(environment, [(conf, None) for conf in confs])


def runs_of(environment: dict[str, str], *days: str) -> list[dict[str, dict[str, list[object]]]]:
    """One run after another for these logical dates."""
    return _made(environment, [(None, f"{day}T06:00:00+00:00") for day in days])


def run_of_another(environment: dict[str, str], dag_id: str) -> dict[str, dict[str, list[object]]]:
    """A run of a DAG that is no content type's."""
    (made,) = _made(environment, [(None, None)], dag_id)
    return made


def _made(
    environment: dict[str, str], wanted: list[tuple[dict[str, object] | None, str | None]], dag_id: str = "film"
) -> list[dict[str, dict[str, list[object]]]]:
    command = [sys.executable, "-c", PROGRAM, json.dumps(wanted), dag_id]
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    assert environment["AIRFLOW_CONN_ATELIER_STORE"] not in done.stdout
    found: list[dict[str, dict[str, list[object]]]] = json.loads(done.stdout.splitlines()[-1])
    return found
