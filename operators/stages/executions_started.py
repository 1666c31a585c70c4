"""What the engine has started for a task outside its worker, over all tries: for people, and for billing."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from operators.task_state import TaskStateValue

if TYPE_CHECKING:
    from airflow.sdk import Context


class ExecutionsStarted(TaskStateValue):
    """The executions, such as pods, that a task has started over all its tries."""

    state_key: ClassVar[str] = "atelier_pods_started"

    uids: tuple[str, ...] = ()

    @classmethod
    def of(cls, context: Context) -> Self:
        """The executions so far."""
        return cls.found(context) or cls()

    @classmethod
    def begin(cls, context: Context) -> None:
        """Note that one may be started: whoever does may be lost between starting and counting it."""
        if cls.found(context) is None:
            cls().keep(context)

    @property
    def number(self) -> int:
        """How many."""
        return len(self.uids)

    def count(self, uid: str, context: Context) -> None:
        """Add the execution `uid`, which counts once, however often it is found."""
        if uid not in self.uids:
            ExecutionsStarted(uids=(*self.uids, uid)).keep(context)
