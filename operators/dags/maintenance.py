"""The DAGs that keep house."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from airflow.sdk import DAG, CronTriggerTimetable, Param

from include.contract.deployments import Deployment
from include.contract.engines import EngineName
from operators.published.verification import FIRST_DAY, LAST_DAY, RECENT, ROUND_DAYS, VerifyOperator
from operators.reaper.operator import DRY_RUN, ReaperOperator

MAINTENANCE_DAG = "atelier_maintenance"
SWEEP_SCHEDULE = "*/5 * * * *"
SWEEP_TIMEOUT = timedelta(minutes=4)
VERIFICATION_DAG = "atelier_verification"
VERIFICATION_SCHEDULE = "30 3 * * *"
# `False` would run it at once within 10 % of its period: Airflow takes that for `None`.
ONLY_WHEN_IT_IS_TIME = timedelta()
VERIFICATION_TIMEOUT = timedelta(hours=12)
VERIFICATION_RETRIES = 3
"""Retries while the store is away."""
_START = datetime(2026, 1, 1, tzinfo=UTC)
_DOC = """\
Every five minutes, `reaper` removes the pods, or stops the jobs on Ray, of stages whose task is gone: killed, cleared,
or its run deleted while nothing was left to do it. It never ends one that a task waits for, and none if Airflow does
not say what became of the task. Its log has a line for each. Ray's list of jobs forgets those that ended a week ago.

With `dry_run` it only reports what it would remove.
"""
_VERIFICATION_DOC = f"""\
Each night, `published` reads what readers find under `published/`, byte by byte, and compares it with its digests: the
pieces of the last {RECENT.days} days and of days to come, and a share of the older ones, so that every piece is read
within {ROUND_DAYS} days. A file that is wrong or gone is restored from its blob. What cannot be restored fails
the task; its log has a line for each, with the task to clear.

With `from` and `to`, only the pieces of these days are read. On a terminal: `atelier verify published`.
"""


def maintenance_dag(deployment: Deployment) -> DAG | None:
    """The DAG that sweeps; None if there is nothing to sweep: processes end with their tasks."""
    swept = {EngineName.KUBERNETES: deployment.kubernetes, EngineName.RAY: deployment.ray}
    engine = next((settings for name, settings in swept.items() if name == deployment.engine), None)
    if engine is None:
        return None
    dry_run = Param(
        False,
        type="boolean",
        title="Dry run",
        description="Only report what would be removed.",
    )
    dag = DAG(
        dag_id=MAINTENANCE_DAG,
        dag_display_name="Maintenance",
        description="Ends what runs for stages whose task is gone.",
        doc_md=_DOC,
        schedule=CronTriggerTimetable(SWEEP_SCHEDULE, timezone="UTC"),
        start_date=_START,
        catchup=False,
        max_active_runs=1,
        is_paused_upon_creation=False,
        params={DRY_RUN: dry_run},
        tags=["maintenance"],
    )
    ReaperOperator(task_id="reaper", dag=dag, engine=engine, retries=0, execution_timeout=SWEEP_TIMEOUT, doc_md=_DOC)
    return dag


def verification_dag(deployment: Deployment) -> DAG:
    """The DAG that reads what is published."""
    params = {
        FIRST_DAY: _day("From", "The first day whose pieces are read."),
        LAST_DAY: _day("To", "The last day whose pieces are read."),
    }
    dag = DAG(
        dag_id=VERIFICATION_DAG,
        dag_display_name="Verification",
        description="Reads what is published, and restores files that are wrong.",
        doc_md=_VERIFICATION_DOC,
        # Without a start the first night is the next one: a new installation has nothing to look at yet.
        schedule=CronTriggerTimetable(VERIFICATION_SCHEDULE, timezone="UTC", run_immediately=ONLY_WHEN_IT_IS_TIME),
        catchup=False,
        max_active_runs=1,
        is_paused_upon_creation=False,
        params=params,
        tags=["maintenance"],
    )
    VerifyOperator(
        task_id="published",
        dag=dag,
        deployment=deployment,
        retries=VERIFICATION_RETRIES,
        retry_delay=timedelta(minutes=10),
        execution_timeout=VERIFICATION_TIMEOUT,
        doc_md=_VERIFICATION_DOC,
    )
    return dag


def _day(title: str, description: str) -> Param:
    return Param(None, type=["string", "null"], format="date", title=title, description=description)
