"""What a task asks of its stage: this run's briefs, its upstream manifests, its settings, as one immutable object."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from include.contract.content_types import StageSettings
from include.contract.errors import InputLost
from include.contract.manifests import RunRef, Shard
from include.contract.published import Publication
from include.contract.recipes import recipe_named
from include.contract.requests import Execution, StageRequest, UpstreamRef, order_of, stage_identity
from include.contract.values import StageKind
from operators.configuration import registry
from operators.entrance import BRIEF_TASK, read_entries
from operators.reuse import read_manifest
from operators.store import Store

if TYPE_CHECKING:
    from airflow.sdk import Context


def request_of(
    context: Context,
    store: Store,
    settings: StageSettings,
    upstream: Mapping[StageKind, str],
    shard: Shard,
    publication: Publication | None = None,
) -> StageRequest:
    """The request of the task that executes in `context`.

    :param upstream: task id of each stage that the recipe reads, by its kind.
    :param publication: as what it publishes, of a stage that does.
    :raises InputLost: a task upstream left nothing, or what it left is gone.
    """
    recipe = recipe_named(settings.recipe)
    found = read_entries(context["ti"].xcom_pull(task_ids=BRIEF_TASK), store)
    orders = tuple(order_of(recipe, entry.brief, settings.params, entry.files) for entry in found.entries)
    upstreams = tuple(_upstream(context, store, kind, upstream[kind]) for kind in recipe.reads)
    model = registry().identity(settings.model or recipe.model)
    _, stage_fingerprint = stage_identity(recipe, model, orders, upstreams)
    return StageRequest(
        kind=recipe.kind,
        recipe=recipe.name,
        revision=recipe.revision,
        model=model,
        stage_fingerprint=stage_fingerprint,
        run=run_ref(context),
        orders=orders,
        upstreams=upstreams,
        execution=Execution(batch_size=settings.batch_size, max_failed_share=settings.max_failed_share, shard=shard),
        publication=publication,
    )


def run_ref(context: Context) -> RunRef:
    """Which task of which run executes in `context`."""
    ti = context["ti"]
    return RunRef(
        dag_id=ti.dag_id, run_id=ti.run_id, task_id=ti.task_id, map_index=-1 if ti.map_index is None else ti.map_index
    )


def _upstream(context: Context, store: Store, kind: StageKind, task_id: str) -> UpstreamRef:
    found = context["ti"].xcom_pull(task_ids=task_id)
    if not isinstance(found, Mapping) or "manifest" not in found:
        raise InputLost(f"task `{task_id}` left no manifest in XCom (found {found!r:.80}); clear that task")
    key = str(found["manifest"])
    manifest = read_manifest(store, key, task_id)
    producer = manifest.producer or task_id
    return UpstreamRef(kind=kind, task_id=producer, manifest=key, content_digest=manifest.content_digest)
