"""Values that a task keeps across retries and deferrals, in Airflow's task state store."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from pydantic import ValidationError

from include.contract.values import Open

if TYPE_CHECKING:
    from airflow.sdk import Context


class TaskStateValue(Open):
    """One such value; without a task state store, nothing is kept and nothing is found."""

    state_key: ClassVar[str]

    @classmethod
    def found(cls, context: Context | None) -> Self | None:
        """The value that was last kept; None if there is none, or it is another version's."""
        store = context.get("task_state_store") if context else None
        value = store.get(cls.state_key) if store is not None else None
        try:
            return cls.model_validate(value) if isinstance(value, dict) else None
        except ValidationError:
            return None

    def keep(self, context: Context | None) -> None:
        """Keep a value for later tries."""
        store = context.get("task_state_store") if context else None
        if store is not None:
            store.set(self.state_key, self.model_dump(mode="json"))
