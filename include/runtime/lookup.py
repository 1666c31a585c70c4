"""Which items a request asks for, and which of them exist already: resolve, then look up (W2, W9)."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

from include.contract.artifacts import Artifact
from include.contract.errors import CorruptInput, InputLost
from include.contract.keys import BLOBS_FOLDER, blob_key, record_key, records_folder
from include.contract.manifests import ItemLine, Manifest, Record, unpack_lines
from include.contract.parsing import model_in
from include.contract.planning import Upstreams
from include.contract.recipe import Recipe
from include.contract.requests import StageRequest, UpstreamRef
from include.contract.resolving import Resolved, WantedItem, resolved
from include.contract.stored import record_in
from include.contract.values import StageKind
from include.store.listing import sizes_below
from include.store.store import Store
from include.store.stored import Stored

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class LookedUp:
    """What the store has for a wanted item: a good record, or a broken one to replace."""

    wanted: WantedItem
    record: Record | None
    broken: Stored | None = None


def resolve(request: StageRequest, store: Store) -> Resolved:
    """Read the upstream manifests and plan."""
    return resolved(request, read_upstreams(request, store))


def read_upstreams(request: StageRequest, store: Store) -> Upstreams:
    """The items of each stage upstream.

    :raises InputLost: a manifest or a part of it is gone.
    :raises CorruptInput: it cannot be read, or its task has run again since the request.
    """
    return {ref.stage: _upstream_lines(ref, store) for ref in request.upstreams}


def look_up(
    wanted: Sequence[WantedItem], recipe: Recipe, store: Store, threads: Executor, each: Callable[[LookedUp], None]
) -> None:
    """Find the record of every wanted item, many at a time; `each` is called in their order.

    Whatever is there is read, and each of its blobs is looked for. Where many are asked for, a listing tells of a
    thousand records, or of the sizes of a thousand blobs.
    """
    kind = recipe.kind
    keys = [record_key(kind, one.fingerprint) for one in wanted]
    records = sizes_below(store, records_folder(kind), len(wanted))
    known = keys if records is None else [key for key in keys if key in records]
    read = {key: threads.submit(store.read, key) for key in known}
    # Listed while those are read.
    blobs = sizes_below(store, BLOBS_FOLDER, len(known) * len(recipe.outputs) if records else 0)

    def has_blob(artifact: Artifact) -> bool:
        return store.has_blob(artifact) if blobs is None else blobs.get(blob_key(artifact.sha256)) == artifact.bytes

    def found(one: WantedItem, key: str) -> LookedUp:
        return _looked_up(one, read.pop(key).result() if key in read else None, has_blob)

    # Where nothing is there, threads would have nothing to ask, and take memory for each item until its turn comes.
    for looked_up in (threads.map if read and blobs is None else map)(found, wanted, keys):
        each(looked_up)


def find(wanted: WantedItem, kind: StageKind, store: Store) -> LookedUp:
    """The item's record, if it is readable and its own, and all its blobs are there (W2, W9)."""
    return _looked_up(wanted, store.read(record_key(kind, wanted.fingerprint)), store.has_blob)


def _looked_up(wanted: WantedItem, stored: Stored | None, has_blob: Callable[[Artifact], bool]) -> LookedUp:
    if stored is None:
        return LookedUp(wanted, None)
    record = believed(stored, wanted, has_blob)
    return LookedUp(wanted, record, None if record else stored)


def believed(stored: Stored, wanted: WantedItem, has_blob: Callable[[Artifact], bool]) -> Record | None:
    """The record in `stored`, if it is valid and all its blobs are there; None if it has to be replaced.

    :param has_blob: whether an artifact's bytes are in the store, by name and size.
    """
    record = read_record(stored.body, wanted.fingerprint)
    return record if record and all(map(has_blob, record.outputs)) else None


def read_record(body: bytes, expected: str) -> Record | None:
    """The record in `body`; None if it is unreadable, another item's, or an output is missing."""
    try:
        return record_in(body, expected)
    except CorruptInput as error:
        log.warning("the record %s is made again: %s", expected, error)
        return None


def _upstream_lines(ref: UpstreamRef, store: Store) -> dict[str, ItemLine]:
    stored = store.read(ref.manifest)
    if stored is None:
        raise InputLost(f"the manifest of task `{ref.task_id}` is gone ({ref.manifest}); clear that task", ref.task_id)
    what = f"the manifest of task `{ref.task_id}` ({ref.manifest}; clear that task)"
    manifest = model_in(Manifest, stored.body, what)
    if manifest.content_digest != ref.content_digest:
        raise CorruptInput(
            f"the manifest of task `{ref.task_id}` has the content {manifest.content_digest[:12]} instead of "
            f"{ref.content_digest[:12]}: the task ran again since; clear this task to take the new one"
        )
    what = f"a list of the items of task `{ref.task_id}`"
    parts = (store.blob(part.sha256, what, ref.task_id) for part in manifest.parts)
    return {line.item: line for part in parts for line in unpack_lines(part)}
