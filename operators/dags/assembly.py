"""Content types to DAGs: one YAML file, one DAG, one task a stage."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from airflow.sdk import DAG, BaseOperator
from airflow.sdk.definitions.mappedoperator import MappedOperator
from airflow.sdk.definitions.param import ParamsDict

from include.contract.content_types import ContentStage, ContentType
from include.contract.deployments import Deployment
from include.contract.errors import BadRequest
from include.contract.messages import legible
from include.contract.values import StageKind
from operators.briefs.operator import BriefOperator
from operators.briefs.rejected_rows import RefusedRowsOperator
from operators.configuration import content_type_in, deployment_in, shown
from operators.dags.deadline import deadline_of
from operators.dags.doc_md import BRIEF_DOC, REFUSED_DOC, dag_doc, merge_doc, stage_doc
from operators.dags.form import form_of
from operators.dags.schedule import schedule_of
from operators.decisions import Reviews
from operators.engines.selection import operator_arguments
from operators.net.webhook import WebhookNotifier
from operators.review.collecting import CollectOperator
from operators.review.group import review_group
from operators.review.listing import ReviewListOperator
from operators.review.points import Asking, asking_of
from operators.stages.kinds import OPERATORS
from operators.stages.merge import MergeOperator
from operators.stages.operator import StageOperator
from operators.stages.retry import StageRetryPolicy
from operators.task_ids import BRIEF_TASK, COLLECT, REFUSED_TASK, shards_task

log = logging.getLogger(__name__)

BRIEF_RETRIES = 3
BRIEF_RETRY_DELAY_S = 5.0
BRIEF_TIMEOUT = timedelta(minutes=5)
MERGE_TIMEOUT = timedelta(minutes=30)
MERGE_ARGUMENTS = ("dag", "settings", "deployment", "inputs", "reviews", "retries", "retry_delay", "retry_policy")
"""What a merge has in common with the shards that it merges; it takes no resources and no slot of their pool."""


@dataclass(frozen=True)
class Loaded:
    """What a folder of content types gave."""

    dags: dict[str, DAG] = field(default_factory=dict)
    import_errors: dict[Path, str] = field(default_factory=dict)
    """Content types that are wrong: file to its mistakes, one a line."""


def load_dags(folder: Path, deployment_file: str, wanted: str | None = None) -> Loaded:
    """The DAGs of the content types in `folder`; only `wanted` when a worker asks for one.

    :raises BadRequest: the deployment file is wrong: nothing can run.
    """
    deployment = deployment_in(deployment_file)
    loaded = Loaded()
    for path in folder.glob("*.yml"):
        loaded.import_errors[path] = f"{shown(path)}: is not read; a content type's file ends in `.yaml`, rename it"
    for path in sorted(folder.glob("*.yaml")):
        if path.name.startswith("."):
            continue  # an editor's, while it writes
        if wanted in (None, path.stem):
            try:
                _check_is_file(path)
                loaded.dags[path.stem] = dag_of(content_type_in(path, deployment), deployment)
            except BadRequest as error:
                loaded.import_errors[path] = str(error)
                log.error("Content type %s makes no DAG:\n%s", legible(path.name), error)
            except Exception as error:
                # Whatever one file does, the others' DAGs stay.
                loaded.import_errors[path] = legible(
                    f"{shown(path)}: makes no DAG, for a reason that nobody foresaw: {type(error).__name__}: {error}; "
                    "the log of Airflow's dag-processor has the rest"
                )
                log.exception("Content type %s makes no DAG", legible(path.name))
    return loaded


def _check_is_file(path: Path) -> None:
    """Refuse what could be waited for without end: a pipe, a socket, a device."""
    if path.exists() and not (path.is_file() or path.is_dir()):
        raise BadRequest(f"{shown(path)}: is no file; put the content type there as one, or remove it")


def dag_of(content_type: ContentType, deployment: Deployment) -> DAG:
    """The DAG that makes `content_type` where `deployment` says.

    :raises BadRequest: a stage's profile is not in the deployment, or Airflow has no asset of the source's name.
    """
    dag = DAG(
        dag_id=content_type.name,
        dag_display_name=content_type.title,
        description=content_type.description,
        doc_md=dag_doc(content_type, deployment),
        schedule=schedule_of(content_type),
        start_date=_midnight(content_type.start_date, content_type.timezone),
        catchup=content_type.catchup,
        max_active_runs=content_type.max_active_runs,
        deadline=deadline_of(content_type, deployment),
        is_paused_upon_creation=content_type.schedule is not None,
        tags=content_type.tags,
        default_args={"owner": content_type.owner},
    )
    entrance: dict[str, Any] = {
        "dag": dag,
        "deployment": deployment,
        "retries": BRIEF_RETRIES,
        "retry_policy": StageRetryPolicy(0, BRIEF_RETRY_DELAY_S, BRIEF_RETRIES),
        "execution_timeout": BRIEF_TIMEOUT,
    }
    brief = BriefOperator(task_id=BRIEF_TASK, content_type=content_type, doc_md=BRIEF_DOC, **entrance)
    if content_type.source is not None:
        brief >> RefusedRowsOperator(task_id=REFUSED_TASK, doc_md=REFUSED_DOC, **entrance)
    _add_stages(brief, content_type, deployment, dag)
    # Last, since every task would take a deep copy of it; the run reads the DAG's own.
    dag.params = ParamsDict(form_of(content_type))
    dag.validate()  # type: ignore[no-untyped-call]
    return dag


def _add_stages(brief: BriefOperator, content_type: ContentType, deployment: Deployment, dag: DAG) -> None:
    """The tasks of all stages and reviews, each behind those that it waits for."""
    groups: dict[str, tuple[ReviewListOperator, CollectOperator]] = {}
    tasks: dict[str, StageOperator | MergeOperator | CollectOperator] = {}
    asking = asking_of(content_type)
    script = asking.script
    for stage in content_type.content_stages:
        first, last = _stage_tasks(stage, asking, content_type, deployment, dag)
        before: list[BaseOperator] = [tasks[name] for name in stage.wiring.follows] or [brief]
        _, piece = asking.before(stage)
        if piece is not None:
            if piece.group not in groups:
                groups[piece.group] = review_group(content_type, piece, deployment, dag)
                groups[piece.group][0].set_upstream(before)
            before = [groups[piece.group][1]]
        first.set_upstream(before)
        tasks[stage.name] = last
        if script is not None and script.stage == stage.name:
            listed, tasks[stage.name] = review_group(content_type, script, deployment, dag)
            listed.set_upstream(last)


def _stage_tasks(
    stage: ContentStage, asking: Asking, content_type: ContentType, deployment: Deployment, dag: DAG
) -> tuple[StageOperator | MappedOperator, StageOperator | MergeOperator]:
    """The stage's first task and its last, which may be the same."""
    operator, settings = OPERATORS[stage.kind], stage.settings
    script, piece = asking.before(stage)
    arguments = _stage_arguments(stage, deployment, dag)
    arguments["reviews"] = Reviews(script.task(COLLECT) if script else "", piece.task(COLLECT) if piece else "")
    if stage.kind is StageKind.PUBLISH:
        arguments |= {"content_type": content_type, "on_success_callback": _told(content_type, deployment)}
    if settings.shards == 1:
        task = operator(task_id=stage.name, stage=stage.name, **arguments)
        return task, task
    shards = operator.partial(
        task_id=shards_task(stage.name), stage=stage.name, map_index_template="{{ task.label }}", **arguments
    ).expand(shard=list(range(settings.shards)))
    merge = MergeOperator(
        task_id=stage.name,
        execution_timeout=MERGE_TIMEOUT,
        **{name: arguments[name] for name in MERGE_ARGUMENTS},
        doc_md=merge_doc(settings),
    )
    merge.set_upstream(shards)
    return shards, merge


def _told(content_type: ContentType, deployment: Deployment) -> list[WebhookNotifier]:
    """Who is told of what the content type publishes."""
    if content_type.webhook is None:
        return []
    private = deployment.allow_private_addresses
    return [WebhookNotifier(connection_id=content_type.webhook, allows_private=private)]


def _stage_arguments(stage: ContentStage, deployment: Deployment, dag: DAG) -> dict[str, Any]:
    settings = stage.settings
    profile = deployment.profile(settings.profile)
    policy = StageRetryPolicy(settings.retries, settings.retry_delay_s, deployment.infrastructure_retries)
    return {
        "dag": dag,
        "name": stage.name,
        "settings": settings,
        "deployment": deployment,
        "inputs": dict(stage.wiring.read),
        "pool": settings.pool or profile.pool,
        "pool_slots": profile.slots,
        "retries": policy.retries + policy.infrastructure_retries,
        "retry_delay": timedelta(seconds=settings.retry_delay_s),
        "retry_policy": policy,
        "doc_md": stage_doc(settings, stage.recipe, profile),
        **operator_arguments(deployment, profile, settings.timeout_s, stage.recipe.publishes_outside),
    }


def _midnight(day: date | None, timezone: str) -> datetime | None:
    return datetime.combine(day, time(), tzinfo=ZoneInfo(timezone)).astimezone(UTC) if day else None
