"""The DAG by hand that ships; `tests/e2e/test_by_hand.py` runs it."""

from __future__ import annotations

import runpy
from pathlib import Path

from airflow.sdk import DAG
from airflow.serialization.serialized_objects import DagSerialization

from tests.airflow_home import ROOT
from tests.dags.parsing import parsed

BY_HAND = ROOT / "examples" / "dags" / "by_hand.py"


def test_parsing_loads_nothing_heavy(tmp_path: Path) -> None:
    program = tmp_path / "named.py"
    program.write_text(f"import runpy\nby_hand = runpy.run_path({str(BY_HAND)!r})['brief'].dag\n")
    assert parsed(program, tmp_path) == {"loaded": [], "dags": ["by_hand"]}


def test_its_stages_fit_together_and_are_what_airflow_takes() -> None:
    dag = runpy.run_path(str(BY_HAND))["brief"].dag
    assert isinstance(dag, DAG)
    dag.resolve_template_files()
    DagSerialization.validate_schema(DagSerialization.to_dict(dag))
    edges = {(task.task_id, below) for task in dag.tasks for below in task.downstream_task_ids}
    assert edges == {("brief", "text"), ("text", "scenes_shards"), ("scenes_shards", "scenes"), ("scenes", "digests")}
