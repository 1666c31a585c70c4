"""Restoring what readers find: a file from its blob, or the blob by having it made again."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from include.contract.artifacts import Artifact
from include.contract.errors import InputLost, PermanentError
from include.contract.keys import blob_key, request_key, runs_prefix, stage_key
from include.contract.manifests import RunRef
from include.contract.parsing import model_in
from include.contract.published import KEPT_FOR_EVER, IndexEntry, PublishedFile, served_type
from include.contract.requests import StageRequest, UpstreamRef
from include.store.store import Store
from include.store.stored import Headers
from operators.stages.reuse import lines_by_item, read_manifest

MOST_LISTED = 1000
"""The most objects of a task that are searched for its requests."""


@dataclass(frozen=True)
class Repair:
    """The result of trying to restore a file."""

    words: str
    is_mended: bool


def mended(store: Store, key: str, piece: IndexEntry, file: PublishedFile, run: RunRef) -> Repair:
    """Restore a piece's file under `key`, which is wrong, from its blob.

    A wrong blob is emptied and the stage content that names it deleted, so that it is made again.

    :param run: the task that published the piece.
    :raises StoreAway: the store does not answer.
    """
    blob = store.domain.uri(blob_key(file.sha256))
    artifact = Artifact(name=str(file.role), sha256=file.sha256, bytes=file.bytes, media_type=file.media_type)
    headers = Headers(served_type(file.media_type), piece.disposition(file), KEPT_FOR_EVER)
    try:
        with tempfile.TemporaryDirectory() as folder:
            target = Path(folder) / "blob"
            store.fetch_blob(artifact, target)
            with target.open("rb") as body:
                store.upload(key, body, headers)
    except InputLost:
        remade = advice(store, file, run, forgets=True)
        return Repair(f"{blob} is gone too, or was just as wrong and is now empty: {remade}", is_mended=False)
    except PermanentError as error:
        return Repair(f"it could not be restored: {error}", is_mended=False)
    return Repair(f"restored from {blob}", is_mended=True)


def advice(store: Store, file: PublishedFile, run: RunRef, *, forgets: bool) -> str:
    """Which task to clear to make a file again whose blob is lost.

    :param forgets: whether the stage content that names them is deleted, so that no run finds them made (W2).
    """
    try:
        producer = _producer(store, file.sha256, run, forgets=forgets)
    except PermanentError:
        producer = None
    if producer is None:
        return "make the piece again, with another run of its brief"
    where = f"of the run `{run.run_id}` of the DAG `{run.dag_id}`"
    return f"clear the task `{producer}` {where}, with what follows: that makes it again and publishes it"


def _producer(store: Store, sha256: str, run: RunRef, *, forgets: bool) -> str | None:
    """Id of the task that made the bytes `sha256` for what `run` published."""
    prefix = f"{runs_prefix(run.dag_id, run.run_id, run.task_id)}{run.map_index}/"
    for listed in store.listed(prefix, MOST_LISTED):
        request, _, name = listed.key.removeprefix(prefix).partition("/")
        asked = _request(store, request) if name == "manifest.json" else None
        for ref in asked.upstreams if asked else ():
            if _made(store, ref, sha256):
                if forgets:
                    content = read_manifest(store, ref.manifest, ref.task_id).stage_fingerprint
                    store.delete(stage_key(ref.kind, content))
                return ref.task_id
    return None


def _request(store: Store, sha256: str) -> StageRequest | None:
    body = store.get(request_key(sha256))
    return None if body is None else model_in(StageRequest, body, f"request {sha256}")


def _made(store: Store, ref: UpstreamRef, sha256: str) -> bool:
    lines = lines_by_item(store, ref).values()
    return any(output.sha256 == sha256 for line in lines for output in line.outputs)
