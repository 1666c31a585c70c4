"""When a run has to be finished, and who is notified if it is not."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from airflow.sdk.definitions.callback import SyncCallback
from airflow.sdk.definitions.deadline import DeadlineAlert, DeadlineReference

from include.contract.content_types import ContentType
from include.contract.deployments import Deployment
from operators.net.webhook import LateNotifier

log = logging.getLogger(__name__)


def deadline_of(content_type: ContentType, deployment: Deployment) -> DeadlineAlert | None:
    """The deadline, counted from when a run is queued, so that a backfill of old days is not late from the start."""
    if content_type.deadline_h is None:
        return None
    return DeadlineAlert(
        reference=DeadlineReference.DAGRUN_QUEUED_AT,
        interval=timedelta(hours=content_type.deadline_h),
        callback=_callback(content_type, deployment),
        name=f"ends within {content_type.deadline_h:g} h",
    )


def _callback(content_type: ContentType, deployment: Deployment) -> SyncCallback:
    """Run by the executor, where the tasks run."""
    if content_type.webhook is None:
        return SyncCallback(log_late)
    private = deployment.allow_private_addresses
    return SyncCallback(LateNotifier, {"connection_id": content_type.webhook, "allows_private": private})


def log_late(context: Mapping[str, Any]) -> None:
    """Without a webhook, Airflow's page of deadlines and this log line report it."""
    run, due = context["dag_run"], context["deadline"]["deadline_time"]
    log.warning(
        "Run %s of %s had not ended by %s; see which of its tasks is waiting", run["dag_run_id"], run["dag_id"], due
    )
