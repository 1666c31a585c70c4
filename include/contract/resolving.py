"""Which items a request means, and the fingerprint of each (I2, I8, W6).

The stage's process makes them; the operator only asks whether a shard has any.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from include.contract.artifacts import Artifact, ModelIdentity
from include.contract.errors import BadRequest
from include.contract.fingerprint import Preimage, fingerprint, item_preimage, shard_of
from include.contract.manifests import ItemLine, Outcome
from include.contract.names import allowed_names, nearest
from include.contract.planning import INPUT_MISSING, PlannedItem, Upstreams, planned
from include.contract.registry import recipe_named
from include.contract.requests import ReadOrder, StageRequest, read_by, read_order

_ITEMS_TOLD = 10


@dataclass(frozen=True, slots=True)
class WantedItem:
    """One distinct item of the stage, and every place in its plan that asks for it."""

    fingerprint: str
    recipe: str
    model: ModelIdentity
    order: ReadOrder
    item: str
    """Id of the first of these items."""
    variation: int
    inputs: tuple[Artifact, ...]
    places: list[tuple[int, str]] = field(default_factory=list)
    """(position, item id)"""

    @property
    def preimage(self) -> Preimage:
        """What `fingerprint` is of (I2). Made anew each time: of ten thousand items it would take 20 MB."""
        return _preimage(self.recipe, self.model, self.order, self.variation, self.inputs)


@dataclass(frozen=True)
class Resolved:
    """What a request means."""

    wanted: list[WantedItem]
    """The distinct items of the request's shard."""
    skipped: list[ItemLine]
    """A line for each item whose input is missing."""
    producers: dict[str, str]
    """Digest of each input to the id of the task that made it."""

    def names(self) -> list[str]:
        """Every item that is asked for, in order."""
        places = [place for each in self.wanted for place in each.places]
        places += [(line.position, line.item) for line in self.skipped]
        return [item for _, item in sorted(places)]


def resolved(request: StageRequest, upstreams: Upstreams) -> Resolved:
    """What `request` means, given the items of each stage upstream.

    :raises BadRequest: an order wants another take of an item that the stage does not have.
    """
    recipe = recipe_named(request.recipe)
    orders = {order.brief: read_order(recipe, order) for order in request.orders}
    items = planned_items(request, upstreams)
    wanted: dict[str, WantedItem] = {}
    skipped = []
    shard = request.execution.shard
    _check_variations(orders, items)
    for position, item in enumerate(items):
        if item.missing:
            if shard.index == 0:
                skipped.append(_skipped(position, item))
            continue
        each = _wanted_item(request, item, orders[item.brief])
        if shard_of(each.fingerprint, shard.count) == shard.index:
            wanted.setdefault(each.fingerprint, each).places.append((position, item.item))
    producers = {
        artifact.sha256: ref.task_id
        for ref in request.upstreams
        for line in upstreams[ref.stage].values()
        for artifact in line.outputs
    }
    return Resolved(list(wanted.values()), skipped, producers)


def planned_items(request: StageRequest, upstreams: Upstreams) -> list[PlannedItem]:
    """All items of the stage that `request` is of, whatever its shard."""
    recipe = recipe_named(request.recipe)
    read = {port.name: ref.stage for port, ref in read_by(recipe, request.upstreams)}
    # Reading ten thousand orders again takes time that only such a recipe is worth.
    placed = request.orders if recipe.places else ()
    places = {order.brief: recipe.places_of(read_order(recipe, order).params) for order in placed}
    files = {order.brief: order.files for order in request.orders if order.files}
    return planned(recipe.ports, [order.brief for order in request.orders], read, upstreams, places, files)


def _wanted_item(request: StageRequest, item: PlannedItem, order: ReadOrder) -> WantedItem:
    recipe = recipe_named(request.recipe)
    inputs = (*item.inputs, *(file for file in order.files if file.name in recipe.brief_files))
    variation = order.variation_of(item.item)
    found = fingerprint(_preimage(request.recipe, request.model, order, variation, inputs))
    return WantedItem(found, request.recipe, request.model, order, item.item, variation, inputs)


def _preimage(
    recipe: str, model: ModelIdentity, order: ReadOrder, variation: int, inputs: Sequence[Artifact]
) -> Preimage:
    named = [(artifact.name, artifact.sha256) for artifact in inputs]
    return item_preimage(recipe_named(recipe), model, order.params, variation, order.seed, named)


def _skipped(position: int, item: PlannedItem) -> ItemLine:
    missing = ", ".join(item.missing)
    return ItemLine(position=position, item=item.item, outcome=Outcome.SKIPPED, message=f"{INPUT_MISSING}{missing}")


def _check_variations(orders: Mapping[str, ReadOrder], planned: Sequence[PlannedItem]) -> None:
    known = {item.item for item in planned}
    unplanned = {item.brief for item in planned if item.missing}
    wanted = [f"{name}/{item}" for name in orders.keys() - unplanned for item in orders[name].variations]
    unknown = sorted(item for item in wanted if item not in known)
    if unknown:
        shown = list(dict.fromkeys([*nearest(unknown[0], known), *sorted(known)]))[:_ITEMS_TOLD]
        allowed = allowed_names(unknown[0], shown, more="…" if len(known) > _ITEMS_TOLD else "")
        raise BadRequest(
            f"`variations` asks for another take of {', '.join(unknown)}, which this stage does not have; {allowed}"
        )
