"""What earlier runs learnt about the resources of a stage, so that the next run starts there."""

from __future__ import annotations

from typing import Annotated, ClassVar, Self

from pydantic import Field

from include.contract.deployments import Profile
from include.contract.errors import CorruptInput
from include.contract.fingerprint import fingerprint
from include.contract.parsing import model_in
from include.contract.requests import StageRequest
from include.contract.values import Open
from include.store.store import Store
from operators.task_state import TaskStateValue


class Learnt(Open):
    """For one recipe, model and profile; what is None was never learnt."""

    memory_mib: int | None = None
    batch_size: Annotated[int, Field(ge=1)] | None = None
    """The largest batch that fitted into the device's memory after a larger one had not."""

    @classmethod
    def read(cls, store: Store, key: str) -> Self:
        """What lies under `key`; nothing learnt when it cannot be read."""
        body = store.get(key)
        try:
            return model_in(cls, body, "what was learnt") if body else cls()
        except CorruptInput:
            return cls()

    def memory_within(self, profile: Profile) -> int:
        """MiB to ask for, within what `profile` allows now; its own memory when nothing was learnt."""
        return max(profile.memory_mib, min(self.memory_mib or 0, profile.memory_max_mib or 0))

    def keep(self, store: Store, key: str) -> None:
        """Write it; the last writer wins, since a wrong guess costs one more try at most."""
        store.put(key, self.model_dump_json(exclude_none=True).encode())


class BatchLimit(TaskStateValue):
    """What a task knew of batches when it first ran.

    All its tries, and its ways back from a trigger, ask for the same: whatever is learnt meanwhile, the pod that runs
    and the manifest that it leaves are found again.
    """

    state_key: ClassVar[str] = "atelier_batch_size"

    batch_size: int | None

    def on(self, request: StageRequest) -> StageRequest:
        """`request` with batches within the limit; the same bytes when they are already."""
        if self.batch_size is None or self.batch_size >= request.batch_size:
            return request
        execution = request.execution.model_copy(update={"batch_size": self.batch_size})
        return request.model_copy(update={"execution": execution})


def lesson_of(request: StageRequest, profile: str) -> str:
    """Digest of what a lesson holds for: recipe, model and profile, whatever the brief."""
    model = request.model.model_dump(mode="json")
    return fingerprint({"recipe": request.recipe, "model": model, "profile": profile})
