"""How far a pod is, according to the cluster. Works on the objects of both Kubernetes clients."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

CONTAINER = "base"
_GATED = "SchedulingGated"
IMAGE_REASONS = frozenset({"ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull"})
HOPELESS_REASONS = frozenset(
    {"InvalidImageName", "ErrImageNeverPull", "CreateContainerConfigError", "CreateContainerError", "RunContainerError"}
)
"""Reasons for which it is no use waiting for a container."""


class PodStage(StrEnum):
    """How far a pod is."""

    GATED = "gated"
    """Held back by a scheduling gate, such as Kueue's: the cluster has not been asked for a node yet."""
    UNSCHEDULED = "unscheduled"
    STARTING = "starting"
    """On a node; its container is not running yet."""
    RUNNING = "running"
    ENDED = "ended"
    """Its container has ended, or will never run. The pod's own phase may say so some seconds later."""


def stage_of(pod: Any) -> PodStage:
    """Where `pod` is."""
    state = container_state(pod)
    if pod.status.phase in ("Succeeded", "Failed") or (state is not None and state.terminated is not None):
        return PodStage.ENDED
    if state is not None and state.running is not None:
        return PodStage.RUNNING
    if pod.spec.node_name:
        return PodStage.STARTING
    scheduled = condition(pod, "PodScheduled")
    is_gated = scheduled is not None and scheduled.reason == _GATED
    return PodStage.GATED if is_gated or pod.spec.scheduling_gates else PodStage.UNSCHEDULED


def container_state(pod: Any) -> Any:
    """State of the stage's container, or None while it has none."""
    for status in pod.status.container_statuses or ():
        if status.name == CONTAINER:
            return status.state
    return None


def waiting_reason(pod: Any) -> tuple[str, str]:
    """Why the container is not running yet: reason and message, both empty if unknown."""
    state = container_state(pod)
    waiting = state.waiting if state is not None else None
    return (waiting.reason or "", waiting.message or "") if waiting is not None else ("", "")


def condition(pod: Any, kind: str) -> Any:
    """The pod's condition called `kind`, or None."""
    for each in pod.status.conditions or ():
        if each.type == kind:
            return each
    return None


def is_going(pod: Any) -> bool:
    """Whether the pod is being deleted."""
    return pod.metadata.deletion_timestamp is not None


def is_held_up(pod: Any) -> bool:
    """Whether it is unknown when `pod` will run: it is gated, or no node takes it."""
    if is_going(pod):
        return False
    scheduled = condition(pod, "PodScheduled")
    is_refused = scheduled is not None and scheduled.reason == "Unschedulable"
    return stage_of(pod) is PodStage.GATED or (stage_of(pod) is PodStage.UNSCHEDULED and is_refused)


def age_s(moment: datetime) -> float:
    """Seconds since `moment`."""
    return (datetime.now(UTC) - moment).total_seconds()
