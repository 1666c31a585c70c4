"""What tasks that are not stages hand on: a blob that XCom and an object of the run name (W11)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from include.contract.artifacts import artifact_of
from include.contract.errors import CorruptInput, InputLost
from include.contract.handed_on import HandedOn
from include.contract.keys import handed_on_key
from include.contract.manifests import RunRef
from include.store.store import Store

T = TypeVar("T")


def hand_on(store: Store, run: RunRef, name: str, body: bytes, media_type: str) -> str:
    """Store `body`, name it under the task's run, and return its digest, for XCom."""
    artifact = artifact_of(name, body, media_type)
    store.put_blob(body, artifact)
    store.put(handed_on_key(run), HandedOn(run=run, blobs=(artifact,)).model_dump_json().encode())
    return artifact.sha256


def handed_on(store: Store, found: Any, task_id: str, unpack: Callable[[bytes], T]) -> T:
    """What the task `task_id` handed on, read by `unpack`: the blob named by `found`, its XCom.

    :raises InputLost: it left nothing, or what it left is gone or broken; says which task to clear.
    :raises CorruptInput: `unpack` cannot read it.
    """
    sha256 = found.get("sha256") if isinstance(found, Mapping) else None
    if not isinstance(sha256, str):
        raise InputLost(f"task `{task_id}` left nothing in XCom (found {found!r:.80}); clear that task", task_id)
    body = store.blob(sha256, f"what task `{task_id}` handed on", task_id)
    try:
        return unpack(body)
    except CorruptInput as error:
        raise CorruptInput(f"what task `{task_id}` handed on: {error}; clear that task") from error
