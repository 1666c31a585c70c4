"""Why a pod failed, from its own message and the cluster's."""

from __future__ import annotations

from typing import Any

from include.contract.ending import FailureReason, failure_after, to_failure, with_reason
from include.contract.errors import Cause, ExitCode
from include.contract.failures import Failure, FailureClass, read_failure
from operators.engines.kubernetes.status import condition, container_state, is_going

_SIGKILLED = 137
_DISRUPTIONS = {
    "PreemptionByScheduler": (Cause.PREEMPTED, "a pod of higher priority took its place"),
    "EvictionByEvictionAPI": (Cause.DRAINED, "it was evicted through the API, as a node drain does"),
    "DeletionByTaintManager": (Cause.NODE_LOST, "its node got a taint that it does not tolerate"),
    "DeletionByPodGC": (Cause.NODE_LOST, "its node is gone"),
    "TerminationByKubelet": (Cause.EVICTED, "its node evicted it"),
}
"""Reasons of the condition `DisruptionTarget`, as Kubernetes documents them under "Pod disruption conditions"."""
_POD_REASONS = {
    "Evicted": (Cause.EVICTED, "its node evicted it"),
    "DeadlineExceeded": (Cause.DEADLINE, "it ran longer than the stage's `timeout_s`"),
    "NodeLost": (Cause.NODE_LOST, "its node does not answer"),
    "NodeShutdown": (Cause.NODE_LOST, "its node was shut down"),
    "Terminated": (Cause.NODE_LOST, "its node was shut down"),
    "NodeAffinity": (Cause.NODE_REFUSED, "its node refused it"),
    "UnexpectedAdmissionError": (Cause.NODE_REFUSED, "its node refused it"),
}
_REFUSALS = ("OutOf", "Outof")


def failure_of_pod(pod: Any, tail: str) -> Failure | None:
    """Why `pod`, whose container has ended or which is gone, failed; None if it succeeded.

    :param tail: the last lines of its log.
    """
    state = container_state(pod)
    ended = state.terminated if state is not None else None
    if ended is not None and ended.exit_code == ExitCode.OK:
        return None
    why = _told_by_cluster(pod)
    own = read_failure(ended.message or "") if ended is not None else None
    if own is not None:
        return with_reason(own, why)
    if why is not None:
        return to_failure(why, exit_code=ended.exit_code if ended is not None else int(ExitCode.TRANSIENT))
    if ended is None:
        return to_failure(FailureReason(Cause.NODE_LOST, "the cluster does not know how its container ended"))
    return _by_exit_code(pod, ended, tail)


def pod_gone(name: str) -> Failure:
    """The failure of a pod that somebody deleted and that left no message."""
    return to_failure(
        FailureReason(Cause.POD_DELETED, f"the pod {name} is gone: it was deleted while the task waited for it")
    )


def _told_by_cluster(pod: Any) -> FailureReason | None:
    for kind in ("DisruptionTarget", "TerminationTarget"):
        found = condition(pod, kind)
        if found is not None and found.status == "True":
            cause, words = _DISRUPTIONS.get(found.reason, (Cause.PREEMPTED, found.reason))
            return FailureReason(cause, _said(f"the pod {pod.metadata.name} was stopped: {words}", found.message))
    reason = pod.status.reason or ""
    if reason in _POD_REASONS:
        cause, words = _POD_REASONS[reason]
        return FailureReason(cause, _said(f"the pod {pod.metadata.name} was stopped: {words}", pod.status.message))
    if reason.startswith(_REFUSALS):
        return FailureReason(Cause.NODE_REFUSED, _said(f"its node had no room for the pod {pod.metadata.name}", reason))
    return None


def _by_exit_code(pod: Any, ended: Any, tail: str) -> Failure:
    """From the container's end alone: it left no words, and the cluster has none."""
    if ended.reason == "OOMKilled":
        limit = (pod.spec.containers[0].resources.limits or {}).get("memory", "its limit")
        message = f"the stage needed more memory than {limit} and was killed by the kernel (OOMKilled)"
        return Failure(
            failure_class=FailureClass.OUT_OF_MEMORY,
            cause=Cause.HOST_OUT_OF_MEMORY,
            exit_code=int(ExitCode.HOST_OUT_OF_MEMORY),
            message=message,
        )
    if ended.reason == "ContainerStatusUnknown":
        return to_failure(
            FailureReason(Cause.NODE_LOST, "the cluster does not know how its container ended"), ended.exit_code
        )
    if is_going(pod) and ended.exit_code >= 128:
        words = f"the pod {pod.metadata.name} was deleted, and killed after its grace period"
        return to_failure(FailureReason(Cause.POD_DELETED, words), ended.exit_code)
    if ended.exit_code == _SIGKILLED:
        return to_failure(
            FailureReason(Cause.NODE_LOST, f"the container of {pod.metadata.name} was killed by its node"), _SIGKILLED
        )
    if ended.exit_code == 0:
        raise AssertionError("a container that succeeded has no failure")
    failure = failure_after(ended.exit_code, ended.message or "", tail, stopped=False)
    if failure is None:
        raise AssertionError("an exit code other than 0 is a failure")
    return failure


def _said(words: str, message: str | None) -> str:
    return f"{words} ({message.strip()})" if message and message.strip() else words
