"""What a task keeps between its tries and its ways back from a trigger: small values in Airflow's task state store."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from pydantic import ValidationError

from include.contract.values import Open

if TYPE_CHECKING:
    from airflow.sdk import Context


class TaskStateValue(Open):
    """One such value; where there is no task state store, nothing is kept and nothing is found."""

    state_key: ClassVar[str]

    @classmethod
    def found(cls, context: Context | None) -> Self | None:
        """As it was last kept; None when it never was, or by a version that keeps something else."""
        store = context.get("task_state_store") if context else None
        value = store.get(cls.state_key) if store is not None else None
        try:
            return cls.model_validate(value) if isinstance(value, dict) else None
        except ValidationError:
            return None

    def keep(self, context: Context | None) -> None:
        """Have later tries find it."""
        store = context.get("task_state_store") if context else None
        if store is not None:
            store.set(self.state_key, self.model_dump(mode="json"))
