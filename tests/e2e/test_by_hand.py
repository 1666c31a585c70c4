"""The DAG that ships as an example of one by hand, in a real Airflow, as it runs by its own schedule."""

from __future__ import annotations

import hashlib
import shutil
from typing import Any

import pytest

from deploy.demo.airflow_api import ENDED, AirflowApi
from deploy.local.credentials import credentials_of
from deploy.local.store import connect
from include.contract.keys import blob_key
from operators.stages.reuse import read_manifest
from tests.airflow_home import ROOT
from tests.cluster.airflow import until
from tests.e2e.conftest import Home

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]
EXAMPLE = ROOT / "examples" / "dags" / "by_hand.py"
WRONG = """
from airflow.sdk import DAG
from operators import BriefOperator, StageOperator

with DAG("wrong", schedule=None):
    BriefOperator() >> StageOperator(task_id="text", recipe="script.narated", profile="gpu-huge")
"""


def test_a_task_of_ones_own_reads_what_mapped_shards_have_made(served: Home) -> None:
    shutil.copy(EXAMPLE, served.installation.root / "dags")
    with served.api() as api:
        until(lambda: api.parsed_at("by_hand"), 180, "the DAG is read")
        api.unpause("by_hand")
        run = until(lambda: _ended(api), 300, "the run of its schedule has ended")
        run_id = run["dag_run_id"]
        tasks = {name: task.state for name, task in api.tasks("by_hand", run_id).items()}
        assert (run["state"], set(tasks.values())) == ("success", {"success"}), tasks
        shards = api.ask("GET", f"/api/v2/dags/by_hand/dagRuns/{run_id}/taskInstances/scenes_shards/listMapped")
        assert shards["total_entries"] == 4
        digests, scenes = api.xcom("by_hand", run_id, "digests"), api.xcom("by_hand", run_id, "scenes")
        brief = api.xcom("by_hand", run_id, "brief")
    day = run["run_after"][:10]
    assert brief["briefs"] == 1
    store = connect(served.installation, credentials_of(served.installation), served.stack().ports)
    made = read_manifest(store, scenes["manifest"], "scenes")
    assert (made.counts.planned, made.counts.failed) == (2, 0)
    assert set(digests) == {f"bees-{day}/01", f"bees-{day}/02"}
    for sha256 in digests.values():
        assert hashlib.sha256(store.get(blob_key(sha256)) or b"").hexdigest() == sha256


def test_a_wrong_argument_is_an_import_error_that_says_what_is_allowed(served: Home) -> None:
    path = served.installation.root / "dags" / "wrong.py"
    path.write_text(WRONG)
    with served.api() as api:
        trace = until(lambda: _import_error(api, "wrong.py"), 180, "the file is read")
        path.unlink()
    assert "task `text`: `recipe`: is not a recipe (found 'script.narated'); did you mean `script.narrated`?" in trace
    assert "task `text`: `profile`: is not in the deployment (found 'gpu-huge'); allowed: cpu-medium" in trace


def _ended(api: AirflowApi) -> Any:
    runs = api.ask("GET", "/api/v2/dags/by_hand/dagRuns", params={"run_type": ["scheduled"]})["dag_runs"]
    return next((run for run in runs if run["state"] in ENDED), None)


def _import_error(api: AirflowApi, name: str) -> str:
    found = api.ask("GET", "/api/v2/importErrors")["import_errors"]
    return next((str(each["stack_trace"]) for each in found if each["filename"].endswith(name)), "")
