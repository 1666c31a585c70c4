"""What Airflow says about task instances: the answers that the reaper decides by, wherever they come from."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import NamedTuple, Protocol, Self

from airflow.sdk import TaskInstanceState

from operators.engines.identity import TaskKey


class InstanceKey(NamedTuple):
    """One task instance, whatever its try."""

    dag_id: str
    run_id: str
    task_id: str
    map_index: int
    """-1 when the task is not mapped."""

    @classmethod
    def of(cls, key: TaskKey) -> Self:
        """The task instance that a pod was started for."""
        return cls(key.dag_id, key.run_id, key.task_id, key.map_index)

    def __str__(self) -> str:
        index = f"[{self.map_index}]" if self.map_index >= 0 else ""
        return f"{self.dag_id}/{self.run_id}/{self.task_id}{index}"


@dataclass(frozen=True)
class InstanceFound:
    """Airflow has the task instance."""

    state: TaskInstanceState | None
    """None if it waits to be scheduled."""
    max_tries: int | None = None
    """None if Airflow does not say."""


@dataclass(frozen=True)
class NoInstance:
    """Airflow answers that it has no such task instance."""


@dataclass(frozen=True)
class Silence:
    """Airflow did not answer, or refuses to: nothing is known."""

    reason: str


Answer = InstanceFound | NoInstance | Silence


class Airflow(Protocol):
    """An Airflow that can be asked."""

    def ask(self, instances: Collection[InstanceKey]) -> Mapping[InstanceKey, Answer]:
        """An answer for each of `instances`; does not raise if Airflow does not answer."""


def found(state: str | None, max_tries: int | None = None) -> InstanceFound | Silence:
    """The answer for a state of Airflow's; an unknown state is no answer."""
    try:
        return InstanceFound(TaskInstanceState(state) if state is not None else None, max_tries)
    except ValueError:
        return Silence(f"Airflow says `{state}`, a state that the reaper does not know")
