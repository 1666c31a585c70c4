"""The publishing stage as an Airflow operator: an effect, which is never reused from an earlier run (W10)."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING, Any, ClassVar

from airflow.sdk import Asset
from pydantic import ValidationError

from include.contract.conclusion import concluded, manifest_of
from include.contract.content_types import FIRST_DAY
from include.contract.entries import Entries
from include.contract.errors import BadRequest, CorruptInput, InputLost
from include.contract.keys import full_address, manifest_key
from include.contract.manifests import Manifest
from include.contract.mistakes import FieldMistake, field_mistakes
from include.contract.published import Publication
from include.contract.registry import recipe_named
from include.contract.requests import StageRequest
from include.contract.values import StageKind
from include.store.concluding import keep_manifest
from include.store.store import Store
from operators.dag_stages import refusal, stages_in, wiring_of
from operators.items import items_in
from operators.stages.operator import StageOperator
from operators.stages.published_check import standing
from operators.stages.reuse import existing_manifest, lines_by_item
from operators.task_state import TaskStateValue

if TYPE_CHECKING:
    from airflow.sdk import Context


MOST_PIECES_IN_EVENT = 50


class Begun(TaskStateValue):
    """Records that a task has handed its request to the engine; Airflow may restart it under its first try's number."""

    state_key: ClassVar[str] = "atelier_begun"


class PublishOperator(StageOperator):
    """Puts what was made where readers find it; a run that publishes the same again changes nothing there.

    :param place: a folder under `published/`, and the name of the asset that it updates.
    :param title: its name for readers.
    :param description: what readers get.
    :param language: language of the feed as a whole; BCP 47.
    :param decided_by: the person who decided that the pieces carry no label, if they carry none.
    :param reason: why.
    :param outlets: further assets that it updates.
    """

    ui_color = "#f9d5c4"
    kinds = frozenset({StageKind.PUBLISH})

    def __init__(
        self,
        *,
        place: str,
        title: str,
        description: str,
        language: str = "en",
        decided_by: str | None = None,
        reason: str | None = None,
        outlets: Sequence[Asset] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(outlets=[Asset(place), *outlets], **kwargs)
        self.place = place
        self.title = title
        self.description = description
        self.language = language
        self.decided_by = decided_by
        self.reason = reason
        self.published_as(FIRST_DAY)

    def resolve_template_files(self) -> None:
        """As for every stage; also refuses two that publish to the same place, which would undo each other's pieces."""
        super().resolve_template_files()
        for name, other in stages_in(self.dag).items():
            if other is not self and getattr(other, "place", None) == self.place:
                raise BadRequest(f"task `{self.task_id}`: `place`: `{name}` publishes there too; give each its own")

    @property
    def place_in_store(self) -> str:
        """The place that it publishes to, if it is in the store and so has a gallery; else empty."""
        return self.place if recipe_named(self.settings.recipe).is_in_store else ""

    def published_as(self, day: date, subtitles_in_picture: bool = True) -> Publication:
        """What it publishes its pieces as on `day`.

        :raises BadRequest: an argument is wrong; says what is allowed.
        """
        told = {
            "content_type": self.place,
            "title": self.title,
            "description": self.description,
            "language": self.language,
            "day": day,
            "public_url": self.deployment.public_url,
            "subtitles_in_picture": subtitles_in_picture,
        }
        if self.decided_by is not None or self.reason is not None:
            told["no_label"] = {"decided_by": self.decided_by, "reason": self.reason}
        try:
            return Publication.model_validate(told)
        except ValidationError as error:
            raise refusal(map(self._by_argument, field_mistakes(error, Publication)[0])) from None

    def _by_argument(self, mistake: FieldMistake) -> FieldMistake:
        names = {"content_type": "place", "no_label": "decided_by"}
        name = str(mistake.path[-1]) if mistake.path[:1] == ("no_label",) else str(mistake.path[0])
        return FieldMistake(("stages", self.task_id, names.get(name, name)), mistake.words)

    def _push(self, context: Context, store: Store, entries: Entries, manifest: Manifest) -> None:
        """As every stage, and one event of the content type's asset for all that was published."""
        super()._push(context, store, entries, manifest)
        lines = items_in(store, manifest.parts, f"task `{self.task_id}`", self.task_id)
        pieces = islice((line for line in lines if line.address), MOST_PIECES_IN_EVENT)
        context["outlet_events"][Asset(self.place)].extra = {
            "manifest": store.domain.uri(manifest_key(manifest.run, manifest.request)),
            "content_digest": manifest.content_digest,
            "counts": manifest.counts.model_dump(),
            "items": [{"id": line.item, "item": full_address(store.domain, line.address)} for line in pieces],
        }

    def _publication(self, entries: Entries) -> Publication:
        return self.published_as(entries.day, self._shows_subtitles())

    def _shows_subtitles(self) -> bool:
        has_dag = self.has_dag()  # type: ignore[no-untyped-call]
        film = wiring_of(self.dag).get(self.read.get("video", "")) if has_dag else None
        clips = stages_in(self.dag).get(film.read.get("clip", "")) if film else None
        return clips is None or bool(clips.settings.params.get("subtitles", True))

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
        self.log.info("All %d pieces are already there, no process started", len(lines))
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
