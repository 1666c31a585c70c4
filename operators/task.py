"""Which task of which run executes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from include.contract.manifests import RunRef

if TYPE_CHECKING:
    from airflow.sdk import Context


def run_ref(context: Context) -> RunRef:
    """Which task of which run executes in `context`."""
    ti = context["ti"]
    return RunRef(
        dag_id=ti.dag_id, run_id=ti.run_id, task_id=ti.task_id, map_index=-1 if ti.map_index is None else ti.map_index
    )
