"""A review as a group of tasks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import DAG, TaskGroup

from include.contract.content_types import ContentType
from include.contract.deployments import Deployment
from include.contract.review import Moment
from operators.retry import StageRetryPolicy
from operators.review.asking import ReviewOperator
from operators.review.collecting import CollectOperator
from operators.review.listing import ReviewListOperator
from operators.review.points import ReviewPoint
from operators.task_ids import ASK, COLLECT, LIST

RETRIES = 1
RETRY_DELAY_S = 10.0
TIMEOUT = timedelta(minutes=30)
NAME = "{{ task.form.get('title') or task.form.get('brief') or task.form['briefs'] ~ ' briefs' }}"
"""Label of the task that asks: the piece's title; if listed by an earlier version, just the brief."""
TITLES = {Moment.AFTER_SCRIPT: "Review of the script", Moment.BEFORE_PUBLISHING: "Review before publishing"}


def review_group(
    content_type: ContentType, point: ReviewPoint, deployment: Deployment, dag: DAG
) -> tuple[ReviewListOperator, CollectOperator]:
    """The review's first task and its last."""
    common: dict[str, Any] = {
        "dag": dag,
        **StageRetryPolicy(RETRIES, RETRY_DELAY_S, deployment.infrastructure_retries).arguments,
        "content_type": content_type,
        "point": point,
        "deployment": deployment,
    }
    with TaskGroup(point.group, dag=dag, tooltip=TITLES[point.moment]):
        listed = ReviewListOperator(task_id=LIST, execution_timeout=TIMEOUT, **common)
        asked = ReviewOperator.partial(
            task_id=ASK,
            map_index_template=NAME,
            **common,
        ).expand(form=listed.output)
        decided = CollectOperator(task_id=COLLECT, trigger_rule="none_failed", execution_timeout=TIMEOUT, **common)
    listed >> asked >> decided
    listed >> decided
    return listed, decided
