"""How far a try got that left no message: what it last reported to the store (K4)."""

from __future__ import annotations

from include.contract.errors import CorruptInput, StoreAway
from include.contract.failures import Failure, Progress
from include.contract.keys import progress_key
from include.contract.parsing import model_in
from include.contract.requests import StageRequest
from include.store.store import Store


def with_progress(failure: Failure, store: Store, request: StageRequest, attempt: int) -> Failure:
    """`failure` with what try number `attempt` last reported, unless it says itself how far it got."""
    if failure.progress.total:
        return failure
    try:
        body = store.get(progress_key(request.run, request.sha256(), attempt))
        found = model_in(Progress, body, "progress") if body else None
    except (CorruptInput, StoreAway):
        found = None
    return failure if found is None else failure.model_copy(update={"progress": found})
