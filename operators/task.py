"""Which task of which run executes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from include.contract.manifests import RunRef

if TYPE_CHECKING:
    from airflow.sdk import Context


MOST_OF_A_TITLE = 150
"""Characters of a piece's title in the name of a mapped task; Airflow keeps 250."""


class Instance(Protocol):
    """What Airflow's task instances and their keys have in common."""

    @property
    def dag_id(self) -> str:
        """The DAG's."""

    @property
    def run_id(self) -> str:
        """The run's."""

    @property
    def task_id(self) -> str:
        """The task's."""

    @property
    def map_index(self) -> int | None:
        """Which of a mapped task's instances it is; None or -1 if the task is not mapped."""


def run_ref(context: Context) -> RunRef:
    """Which task of which run executes in `context`."""
    return ref_of(context["ti"])


def ref_of(ti: Instance) -> RunRef:
    """Which task of which run `ti` is."""
    return RunRef(
        dag_id=ti.dag_id, run_id=ti.run_id, task_id=ti.task_id, map_index=-1 if ti.map_index is None else ti.map_index
    )
