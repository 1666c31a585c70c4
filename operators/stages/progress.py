"""How far a try came that left no words about it: what it last reported to the store (K4)."""

from __future__ import annotations

from include.contract.errors import CorruptInput, StoreAway
from include.contract.failures import Failure, Progress
from include.contract.keys import progress_key
from include.contract.parsing import model_in
from include.contract.requests import StageRequest
from include.store.store import Store


def with_progress(failure: Failure, store: Store, request: StageRequest, attempt: int) -> Failure:
    """`failure` with what the try number `attempt` last reported, unless it says how far it came itself."""
    if failure.progress.total:
        return failure
    try:
        body = store.get(progress_key(request.run, request.sha256(), attempt))
        found = model_in(Progress, body, "progress") if body else None
    except (CorruptInput, StoreAway):
        found = None
    return failure if found is None else failure.model_copy(update={"progress": found})
