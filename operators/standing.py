"""Whether all that a publish stage is asked for stands where readers find it already, so that nothing has to run."""

from __future__ import annotations

from typing import TypeVar

from pydantic import BaseModel, ValidationError

from include.contract.decisions import piece_digest
from include.contract.keys import day_path, piece_path, published_prefix, tombstone_path
from include.contract.manifests import ItemLine, Outcome
from include.contract.planning import PlannedItem, Upstreams
from include.contract.published import DayIndex, Index, Item, Publication
from include.contract.publishing import WORDS
from include.contract.recipes import recipe_named
from include.contract.requests import Order, StageRequest
from operators.store import Store

MOST_PIECES = 50
"""A request of more is left to the stage's process, which looks at many pieces at once."""
M = TypeVar("M", bound=BaseModel)


def standing(store: Store, request: StageRequest, upstreams: Upstreams) -> list[ItemLine] | None:
    """A line for each piece when all of them stand as they are asked for; None when anything has to be done."""
    publication = request.publication
    if publication is None or len(request.orders) > MOST_PIECES:
        return None
    items = recipe_named(request.recipe).plan([order.brief for order in request.orders], upstreams)
    named = _named(store, publication)
    if named is None:
        return None
    orders = {order.brief: order for order in request.orders}
    lines = []
    for position, item in enumerate(items):
        key = _standing(store, publication, item, orders[item.brief], named)
        if not key:
            return None
        outputs = item.inputs[len(WORDS) :]
        lines.append(ItemLine(position=position, item=item.item, outcome=Outcome.REUSED, outputs=outputs, address=key))
    return lines


def _named(store: Store, publication: Publication) -> dict[str, str] | None:
    """Digest of each piece of the day, by its slug, as the indexes have it; None when they say something else."""
    root = published_prefix(publication.content_type)
    index = _read(store, f"{root}index.json", Index)
    day = _read(store, f"{root}{day_path(publication.day)}index.json", DayIndex)
    if index is None or day is None or index.days.get(publication.day) != len(day.items):
        return None
    told = publication.model_dump(exclude={"day"})
    if index.channel.model_dump(include=set(told)) != told:
        return None
    return {entry.slug: entry.content_digest for entry in day.items}


def _standing(store: Store, publication: Publication, item: PlannedItem, order: Order, named: dict[str, str]) -> str:
    """Key of the piece's `item.json` when it is the piece that is asked for; empty when it is not."""
    root = published_prefix(publication.content_type)
    if item.missing or named.get(item.brief) != piece_digest(item) or store.size(f"{root}{tombstone_path(item.brief)}"):
        return ""
    key = f"{root}{piece_path(publication.day, item.brief)}item.json"
    found = _read(store, key, Item)
    is_same = found is not None and found.content_digest == piece_digest(item) and found.decision == order.decision
    return key if is_same else ""


def _read(store: Store, key: str, model: type[M]) -> M | None:
    body = store.get(key)
    try:
        return None if body is None else model.model_validate_json(body)
    except ValidationError:
        return None
