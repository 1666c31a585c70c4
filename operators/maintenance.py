"""The DAG that keeps house."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from airflow.sdk import DAG, CronTriggerTimetable, Param

from include.contract.deployments import Deployment, EngineName
from operators.reaper.operator import DRY_RUN, ReaperOperator

MAINTENANCE_DAG = "atelier_maintenance"
SWEEP_SCHEDULE = "*/5 * * * *"
SWEEP_TIMEOUT = timedelta(minutes=4)
_START = datetime(2026, 1, 1, tzinfo=UTC)
_DOC = """\
Every five minutes, `reaper` removes the pods of stages whose task is gone: killed, cleared, or its run deleted while
nobody was there to take the pod along. It never removes a pod that a task waits for, and none when Airflow does not
say what became of the task. Its log has a line for each pod.

With `dry_run` it only says what it would remove.
"""


def maintenance_dag(deployment: Deployment) -> DAG | None:
    """The DAG, or None where nothing needs it: only the kubernetes engine leaves anything running by itself."""
    if deployment.engine is not EngineName.KUBERNETES or deployment.kubernetes is None:
        return None
    dry_run = Param(
        False,
        type="boolean",
        title="Dry run",
        description="Only say what would be removed.",
    )
    dag = DAG(
        dag_id=MAINTENANCE_DAG,
        dag_display_name="Maintenance",
        description="Removes the pods of stages whose task is gone.",
        doc_md=_DOC,
        schedule=CronTriggerTimetable(SWEEP_SCHEDULE, timezone="UTC"),
        start_date=_START,
        catchup=False,
        max_active_runs=1,
        is_paused_upon_creation=False,
        params={DRY_RUN: dry_run},
        tags=["maintenance"],
    )
    ReaperOperator(
        task_id="reaper", dag=dag, engine=deployment.kubernetes, retries=0, execution_timeout=SWEEP_TIMEOUT, doc_md=_DOC
    )
    return dag
