"""What earlier runs learnt about the resources of a stage, so that the next run starts there."""

from __future__ import annotations

from typing import Self

from pydantic import ValidationError

from include.contract.deployments import Profile
from include.contract.fingerprint import fingerprint
from include.contract.requests import StageRequest
from include.contract.values import Open
from operators.store import Store


class Learnt(Open):
    """For one recipe, model and profile."""

    memory_mib: int

    @classmethod
    def read(cls, store: Store, key: str, profile: Profile) -> Self:
        """What lies under `key`, within what `profile` allows now; the profile's own memory when nothing does."""
        body = store.get(key)
        try:
            found = cls.model_validate_json(body).memory_mib if body else 0
        except ValidationError:
            found = 0
        return cls(memory_mib=max(profile.memory_mib, min(found, profile.memory_max_mib or 0)))

    def keep(self, store: Store, key: str) -> None:
        """Write it; the last writer wins, since a wrong guess costs one more try at most."""
        store.put(key, self.model_dump_json().encode())


def lesson_of(request: StageRequest, profile: str) -> str:
    """Digest of what a lesson holds for: recipe, model and profile, whatever the brief."""
    model = request.model.model_dump(mode="json")
    return fingerprint({"recipe": request.recipe, "model": model, "profile": profile})
