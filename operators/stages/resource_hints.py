"""What earlier runs learnt about the resources of a stage, where the next run starts."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Annotated, ClassVar, Self

from pydantic import Field

from include.contract.deployments import Profile
from include.contract.errors import CorruptInput
from include.contract.fingerprint import fingerprint
from include.contract.keys import learnt_key
from include.contract.parsing import model_in
from include.contract.requests import StageRequest
from include.contract.values import Open
from include.store.store import Store
from operators.retry import Remedy
from operators.task_state import TaskStateValue

log = logging.getLogger(__name__)


class Learnt(Open):
    """For one recipe, model and profile; None means not learnt yet."""

    memory_mib: int | None = None
    batch_size: Annotated[int, Field(ge=1)] | None = None
    """How many items fitted into memory together, after more had not."""

    @classmethod
    def read(cls, store: Store, key: str) -> Self:
        """What is stored under `key`; nothing if it cannot be read."""
        body = store.get(key)
        try:
            return model_in(cls, body, "what was learnt") if body else cls()
        except CorruptInput:
            return cls()

    def memory_within(self, profile: Profile) -> int:
        """MiB to request, within what `profile` allows; the profile's own memory if nothing was learnt."""
        return max(profile.memory_mib, min(self.memory_mib or 0, profile.memory_max_mib or 0))

    def keep(self, store: Store, key: str) -> None:
        """Write it; the last writer wins, because a wrong guess costs at most one more try."""
        store.put(key, self.model_dump_json(exclude_none=True).encode())


@dataclass(frozen=True)
class Lesson:
    """What runs of one recipe with one model on one profile learn for those that come after."""

    store: Store
    profile: str
    """Its name."""
    key: str

    @classmethod
    def of(cls, request: StageRequest, profile: str, store: Store) -> Self:
        """That of the runs that ask as `request` does, whatever the brief."""
        return cls(store, profile, learnt_key(lesson_of(request, profile)))

    def learnt(self) -> Learnt:
        """What is known by now."""
        return Learnt.read(self.store, self.key)

    def more_memory(self, profile: Profile) -> Remedy:
        """Have the next try and later runs begin with more memory, as far as `profile` goes."""
        learnt = self.learnt()
        memory_mib = learnt.memory_within(profile)
        more_mib = profile.more_memory_mib(memory_mib)
        if more_mib is None:
            words = f"profile `{self.profile}` allows no more than {memory_mib} MiB (`memory_max_mib`)"
            return Remedy(words, is_exhausted=True)
        learnt.model_copy(update={"memory_mib": more_mib}).keep(self.store, self.key)
        return Remedy(f"with {more_mib} MiB instead of {memory_mib}")

    def fewer_at_once(self, fitting: int) -> None:
        """Have later runs begin with as many items together as fitted, unless fewer are known to."""
        learnt = self.learnt()
        if learnt.batch_size is None or fitting < learnt.batch_size:
            learnt.model_copy(update={"batch_size": fitting}).keep(self.store, self.key)
            where = self.store.domain.uri(self.key)
            log.info("Memory took no more than %d items at once; later runs start with that: %s", fitting, where)


class BatchLimit(TaskStateValue):
    """What a task knew about batches when it first ran.

    All its tries and deferrals request the same: whatever is learnt meanwhile, the pod that runs
    and the manifest that it leaves are found again.
    """

    state_key: ClassVar[str] = "atelier_batch_size"

    batch_size: int | None

    def on(self, request: StageRequest) -> StageRequest:
        """`request` with no more items together than the limit; unchanged if there are no more already."""
        if self.batch_size is None or self.batch_size >= request.together:
            return request
        execution = request.execution.model_copy(update={"batch_size": self.batch_size})
        return request.model_copy(update={"execution": execution})


def lesson_of(request: StageRequest, profile: str) -> str:
    """Digest of what a lesson applies to: recipe, model and profile, whatever the brief."""
    model = request.model.model_dump(mode="json")
    return fingerprint({"recipe": request.recipe, "model": model, "profile": profile})
