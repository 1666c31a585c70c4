"""What tries leave in the store, without their work."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from include.contract.errors import AtelierError
from include.contract.failures import Progress, failure_of
from include.contract.item_states import ItemNow, pack_states
from include.contract.keys import end_key, items_key, progress_key
from include.contract.manifests import RunRef
from include.store.store import Store

REQUEST = "ab" * 32


@dataclass
class Writer:
    """Writes as the tries of one run do."""

    store: Store
    run_id: str = "manual__1"
    dag_id: str = "films"

    def run(self, task: str, index: int = -1) -> RunRef:
        """The task of the run."""
        return RunRef(dag_id=self.dag_id, run_id=self.run_id, task_id=task, map_index=index)

    def progress(
        self, task: str, attempt: int = 1, index: int = -1, request: str = REQUEST, **counts: int | float | str
    ) -> None:
        """How far a try is."""
        progress = Progress.model_validate({"total": 1, "phase": "making", **counts})
        self.store.put(progress_key(self.run(task, index), request, attempt), progress.model_dump_json().encode())

    def items(
        self, task: str, items: Sequence[ItemNow], attempt: int = 1, index: int = -1, request: str = REQUEST
    ) -> None:
        """How far its items are."""
        self.store.put(items_key(self.run(task, index), request, attempt), pack_states(items))

    def end(self, task: str, error: AtelierError, attempt: int = 1, index: int = -1, request: str = REQUEST) -> None:
        """Why it failed, as its last words."""
        key = end_key(self.run(task, index), request, attempt)
        self.store.put(key, failure_of(error).line().encode())
        self.progress(task, attempt, index, request, phase="failed")
