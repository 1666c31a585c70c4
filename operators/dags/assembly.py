"""Content types to DAGs: one DAG for each YAML file, one task for each stage."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from airflow.sdk import DAG, BaseOperator
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
from operators.review.group import review_group
from operators.review.points import Asking, ReviewPoint, asking_of
from operators.stages.arguments import argument_of
from operators.stages.kinds import OPERATORS
from operators.stages.merge import MergeOperator
from operators.task_ids import COLLECT, shards_task

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Loaded:
    """The result of loading a folder of content types."""

    dags: dict[str, DAG] = field(default_factory=dict)
    import_errors: dict[Path, str] = field(default_factory=dict)
    """Wrong content types: file to its mistakes, one per line."""


def load_dags(folder: Path, deployment_file: str, wanted: str | None = None) -> Loaded:
    """The DAGs of the content types in `folder`; only `wanted` if a worker needs just one.

    :raises BadRequest: the deployment file is wrong: nothing can run.
    """
    deployment = deployment_in(deployment_file)
    loaded = Loaded()
    for path in folder.glob("*.yml"):
        loaded.import_errors[path] = (
            f"{shown(path)}: is ignored: the name of a content type's file ends in `.yaml`; rename it"
        )
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
                    f"{shown(path)}: makes no DAG, because of an unexpected error: {type(error).__name__}: {error}; "
                    "the log of Airflow's dag-processor has the rest"
                )
                log.exception("Content type %s makes no DAG", legible(path.name))
    return loaded


def _check_is_file(path: Path) -> None:
    """Refuse what could be waited for without end: a pipe, a socket, a device."""
    if path.exists() and not (path.is_file() or path.is_dir()):
        raise BadRequest(f"{shown(path)}: is not a file; put the content type there as one, or remove it")


def dag_of(content_type: ContentType, deployment: Deployment) -> DAG:
    """The DAG that makes `content_type` in `deployment`.

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
    _Tasks(dag, content_type, deployment, asking_of(content_type)).add()
    # Last, since every task would take a deep copy of it; the run reads the DAG's own.
    dag.params = ParamsDict(form_of(content_type))
    dag.validate()  # type: ignore[no-untyped-call]
    return dag


@dataclass(frozen=True)
class _Tasks:
    """The tasks of one DAG, while they are made."""

    dag: DAG
    content_type: ContentType
    deployment: Deployment
    asking: Asking

    def add(self) -> None:
        """Make all of them, each behind those that it waits for."""
        brief = self._brief()
        ends: dict[str, BaseOperator] = {}
        decided: dict[ReviewPoint, BaseOperator] = {}
        for stage in self.content_type.content_stages:
            after = [ends[name] for name in stage.wiring.follows] or [brief]
            piece = self.asking.before(stage)[1]
            if piece is not None:
                # Publishers of the same files share a review; they read the same stages.
                if piece not in decided:
                    decided[piece] = self._review(piece, after)
                after = [decided[piece]]
            ends[stage.name] = self._stage(stage, after)
            script = self.asking.script
            if script is not None and script.stage == stage.name:
                ends[stage.name] = self._review(script, [ends[stage.name]])

    def _brief(self) -> BriefOperator:
        source = self.content_type.source
        brief = BriefOperator(
            dag=self.dag,
            deployment=self.deployment,
            defaults=self.content_type.brief,
            source=source.model_dump(mode="json") if source else None,
            timezone=self.content_type.timezone,
            lead_days=self.content_type.lead_days,
            doc_md=BRIEF_DOC,
        )
        if source is not None:
            brief >> RefusedRowsOperator(dag=self.dag, deployment=self.deployment, doc_md=REFUSED_DOC)
        return brief

    def _review(self, point: ReviewPoint, after: Sequence[BaseOperator]) -> BaseOperator:
        """Its last task."""
        listed, decided = review_group(self.content_type, point, self.deployment, self.dag)
        listed.set_upstream(after)
        return decided

    def _stage(self, stage: ContentStage, after: Sequence[BaseOperator]) -> BaseOperator:
        """Its only task, or the merge of its shards."""
        operator, settings, told = OPERATORS[stage.kind], stage.settings, self._told(stage)
        doc_md = stage_doc(settings, stage.recipe, self.deployment.profile(settings.profile))
        if settings.shards == 1:
            task = operator(task_id=stage.name, doc_md=doc_md, **told)
            task.set_upstream(after)
            return task
        mapped = operator.partial(task_id=shards_task(stage.name), doc_md=doc_md, **told)
        shards = mapped.expand(shard=list(range(settings.shards)))
        shards.set_upstream(after)
        merge = MergeOperator(task_id=stage.name, doc_md=merge_doc(settings), **told)
        merge.set_upstream(shards)
        return merge

    def _told(self, stage: ContentStage) -> dict[str, Any]:
        """What every task of the stage is told."""
        script, piece = self.asking.before(stage)
        reviews = Reviews(script.task(COLLECT) if script else "", piece.task(COLLECT) if piece else "")
        told = {"dag": self.dag, "deployment": self.deployment, "reviews": reviews, **_as_arguments(stage)}
        if stage.kind is StageKind.PUBLISH:
            told |= _publishing(stage, self.content_type, self.deployment)
        return told


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
