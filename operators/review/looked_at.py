"""What people look at in a run: the script or the finished piece of each of its briefs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from include.contract.artifacts import Artifact
from include.contract.content_types import ContentType
from include.contract.decisions import piece_digest
from include.contract.manifests import ItemLine
from include.contract.planning import PlannedItem
from include.contract.publishing import PIECES, TITLE, Role, files_of
from include.contract.recipes import recipe_named
from include.contract.review import Moment
from include.contract.values import StageKind
from operators.briefs.operator import BRIEF_TASK, read_entries
from operators.review import COLLECT, task_of
from operators.review.decisions import decisions_of
from operators.stages.request import approved, upstream_of
from operators.stages.reuse import lines_by_item
from operators.stages.warnings import warnings_of
from operators.store import Store

if TYPE_CHECKING:
    from airflow.sdk import Context

SCRIPT = "script"


@dataclass(frozen=True)
class File:
    """A file of a piece that can be opened."""

    name: str
    artifact: Artifact
    role: Role
    kind: StageKind
    """Of the stage that made it."""


@dataclass(frozen=True)
class LookedAt:
    """One brief's content."""

    brief: str
    digest: str
    title: Artifact | None
    script: Artifact
    files: tuple[File, ...] = ()
    warnings: tuple[str, ...] = ()
    """What the recipes of its items want people to know."""


def looked_at(context: Context, store: Store, content_type: ContentType, moment: Moment) -> list[PlannedItem]:
    """What there is to look at, one item a brief; `missing` names what was not made.

    :raises InputLost: a task upstream left nothing, or what it left is gone.
    """
    briefs = [entry.brief.id for entry in read_entries(context["ti"].xcom_pull(task_ids=BRIEF_TASK), store).entries]
    if moment is Moment.AFTER_SCRIPT:
        lines = _lines(context, store, StageKind.TEXT)
        return [_script(brief, lines.get(brief)) for brief in briefs]
    if content_type.review is not None and content_type.review.after_script:
        briefs = approved(briefs, decisions_of(context, store, task_of(Moment.AFTER_SCRIPT, COLLECT)))
    recipe = recipe_named(content_type.stages[StageKind.PUBLISH].recipe)
    return recipe.plan(briefs, {kind: _lines(context, store, kind) for kind in recipe.reads})


def shown(item: PlannedItem, content_type: ContentType, moment: Moment) -> LookedAt:
    """`item` with its files under the names that they would be published by."""
    words = {artifact.name: artifact for artifact in item.inputs}
    return LookedAt(
        brief=item.brief,
        digest=piece_digest(item),
        title=words.get(TITLE),
        script=words[SCRIPT],
        files=() if moment is Moment.AFTER_SCRIPT else _files(item, content_type),
    )


def warned(context: Context, store: Store, content_type: ContentType, moment: Moment, brief: str) -> tuple[str, ...]:
    """What the recipes that have made the brief's items warned of, each once."""
    made = [recipe.kind for _, recipe in content_type.recipes() if recipe.is_memoised]
    kinds = [StageKind.TEXT] if moment is Moment.AFTER_SCRIPT else made
    lines = ((kind, line) for kind in kinds for line in _lines(context, store, kind).values())
    own = [(kind, line) for kind, line in lines if line.item == brief or line.item.startswith(f"{brief}/")]
    return warnings_of(store, own)


def _files(item: PlannedItem, content_type: ContentType) -> tuple[File, ...]:
    piece = PIECES[content_type.stages[StageKind.PUBLISH].recipe]
    rules = [(artifact, *piece.rule_of(artifact.name)) for artifact in files_of(item)]
    return tuple(
        File(name, artifact, rule.role, rule.kind) for artifact, rule, name in rules if rule.role is not Role.PART
    )


def _script(brief: str, line: ItemLine | None) -> PlannedItem:
    if line is None or not line.succeeded:
        return PlannedItem(brief, brief, missing=(f"text of {brief}",))
    return PlannedItem(brief, brief, line.outputs)


def _lines(context: Context, store: Store, kind: StageKind) -> Mapping[str, ItemLine]:
    return lines_by_item(store, upstream_of(context, store, kind, kind.value))
