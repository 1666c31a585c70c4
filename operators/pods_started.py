"""How many pods a task has started, over all its tries: for people, and for who pays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from include.contract.values import Open

if TYPE_CHECKING:
    from airflow.sdk import Context

STATE_KEY = "atelier_pods_started"
"""In the task state store."""


class PodsStarted(Open):
    """How many pods a task has started over all its tries."""

    number: int = 0

    @classmethod
    def of(cls, context: Context) -> Self:
        """As the task state store has it."""
        store = context.get("task_state_store")
        found = store.get(STATE_KEY) if store is not None else None
        return cls.model_validate(found) if isinstance(found, dict) else cls()

    def one_more(self, context: Context) -> None:
        """Write it with one more."""
        store = context.get("task_state_store")
        if store is not None:
            store.set(STATE_KEY, PodsStarted(number=self.number + 1).model_dump())
