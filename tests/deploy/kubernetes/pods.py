"""Pods for tests: one as a stage's operator builds it, and plain ones."""

from __future__ import annotations

import uuid
from typing import Any

from include.contract.cluster import KubernetesSettings
from include.contract.deployments import Profile
from operators.engines.kubernetes.pods import pod_arguments

IMAGE = "busybox"
SMALL = {"cpu": 0.05, "memory_mib": 32, "scratch": "16Mi", "priority_class": "atelier-batch"}


def stage_pod(namespace: str, script: str, **profile: Any) -> Any:
    """The pod of a stage that runs a shell script in place of the runtime; `profile` as in a deployment file."""
    from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator

    engine = KubernetesSettings(namespace=namespace, image=IMAGE)
    arguments = pod_arguments(engine, Profile.model_validate({**SMALL, **profile}), timeout_s=60)
    task = KubernetesPodOperator(
        task_id="stage", name="stage", cmds=["sh", "-c"], arguments=[script], do_xcom_push=False, **arguments
    )
    pod = task.build_pod_request_obj(dry_run=True)
    pod.metadata.name = f"stage-{uuid.uuid4().hex[:8]}"
    return pod


def plain_pod(script: str, labels: dict[str, str] | None = None, **spec: Any) -> dict[str, Any]:
    """A pod that keeps to the restricted standard and is no stage's; `spec` replaces parts of its own."""
    container = {
        "name": "main",
        "image": IMAGE,
        "imagePullPolicy": "IfNotPresent",
        "command": ["sh", "-c", script],
        "resources": {"requests": {"cpu": "50m", "memory": "16Mi"}},
        "securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}},
    }
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": f"plain-{uuid.uuid4().hex[:8]}", "labels": labels or {}},
        "spec": {
            "restartPolicy": "Never",
            "terminationGracePeriodSeconds": 0,
            "automountServiceAccountToken": False,
            "securityContext": {"runAsNonRoot": True, "runAsUser": 10001, "seccompProfile": {"type": "RuntimeDefault"}},
            "containers": [container],
            **spec,
        },
    }
