"""A content type to its DAG: one task for each stage, behind those that it waits for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from airflow.sdk import DAG, BaseOperator
from airflow.sdk.definitions.param import ParamsDict

from include.contract.content_types import ContentStage, ContentType
from include.contract.deployments import Deployment
from include.contract.values import StageKind
from operators.briefs.operator import BriefOperator
from operators.briefs.rejected_rows import RefusedRowsOperator
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
