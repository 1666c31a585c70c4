"""What people review in a run: the script or the finished piece of each of its briefs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from include.contract.artifacts import Artifact
from include.contract.content_types import ContentStage, ContentType
from include.contract.decisions import piece_digest
from include.contract.manifests import ItemLine
from include.contract.planning import PlannedItem, planned
from include.contract.publishing import TITLE, Role, file_ports, files_of, named_file
from include.contract.review import Moment
from include.store.store import Store
from operators.briefs.operator import run_entries
from operators.decisions import decisions_of
from operators.review.points import ReviewPoint, asking_of
from operators.stages.request import approved, upstream_of
from operators.stages.reuse import lines_by_item
from operators.stages.warnings import warnings_of
from operators.task_ids import COLLECT

if TYPE_CHECKING:
    from airflow.sdk import Context

SCRIPT = "script"


@dataclass(frozen=True)
class File:
    """A file of a piece that can be opened."""

    name: str
    artifact: Artifact
    role: Role
    stage: str
    """Name of the stage that made it."""


@dataclass(frozen=True)
class ReviewContent:
    """One brief's content."""

    brief: str
    digest: str
    title: Artifact | None
    script: Artifact
    files: tuple[File, ...] = ()
    warnings: tuple[str, ...] = ()
    """Warnings from the recipes of its items."""
    written_by: str = field(kw_only=True)
    """The stage that made title and script."""


def looked_at(context: Context, store: Store, content_type: ContentType, point: ReviewPoint) -> list[PlannedItem]:
    """What there is to review, one item for each brief; `missing` names what was not made.

    :raises InputLost: a task upstream left nothing, or what it left is gone.
    """
    briefs = [entry.brief.id for entry in run_entries(context, store).entries]
    if point.moment is Moment.AFTER_SCRIPT:
        lines = _lines(context, store, point.stage)
        return [_script(brief, lines.get(brief), point.stage) for brief in briefs]
    publisher = _stage(content_type, point)
    script, _ = asking_of(content_type).before(publisher)
    if script is not None:
        briefs = approved(briefs, decisions_of(context, store, script.task(COLLECT)))
    read = publisher.wiring.read
    lines_of = {stage: _lines(context, store, stage) for stage in dict.fromkeys(read.values())}
    return planned(publisher.recipe.ports, briefs, read, lines_of)


def shown(item: PlannedItem, content_type: ContentType, point: ReviewPoint) -> ReviewContent:
    """`item` with its files under the names that they will be published under."""
    words = {artifact.name: artifact for artifact in item.inputs}
    is_script, seen = point.moment is Moment.AFTER_SCRIPT, _stage(content_type, point)
    return ReviewContent(
        brief=item.brief,
        digest=piece_digest(item),
        title=words.get(TITLE),
        script=words[SCRIPT],
        files=() if is_script else _files(item, seen),
        written_by=seen.name if is_script else seen.wiring.read[SCRIPT],
    )


def warned(
    context: Context, store: Store, content_type: ContentType, point: ReviewPoint, brief: str
) -> tuple[str, ...]:
    """The warnings from the recipes that made the brief's items, each once."""
    seen = _stage(content_type, point)
    wanted = {seen.name} if point.moment is Moment.AFTER_SCRIPT else seen.wiring.upstream
    stages = [stage for stage in content_type.content_stages if stage.name in wanted]
    lines = ((stage.kind, line) for stage in stages for line in _lines(context, store, stage.name).values())
    own = [(kind, line) for kind, line in lines if line.item == brief or line.item.startswith(f"{brief}/")]
    return warnings_of(store, own)


def _stage(content_type: ContentType, point: ReviewPoint) -> ContentStage:
    found = content_type.stage_named(point.stage)
    if found is None:
        raise AssertionError(f"`{content_type.name}` has no stage `{point.stage}`")
    return found


def _files(item: PlannedItem, publisher: ContentStage) -> tuple[File, ...]:
    ports = list(file_ports(publisher.recipe))
    named = [(artifact, *found) for artifact in files_of(item) if (found := named_file(ports, artifact.name))]
    return tuple(
        File(name, artifact, port.role, publisher.wiring.read[port.name])
        for artifact, port, name in named
        if port.role is not Role.PART
    )


def _script(brief: str, line: ItemLine | None, stage: str) -> PlannedItem:
    if line is None or not line.succeeded:
        return PlannedItem(brief, brief, missing=(f"{stage} of {brief}",))
    return PlannedItem(brief, brief, line.outputs)


def _lines(context: Context, store: Store, stage: str) -> Mapping[str, ItemLine]:
    return lines_by_item(store, upstream_of(context, store, stage))
