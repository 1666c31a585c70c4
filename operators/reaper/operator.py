"""The reaper as a task."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator

from include.contract.cluster import KubernetesSettings
from include.contract.ray import RaySettings

if TYPE_CHECKING:
    from airflow.sdk import Context

    from operators.reaper.sweep import Report

DRY_RUN = "dry_run"
"""Name of the DAG's param."""


class SweepIncomplete(Exception):
    """Some pods or jobs were not decided on, or not ended; the next sweep looks at them again."""


class ReaperOperator(BaseOperator):
    """Sweeps the namespace, or the Ray cluster, in which the deployment's stages run.

    :param engine: the deployment's settings for its cluster.
    """

    def __init__(self, *, engine: KubernetesSettings | RaySettings, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.engine = engine

    def execute(self, context: Context) -> None:
        """End the pods or jobs whose tasks are gone.

        :raises SweepIncomplete: some were not; the log says which and why.
        """
        report = self._sweep(bool(context["params"][DRY_RUN]))
        if not report.is_complete:
            raise SweepIncomplete(f"{report}; this log has a line for each, and the next sweep tries again")

    def _sweep(self, is_dry_run: bool) -> Report:
        from operators.reaper.execution import ExecutionApi

        if isinstance(self.engine, RaySettings):
            from operators.engines.ray.connection import access_of
            from operators.engines.ray.jobs import Jobs
            from operators.reaper.jobs import sweep_jobs

            return sweep_jobs(Jobs(access_of(self.engine)), ExecutionApi(), is_dry_run=is_dry_run)
        from airflow.providers.cncf.kubernetes.hooks.kubernetes import KubernetesHook

        from operators.reaper.pods import sweep_pods

        client = KubernetesHook(conn_id=self.engine.connection_id).core_v1_client
        return sweep_pods(client, self.engine.namespace, ExecutionApi(), is_dry_run=is_dry_run)
