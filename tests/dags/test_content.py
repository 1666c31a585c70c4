from __future__ import annotations

import json
import runpy
import subprocess
import sys
from pathlib import Path

import pytest
from airflow.sdk import DAG

from tests.airflow_home import ROOT

CONTENT = ROOT / "dags" / "content.py"
HEAVY = ("torch", "ray", "numpy", "PIL", "boto3", "botocore", "pandas", "include.runtime")


def parsed(tmp_path: Path, dag_id: str | None = None) -> dict[str, object]:
    """What a clean interpreter finds in `content.py`."""
    program = (
        "import json, runpy, sys\n"
        f"names = runpy.run_path({str(CONTENT)!r})\n"
        f"loaded = [name for name in {HEAVY!r} if name in sys.modules]\n"
        "dags = sorted(n for n, v in names.items() if type(v).__name__ == 'DAG')\n"
        "print(json.dumps({'loaded': loaded, 'dags': dags}))\n"
    )
    context = {"_AIRFLOW_PARSING_CONTEXT_DAG_ID": dag_id} if dag_id else {}
    environment = {"PYTHONPATH": str(ROOT), "AIRFLOW_HOME": str(tmp_path), "PATH": "/usr/bin:/bin", **context}
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, cwd=tmp_path, capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout.splitlines()[-1])


def test_parsing_loads_nothing_heavy_and_finds_every_content_type(tmp_path: Path) -> None:
    found = parsed(tmp_path)
    assert found["loaded"] == []
    assert found["dags"] == sorted(path.stem for path in CONTENT.parent.glob("content_types/*.yaml"))


def test_a_worker_gets_only_the_dag_that_it_asks_for(tmp_path: Path) -> None:
    assert parsed(tmp_path, "narrated_video")["dags"] == ["narrated_video"]
    assert parsed(tmp_path, "another")["dags"] == []


@pytest.fixture(scope="module")
def dag() -> DAG:
    return runpy.run_path(str(CONTENT))["narrated_video"]


def test_the_graph_is_text_then_image_beside_speech_then_video(dag: DAG) -> None:
    edges = {(task.task_id, below) for task in dag.tasks for below in task.downstream_task_ids}
    assert edges == {
        ("brief", "text"),
        ("text", "image"),
        ("text", "speech"),
        ("image", "video"),
        ("speech", "video"),
    }
