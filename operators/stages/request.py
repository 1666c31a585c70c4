"""What a task asks of its stage: this run's briefs, its upstream manifests, its settings, as one immutable object."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from include.contract.content_types import StageSettings
from include.contract.decisions import Decision, Verdict
from include.contract.deployments import Deployment
from include.contract.entries import Entries
from include.contract.errors import CorruptInput, InputLost
from include.contract.keys import request_key
from include.contract.manifests import Shard
from include.contract.own_media import own_media
from include.contract.published import Publication
from include.contract.recipe import Recipe
from include.contract.registry import brought_by, recipe_named
from include.contract.requests import Execution, Order, StageRequest, UpstreamRef, order_of, stage_identity
from include.contract.values import StageKind
from include.store.store import Store
from operators.chosen_models import ChosenModel
from operators.decisions import Reviews, decisions_of
from operators.stages.reuse import read_manifest
from operators.task import run_ref

if TYPE_CHECKING:
    from airflow.sdk import Context


def request_of(
    context: Context,
    store: Store,
    deployment: Deployment,
    entries: Entries,
    *,
    stage: str,
    settings: StageSettings,
    inputs: Mapping[str, str],
    shard: Shard,
    publication: Publication | None = None,
    reviews: Reviews = Reviews(),  # noqa: B008 - frozen
    told: bool = False,
) -> StageRequest:
    """The request of the task that executes in `context`.

    :param deployment: which models there are besides those that everybody knows.
    :param entries: the run's.
    :param stage: its name in the content type.
    :param inputs: name of the stage that each port of the recipe reads.
    :param publication: as what it publishes, of a stage that does.
    :param reviews: those whose decisions say which briefs go on.
    :param told: whether stages upstream are as XCom tells of them, and no manifest is read; see `as_left`.
    :raises InputLost: a task upstream left nothing, or what it left is gone.
    """
    recipe = recipe_named(settings.recipe)
    orders = tuple(order_of(stage, recipe, entry.brief, settings.params, entry.files) for entry in entries.entries)
    orders = _reviewed(context, store, orders, reviews)
    upstream = told_upstream if told else upstream_of
    upstreams = tuple(
        upstream(context, store, source, ports_reading(recipe, inputs, source))
        for source in dict.fromkeys(inputs.values())
    )
    chosen = ChosenModel.of(settings, recipe, deployment, store)
    model = chosen.identity
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
        execution=Execution(
            batch_size=settings.batch_size or (chosen.card.batch_size if chosen.card else None),
            max_failed_share=settings.max_failed_share,
            shard=shard,
            registered=chosen.registered,
            is_in_store=True if chosen.card else None,
            own_media=deployment.own_media,
            brought=_brought(entries, orders),
            distribution=brought_by(recipe.name),
        ),
        publication=publication,
    )


def _brought(entries: Entries, orders: Sequence[Order]) -> dict[str, str] | None:
    """What people call the files of `orders`."""
    read = {file.sha256 for order in orders for file in order.files}
    names = {
        file.sha256: each.name
        for entry in (entries.entries if read else ())
        for each in own_media(entry.brief)
        for file in entry.files
        if file.name == each.artifact and file.sha256 in read
    }
    return names or None


def as_left(context: Context, store: Store, request: StageRequest) -> StageRequest:
    """`request` by the manifests of the stages upstream, which have the last word before anything is made.

    :raises InputLost, CorruptInput: as of `upstream_of`.
    """
    upstreams = tuple(upstream_of(context, store, ref.stage, ref.ports) for ref in request.upstreams)
    if upstreams == request.upstreams:
        return request
    recipe = recipe_named(request.recipe)
    _, stage_fingerprint = stage_identity(recipe, request.model, request.orders, upstreams)
    return request.model_copy(update={"upstreams": upstreams, "stage_fingerprint": stage_fingerprint})


def keep_request(store: Store, request: StageRequest) -> None:
    """Write `request` where a process finds it; other bytes in its place are replaced."""
    body = request.body()
    store.update(request_key(request.sha256()), lambda _: body, seen=None)


def approved(briefs: Sequence[str], decisions: Mapping[str, Decision]) -> list[str]:
    """Those of `briefs` that people want to go on."""
    return [brief for brief in briefs if brief in decisions and decisions[brief].verdict is Verdict.APPROVED]


def _reviewed(context: Context, store: Store, orders: tuple[Order, ...], reviews: Reviews) -> tuple[Order, ...]:
    """The orders of briefs whose script was approved, with what was decided about the piece.

    A piece that nobody was asked about, since it was not complete then, is not ordered.
    """
    if reviews.script:
        going_on = set(approved([order.brief for order in orders], decisions_of(context, store, reviews.script)))
        orders = tuple(order for order in orders if order.brief in going_on)
    if reviews.piece:
        decided = decisions_of(context, store, reviews.piece)
        orders = tuple(
            order.model_copy(update={"decision": decided[order.brief]}) for order in orders if order.brief in decided
        )
    return orders


def ports_reading(recipe: Recipe, inputs: Mapping[str, str], stage: str) -> tuple[str, ...]:
    """Those of the recipe's ports that read `stage`, in the recipe's order."""
    return tuple(port.name for port in recipe.ports if inputs.get(port.name) == stage)


def upstream_of(context: Context, store: Store, stage: str, ports: tuple[str, ...] = ()) -> UpstreamRef:
    """What the stage of that name has left in this run.

    :param ports: those that read it.
    :raises InputLost: it left nothing, or what it left is gone.
    :raises CorruptInput: a later version has written it.
    """
    key = str(_left(context, stage)["manifest"])
    manifest = read_manifest(store, key, stage)
    if not isinstance(manifest.kind, StageKind):
        raise CorruptInput(
            f"task `{stage}` made something of the kind `{manifest.kind}`, which this version does not know"
        )
    return UpstreamRef(
        stage=stage,
        kind=manifest.kind,
        ports=ports,
        task_id=manifest.producer or stage,
        manifest=key,
        content_digest=manifest.content_digest,
    )


def told_upstream(context: Context, store: Store, stage: str, ports: tuple[str, ...]) -> UpstreamRef:
    """As `upstream_of`, by what the stage's task has told in XCom; by its manifest where an older version has not."""
    found = _left(context, stage)
    try:
        return UpstreamRef(
            stage=stage,
            kind=found["kind"],
            ports=ports,
            task_id=found["producer"] or stage,
            manifest=found["manifest"],
            content_digest=found["content_digest"],
        )
    except (KeyError, ValidationError):
        return upstream_of(context, store, stage, ports)


def _left(context: Context, stage: str) -> Mapping[str, Any]:
    found = context["ti"].xcom_pull(task_ids=stage)
    if not isinstance(found, Mapping) or "manifest" not in found:
        raise InputLost(f"task `{stage}` left no manifest in XCom (found {found!r:.80}); clear that task")
    return found
