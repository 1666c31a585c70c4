"""The DAG of one's own that the guide shows: copied as it stands, it gets what a content type has published."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.airflow_home import ROOT
from tests.dags.films import runs
from tests.dags.test_publishing import BRIEF

GUIDE = ROOT / "docs" / "publishing.md"
PROGRAM = """
import json, os
from pathlib import Path
from airflow.dag_processing.dagbag import DagBag
from airflow.models import dagrun
from airflow.models.asset import AssetEvent
from airflow.utils.session import create_session
from sqlalchemy import select

create = dagrun.get_or_create_dagrun

def as_the_scheduler_does(**arguments):
    run = create(**arguments)
    with create_session() as session:
        run = session.merge(run)
        run.consumed_asset_events.extend(session.scalars(select(AssetEvent)))
    return run

dagrun.get_or_create_dagrun = as_the_scheduler_does
folder = Path(os.environ["AIRFLOW__CORE__DAGS_FOLDER"])
run = DagBag(folder, bundle_path=folder, bundle_name="dags-folder").dags["pass_on"].test()
tis = run.get_task_instances()
left = {ti.task_id: ti.xcom_pull(task_ids=ti.task_id, map_indexes=ti.map_index) for ti in tis}
print(json.dumps([run.state, left], default=str))
"""


@pytest.mark.timeout(600)
def test_the_guides_dag_gets_the_files_of_each_piece_that_is_published(cards: dict[str, str]) -> None:
    folder = Path(cards["AIRFLOW__CORE__DAGS_FOLDER"])
    (made,) = runs(cards, BRIEF)
    assert made["state"] == "success"
    (shown,) = [code for code in re.findall(r"```python\n(.*?)```", GUIDE.read_text(), re.DOTALL) if "@dag" in code]
    (folder / "pass_on.py").write_text(shown.replace("narrated_video", "film"))
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], env=cards, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    state, left = json.loads(done.stdout.splitlines()[-1])
    assert state == "success"
    (address,) = left["published"]
    assert address.endswith("/mug/item.json")
    sent = left["pass_on_one"]
    assert (sent["title"], sent["file"]) == ("Mug", "card-square.jpg")
