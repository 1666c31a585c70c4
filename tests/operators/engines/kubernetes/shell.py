"""A stage's pod whose runtime is a shell script, on a real cluster."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from include.contract.cluster import KubernetesSettings as Settings
from include.contract.deployments import Profile
from include.contract.engines import Job
from operators.engines.identity import TaskKey
from operators.engines.kubernetes.engine import KubernetesEngine, PodTask
from operators.engines.kubernetes.pods import PodShape, pod_arguments
from tests.kube import Workplace

JOB = Job(request_uri="s3://atelier/v1/requests/ab.json", attempt=1, grace_s=25, environment={})
SMALL: dict[str, Any] = {"cpu": 0.05, "memory_mib": 32, "scratch": "16Mi", "priority_class": "atelier-batch"}
DONE = """echo '{"level": "info", "event": "done"}'"""


def settings(kube: Workplace, **given: Any) -> Settings:
    """Of an engine in the tests' namespace."""
    return Settings.model_validate({"namespace": kube.namespace, "image": "busybox", **given})


def engine(
    kube: Workplace,
    key: TaskKey,
    script: str,
    is_made: Callable[[int], bool] = lambda attempt: False,
    profile: dict[str, Any] | None = None,
    **given: Any,
) -> KubernetesEngine:
    """The engine for a try of `key` whose pod runs `script`; `given` are settings."""
    from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator

    chosen = settings(kube, **given)
    meant = Profile.model_validate({**SMALL, **(profile or {})})

    def build() -> Any:
        task = KubernetesPodOperator(
            task_id="stage", name="stage", cmds=["sh", "-c"], arguments=[script], do_xcom_push=False,
            **pod_arguments(chosen, meant, timeout_s=120),
        )  # fmt: skip
        return task.build_pod_request_obj(dry_run=True)

    task = PodTask(key, meant, PodShape(meant.memory_mib), build, is_made, count=lambda uid: None)
    return KubernetesEngine(chosen, task)
