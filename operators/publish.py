"""The publishing stage as an Airflow operator: an effect, which no earlier run has made for this one (W10)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from include.contract.content_types import ContentType
from include.contract.manifests import Manifest
from include.contract.published import Publication
from include.contract.requests import StageRequest
from include.contract.values import StageKind
from operators.entrance import BRIEF_TASK, read_entries
from operators.reuse import existing_manifest
from operators.stage import StageOperator
from operators.store import Store

if TYPE_CHECKING:
    from airflow.sdk import Context


class PublishOperator(StageOperator):
    """Puts what was made where readers find it; a run that publishes the same again changes nothing there.

    :param content_type: as what it is published.
    """

    kind = StageKind.PUBLISH
    ui_color = "#f9d5c4"

    def __init__(self, *, content_type: ContentType, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.content_type = content_type

    def _publication(self, context: Context, store: Store) -> Publication:
        entries = read_entries(context["ti"].xcom_pull(task_ids=BRIEF_TASK), store)
        return Publication(
            content_type=self.content_type.name,
            title=self.content_type.title,
            description=self.content_type.description,
            language=self.content_type.brief.get("language", "en"),
            day=entries.day,
            public_url=self.deployment.public_url,
        )

    def _reused(self, context: Context, store: Store, request: StageRequest, started: float) -> Manifest | None:
        """What an earlier try has done since the task was started or last cleared; whoever clears it wants it again."""
        before = existing_manifest(store, request)
        ti = context["ti"]
        if before is None or before.attempt < self._policy().first_try(ti.max_tries):
            return None
        if before.counts.failed_share > request.execution.max_failed_share:
            return None
        self.log.info("An earlier try has published already")
        return before
