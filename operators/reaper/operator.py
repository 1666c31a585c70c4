"""The reaper as a task."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator

from include.contract.cluster import KubernetesSettings

if TYPE_CHECKING:
    from airflow.sdk import Context

DRY_RUN = "dry_run"
"""Name of the DAG's param."""


class PodsNotReaped(Exception):
    """Some pods were not decided on, or not deleted; the next sweep looks at them again."""


class ReaperOperator(BaseOperator):
    """Sweeps the namespace in which the deployment's stages run.

    :param engine: the deployment's settings for its cluster.
    """

    def __init__(self, *, engine: KubernetesSettings, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.engine = engine

    def execute(self, context: Context) -> None:
        """Delete the pods whose tasks are gone.

        :raises PodsNotReaped: some were not deleted; the log says which and why.
        """
        from airflow.providers.cncf.kubernetes.hooks.kubernetes import KubernetesHook

        from operators.reaper.execution import ExecutionApi
        from operators.reaper.sweep import sweep

        client = KubernetesHook(conn_id=self.engine.connection_id).core_v1_client
        is_dry_run = bool(context["params"][DRY_RUN])
        report = sweep(client, self.engine.namespace, ExecutionApi(), is_dry_run=is_dry_run)
        if not report.is_complete:
            raise PodsNotReaped(f"{report}; this log has a line for each, and the next sweep tries again")
