"""Values that a task keeps across retries and deferrals, in Airflow's task state store."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import TYPE_CHECKING, ClassVar, Self

from pydantic import ValidationError

from include.contract.values import Open

if TYPE_CHECKING:
    from airflow.sdk import Context

log = logging.getLogger(__name__)


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
        """Keep a value for later tries; of a task whose run was deleted there are none, and Airflow refuses it."""
        from airflow.sdk.exceptions import AirflowRuntimeError

        store = context.get("task_state_store") if context else None
        if store is None:
            return
        try:
            store.set(self.state_key, self.model_dump(mode="json"))
        except AirflowRuntimeError as error:
            if (error.error.detail or {}).get("status_code") != HTTPStatus.NOT_FOUND:
                raise
            log.warning("Airflow has no such task any more: %s is not kept", self.state_key)
