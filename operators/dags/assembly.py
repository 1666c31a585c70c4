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
from operators.net.webhook import WebhookNotifier
from operators.retry import StageRetryPolicy
from operators.review.collecting import CollectOperator
from operators.review.group import review_group
from operators.review.listing import ReviewListOperator
from operators.review.points import Asking, asking_of
from operators.stages.arguments import argument_of
from operators.stages.kinds import OPERATORS
from operators.stages.merge import MergeOperator
from operators.stages.operator import StageOperator
from operators.task_ids import COLLECT, REFUSED_TASK, shards_task

log = logging.getLogger(__name__)

BRIEF_RETRIES = 3
BRIEF_RETRY_DELAY_S = 5.0
BRIEF_TIMEOUT = timedelta(minutes=5)


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
    brief = BriefOperator(
        defaults=content_type.brief,
        source=content_type.source.model_dump(mode="json") if content_type.source else None,
        timezone=content_type.timezone,
        lead_days=content_type.lead_days,
        doc_md=BRIEF_DOC,
        **entrance,
    )
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
    reviews = Reviews(script.task(COLLECT) if script else "", piece.task(COLLECT) if piece else "")
    told = {"dag": dag, "deployment": deployment, "reviews": reviews, **_as_arguments(stage)}
    doc_md = stage_doc(settings, stage.recipe, deployment.profile(settings.profile))
    if stage.kind is StageKind.PUBLISH:
        told |= _publishing(stage, content_type, deployment)
    if settings.shards == 1:
        task = operator(task_id=stage.name, doc_md=doc_md, **told)
        return task, task
    mapped = operator.partial(task_id=shards_task(stage.name), doc_md=doc_md, **told)
    shards = mapped.expand(shard=list(range(settings.shards)))
    merge = MergeOperator(task_id=stage.name, doc_md=merge_doc(settings), **told)
    merge.set_upstream(shards)
    return shards, merge


def _as_arguments(stage: ContentStage) -> dict[str, Any]:
    """The stage's settings, as its operators take them."""
    told = stage.settings.model_dump(exclude_unset=True) | {"inputs": dict(stage.wiring.read)}
    return {argument_of(name): value for name, value in told.items()}


def _publishing(stage: ContentStage, content_type: ContentType, deployment: Deployment) -> dict[str, Any]:
    """As what a publishing stage publishes, and who is told."""
    return {
        "place": content_type.place_of(stage.name),
        "title": content_type.title,
        "description": content_type.description,
        "language": content_type.brief.get("language", "en"),
        "decided_by": content_type.decided_by,
        "reason": content_type.reason,
        "on_success_callback": _told(content_type, deployment),
    }


def _told(content_type: ContentType, deployment: Deployment) -> list[WebhookNotifier]:
    """Who is told of what the content type publishes."""
    if content_type.webhook is None:
        return []
    private = deployment.allow_private_addresses
    return [WebhookNotifier(connection_id=content_type.webhook, allows_private=private)]


def _midnight(day: date | None, timezone: str) -> datetime | None:
    return datetime.combine(day, time(), tzinfo=ZoneInfo(timezone)).astimezone(UTC) if day else None
