"""Whether everything that a publish stage should publish is there already, so that nothing has to run.

Judged by names and sizes. Publishing reads the bytes, and so does `operators.published.verifying`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from pydantic import BaseModel

from include.contract.decisions import piece_digest
from include.contract.errors import CorruptInput
from include.contract.keys import day_path, piece_path, published_prefix, tombstone_path
from include.contract.manifests import ItemLine, Outcome
from include.contract.parsing import model_in
from include.contract.planning import PlannedItem, Upstreams
from include.contract.published import (
    FEED,
    GALLERY,
    INDEX,
    ITEM,
    TABLE,
    Channel,
    DayIndex,
    Index,
    Publication,
    PublishedItem,
    Tombstone,
)
from include.contract.publishing import FilePort, file_ports, files_of, named_file
from include.contract.registry import recipe_named
from include.contract.requests import Order, StageRequest
from include.contract.resolving import planned_items
from include.store.store import Store

MOST_PIECES = 50
"""Requests with more are left to the stage's process, which checks many pieces in parallel."""
M = TypeVar("M", bound=BaseModel)


def standing(store: Store, request: StageRequest, upstreams: Upstreams) -> list[ItemLine] | None:
    """A line for each piece if all of them are there as requested; None if anything has to be done."""
    publication = request.publication
    recipe = recipe_named(request.recipe)
    if publication is None or not recipe.is_in_store or len(request.orders) > MOST_PIECES:
        return None
    items = planned_items(request, upstreams)
    ports = list(file_ports(recipe))
    named = _named(store, publication, request.orders[0].params)
    if named is None or not _are_made(store, publication):
        return None
    orders = {order.brief: order for order in request.orders}
    lines = []
    for position, item in enumerate(items):
        key = _standing(store, publication, ports, item, orders[item.brief], named)
        if not key:
            return None
        outputs = files_of(item)
        lines.append(ItemLine(position=position, item=item.item, outcome=Outcome.REUSED, outputs=outputs, address=key))
    return lines


def _named(store: Store, publication: Publication, params: Mapping[str, Any]) -> dict[str, str] | None:
    """Digest of each piece of the day, by its slug, as the indexes have it; None when they say something else."""
    root = published_prefix(publication.content_type)
    index = _read(store, f"{root}{INDEX}", Index)
    day = _read(store, f"{root}{day_path(publication.day)}{INDEX}", DayIndex)
    if index is None or day is None or index.days.get(publication.day) != len(day.items):
        return None
    of_channel = {name: value for name, value in params.items() if name in Channel.model_fields}
    told = of_channel | publication.of_channel
    if index.channel.model_dump(include=set(told)) != told:
        return None
    return {entry.slug: entry.content_digest for entry in day.items}


def _are_made(store: Store, publication: Publication) -> bool:
    """Whether all is there that is made from the indexes."""
    root = published_prefix(publication.content_type)
    pages = [GALLERY, f"{day_path(publication.day)}{TABLE}", *([FEED] if publication.public_url else [])]
    return all(store.size(f"{root}{page}") for page in pages)


def _standing(
    store: Store,
    publication: Publication,
    ports: Sequence[FilePort],
    item: PlannedItem,
    order: Order,
    named: dict[str, str],
) -> str:
    """Key of the piece's `item.json` when it is the piece that is asked for; empty when it is not."""
    root, folder = published_prefix(publication.content_type), piece_path(publication.day, item.brief)
    if item.missing or named.get(item.brief) != piece_digest(item) or _may_be_withdrawn(store, publication, item.brief):
        return ""
    key = f"{root}{folder}{ITEM}"
    found = _read(store, key, PublishedItem)
    if found is None or found.content_digest != piece_digest(item) or found.decision != order.decision:
        return ""
    if found.no_label != publication.no_label:
        return ""
    files = ((output, named_file(ports, output.name)) for output in files_of(item))
    wanted = {(file[1], output.sha256) for output, file in files if file}
    if {(file.path, file.sha256) for file in found.files} != wanted:
        return ""
    sizes = {each.key: each.bytes for each in store.listed(f"{root}{folder}")}
    return key if all(sizes.get(f"{root}{found.address(file)}") == file.bytes for file in found.files) else ""


def _may_be_withdrawn(store: Store, publication: Publication, slug: str) -> bool:
    """Whether the piece is, or what was said about it cannot be read."""
    key = f"{published_prefix(publication.content_type)}{tombstone_path(slug)}"
    body = store.get(key)
    try:
        return body is not None and model_in(Tombstone, body, key).withdrawn(publication.day) is not None
    except CorruptInput:
        return True


def _read(store: Store, key: str, model: type[M]) -> M | None:
    body = store.get(key)
    try:
        return None if body is None else model_in(model, body, key)
    except CorruptInput:
        return None
