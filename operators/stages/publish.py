"""The publishing stage as an Airflow operator: an effect, which no earlier run has made for this one (W10)."""

from __future__ import annotations

import time
from collections.abc import Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any, ClassVar

from airflow.sdk import Asset

from include.contract.conclusion import concluded, manifest_of
from include.contract.content_types import ContentType
from include.contract.errors import CorruptInput, InputLost
from include.contract.keys import full_address, manifest_key
from include.contract.manifests import Manifest
from include.contract.published import Publication
from include.contract.requests import StageRequest
from include.store.store import Store
from operators.briefs.operator import read_entries
from operators.items import items_in
from operators.stages.operator import StageOperator
from operators.stages.published_check import standing
from operators.stages.reuse import existing_manifest, keep_manifest, lines_by_item
from operators.stages.task_state import TaskStateValue
from operators.task_ids import BRIEF_TASK

if TYPE_CHECKING:
    from airflow.sdk import Context


MOST_PIECES_IN_EVENT = 50


def asset_of(content_type: ContentType, stage: str) -> Asset:
    """What other DAGs can be scheduled on: one event each time that the stage of that name has published pieces."""
    return Asset(content_type.place_of(stage))


class Begun(TaskStateValue):
    """That a task has handed its request to the engine; Airflow may start it anew under its first try's number."""

    state_key: ClassVar[str] = "atelier_begun"


class PublishOperator(StageOperator):
    """Puts what was made where readers find it; a run that publishes the same again changes nothing there.

    :param content_type: as what it is published.
    """

    ui_color = "#f9d5c4"

    def __init__(self, *, stage: str, content_type: ContentType, **kwargs: Any) -> None:
        super().__init__(stage=stage, outlets=[asset_of(content_type, stage)], **kwargs)
        self.content_type = content_type

    @property
    def place(self) -> str:
        """Where it publishes: a folder under `published/`."""
        return self.content_type.place_of(self.stage)

    def _push(self, context: Context, store: Store, manifest: Manifest) -> None:
        """As every stage, and one event of the content type's asset for all that was published."""
        super()._push(context, store, manifest)
        lines = items_in(store, manifest.parts, f"task `{self.task_id}`", self.task_id)
        pieces = islice((line for line in lines if line.address), MOST_PIECES_IN_EVENT)
        context["outlet_events"][asset_of(self.content_type, self.stage)].extra = {
            "manifest": store.domain.uri(manifest_key(manifest.run, manifest.request)),
            "content_digest": manifest.content_digest,
            "counts": manifest.counts.model_dump(),
            "items": [{"id": line.item, "item": full_address(store.domain, line.address)} for line in pieces],
        }

    def _publication(self, context: Context, store: Store) -> Publication:
        entries = read_entries(context["ti"].xcom_pull(task_ids=BRIEF_TASK), store)
        return Publication(
            content_type=self.place,
            title=self.content_type.title,
            description=self.content_type.description,
            language=self.content_type.brief.get("language", "en"),
            day=entries.day,
            public_url=self.deployment.public_url,
            subtitles_in_picture=self._shows_subtitles(),
            no_label=self.content_type.no_label,
        )

    def _shows_subtitles(self) -> bool:
        film = self.content_type.stages.get(self.inputs.get("video", ""))
        return film is None or bool(film.params.get("subtitles", True))

    def _reused(self, context: Context, store: Store, request: StageRequest, started: float) -> Manifest | None:
        """This run's manifest when an earlier try has published, or when all of it stands there as it is asked for."""
        before = self._earlier(context, store, request)
        if before is not None:
            self.log.info("An earlier try has published already")
            return before
        if Begun.found(context) is not None or self._first_try(context) > 1:
            # Its process may have been stopped, or may still be, between the indexes and what is made from them. And
            # whoever clears it wants all of it looked at, byte by byte.
            return None
        try:
            lines = standing(store, request, {ref.stage: lines_by_item(store, ref) for ref in request.upstreams})
        except (InputLost, CorruptInput) as error:
            self.log.warning("What is upstream cannot be read here: %s; the stage's process will say more", error)
            return None
        if lines is None:
            return None
        conclusion = concluded(lines, store.put_blob, is_whole=True)
        manifest = manifest_of(
            request,
            request.sha256(),
            conclusion,
            wall_s=time.monotonic() - started,
            attempt=0,
            process_started=False,
            found_by_try=context["ti"].try_number,
        )
        keep_manifest(store, manifest)
        self.log.info("All %d pieces stand there already, no process started", len(lines))
        return manifest

    def _follow(
        self, context: Context, store: Store, request: StageRequest, event: Mapping[str, Any] | None
    ) -> Manifest:
        Begun().keep(context)
        return super()._follow(context, store, request, event)

    def _earlier(self, context: Context, store: Store, request: StageRequest) -> Manifest | None:
        """What an earlier try has done since the task was started or last cleared; whoever clears it wants it again."""
        before = existing_manifest(store, request)
        if before is None or before.attempt < self._first_try(context):
            return None
        return before if before.counts.failed_share <= request.execution.max_failed_share else None

    def _first_try(self, context: Context) -> int:
        """Number of the first try since the task was started or last cleared."""
        return self._policy().first_try(context["ti"].max_tries)
