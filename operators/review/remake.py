"""Another take of one brief: a run of its own, started by the task that was answered `remake`."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from include.contract.content_types import ContentType
from include.contract.entries import Entry
from operators.briefs.dates import DAY, day_in
from operators.briefs.markup import marked_up_fields

if TYPE_CHECKING:
    from airflow.sdk import Context


def run_id_of(entry: Entry, content_digest: str) -> str:
    """A run id that is the same for the same brief and content, so that nothing is remade twice."""
    return f"remake__{entry.brief.id}__{entry.brief.variation + 1}__{content_digest[:8]}"


def conf_of(entry: Entry, content_type: ContentType) -> dict[str, Any]:
    """A conf with the brief as it was, but another variation."""
    brief = entry.brief.model_dump(mode="json", include=set(content_type.brief_fields), exclude_none=True)
    if entry.music:
        brief["music"] = entry.music
    return marked_up_fields(brief) | {"variation": entry.brief.variation + 1}


def start_remake(context: Context, content_type: ContentType, entry: Entry, content_digest: str, title: str) -> str:
    """Have Airflow run the content type for another take; the run's id. If the run exists already, it is that one."""
    from airflow.sdk.exceptions import AirflowRuntimeError, ErrorType
    from airflow.sdk.execution_time.comms import ErrorResponse, TriggerDagRun
    from airflow.sdk.execution_time.task_runner import SUPERVISOR_COMMS

    run_id, dag_run = run_id_of(entry, content_digest), context["dag_run"]
    asked = TriggerDagRun(
        dag_id=context["ti"].dag_id,
        run_id=run_id,
        conf=conf_of(entry, content_type) | asked_day(dag_run, content_type),
        logical_date=same_day(dag_run.partition_date or dag_run.logical_date, run_id),
        run_after=dag_run.run_after,
        note=f"Another take of “{title}”, asked for in run {context['ti'].run_id}",
    )
    answer = SUPERVISOR_COMMS.send(asked)
    if isinstance(answer, ErrorResponse) and answer.error is not ErrorType.DAGRUN_ALREADY_EXISTS:
        raise AirflowRuntimeError(answer)
    return run_id


def asked_day(dag_run: Any, content_type: ContentType) -> dict[str, Any]:
    """The day that the asking run was triggered for, if any."""
    day = day_in(dag_run.conf or {}, content_type)
    return {} if day is None else {DAY: day.isoformat()}


def same_day(at: datetime | None, run_id: str) -> datetime | None:
    """The date of the asking run plus some microseconds, because Airflow takes one run of a DAG for each date.

    So the take is published under the same day.
    """
    if at is None:
        return None
    return at + timedelta(microseconds=1 + int(hashlib.sha256(run_id.encode()).hexdigest()[:8], 16) % 999_000)
