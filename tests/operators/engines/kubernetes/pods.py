"""Pods as the cluster tells them, for tests of what is read from them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from kubernetes.client import ApiClient
from kubernetes.client import models as k8s

from operators.engines.identity import TaskKey

KEY = TaskKey("narrated_video", "manual__1", "image", -1, try_number=1, max_tries=7)
MOMENT = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


def pod(**given: Any) -> k8s.V1Pod:
    """A pod with `given` of: phase, reason, message, conditions, state, node, going, key, limits, name."""
    key = given.get("key", KEY)
    state = given.get("state")
    statuses = [status(state)] if state is not None else None
    return k8s.V1Pod(
        metadata=k8s.V1ObjectMeta(
            name=given.get("name", "image-1"),
            namespace="atelier",
            uid="uid-1",
            creation_timestamp=MOMENT,
            annotations=key.annotations() if key else None,
            deletion_timestamp=MOMENT if given.get("going") else None,
        ),
        spec=k8s.V1PodSpec(
            node_name=given.get("node"),
            scheduling_gates=given.get("gates"),
            containers=[
                k8s.V1Container(
                    name="base", image="stage:1", resources=k8s.V1ResourceRequirements(limits=given.get("limits"))
                )
            ],
        ),
        status=k8s.V1PodStatus(
            phase=given.get("phase", "Pending"),
            reason=given.get("reason"),
            message=given.get("message"),
            conditions=[condition(*each) for each in given.get("conditions", ())],
            container_statuses=statuses,
        ),
    )


def status(state: k8s.V1ContainerState) -> k8s.V1ContainerStatus:
    """Of the stage's container."""
    return k8s.V1ContainerStatus(name="base", image="stage:1", image_id="", ready=False, restart_count=0, state=state)


def condition(kind: str, value: str, reason: str = "", message: str = "") -> k8s.V1PodCondition:
    """One condition."""
    return k8s.V1PodCondition(type=kind, status=value, reason=reason, message=message)


def ended(exit_code: int, reason: str = "Error", message: str = "") -> k8s.V1ContainerState:
    """A container that has ended."""
    return k8s.V1ContainerState(
        terminated=k8s.V1ContainerStateTerminated(exit_code=exit_code, reason=reason, message=message)
    )


def waits(reason: str, message: str = "") -> k8s.V1ContainerState:
    """A container that does not run yet."""
    return k8s.V1ContainerState(waiting=k8s.V1ContainerStateWaiting(reason=reason, message=message))


def runs() -> k8s.V1ContainerState:
    """A container that runs."""
    return k8s.V1ContainerState(running=k8s.V1ContainerStateRunning(started_at=MOMENT))


def plain(value: Any) -> Any:
    """As JSON has it."""
    return ApiClient().sanitize_for_serialization(value)
